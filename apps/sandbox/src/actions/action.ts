import type { z } from 'zod';
import type { SandboxIdentity } from '../identity.ts';
import type { Shop } from '../shop/shop.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Inverse = { readonly kind: string; readonly args: Fields };

/** Nothing was applied, and why; `status` is 409 (the state forbids it) or 422 (the request does). */
export type Refusal = {
  readonly refused: { readonly status: 409 | 422; readonly code: string; readonly detail: string };
};

/** An action that was checked and can be applied. `before` and `after` hold desired and owned fields only. */
export type Prepared = {
  readonly target: string;
  readonly targetUid: string;
  readonly before: Fields;
  readonly after: Fields;
  readonly inverse: Inverse;
  /** True when the state is already as asked: nothing will be done. */
  readonly already?: boolean;
  /** Does it; returns what turned out differently from the prediction (moved messages, new uids). */
  apply(): Promise<{ readonly after?: Fields; readonly inverse?: Inverse } | undefined>;
};

export type ActionContext = { readonly shop: Shop; readonly identity: SandboxIdentity; readonly expiries: Expiries };

/** Reverts after a time to live; one per target and field, a new one replaces the old. */
export type Expiries = {
  schedule(key: string, target: string, ttlSeconds: number, revert: () => Promise<void>): void;
  cancel(key: string): void;
};

export type ActionDefinition<Args> = {
  readonly args: z.ZodType<Args>;
  prepare(args: Args, context: ActionContext): Promise<Prepared | Refusal>;
};

/** Ties arguments and preparation together, so that a table of definitions keeps no loose ends. */
export function action<Args>(definition: ActionDefinition<Args>) {
  return (given: unknown, context: ActionContext): Promise<Prepared | Refusal> => {
    const parsed = definition.args.safeParse(given);
    if (parsed.success) return definition.prepare(parsed.data, context);
    const detail = parsed.error.issues.map((issue) => `args.${issue.path.join('.')}: ${issue.message}`).join('; ');
    return Promise.resolve(refuse(422, 'arguments-invalid', detail));
  };
}

export function refuse(status: 409 | 422, code: string, detail: string): Refusal {
  return { refused: { status, code, detail } };
}

/** The inverse of what leaves nothing to restore: a replica is stateless, and a process that ended cannot come back. */
export const NOTHING_TO_RESTORE: Inverse = { kind: 'none', args: {} };
