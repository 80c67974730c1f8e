import { JsonObject, type Action, type Target, type ToolClass } from '@autoops/contracts';
import type { ActionOutcome, ActionRequest, TargetConnector, TargetState } from '@autoops/pipeline/ports';
import { z } from 'zod';
import { CallUnanswered, guardedCall } from './guarded-fetch.ts';
import { OutboundDenied } from './outbound-guard.ts';

/** A target of the http tool, as `sources.yaml`-style configuration declares it. `keyed`: it honours `Idempotency-Key`. */
export const HttpTarget = z.strictObject({
  name: z.string(),
  environment: z.string(),
  service: z.string(),
  url: z.url(),
  /** GET of the state: `{uid, owned, observed}`; without it the target cannot be read back. */
  stateUrl: z.url().optional(),
  /** True when the target stores a result under its key and answers it again (class C). */
  keyed: z.boolean().default(false),
});
export type HttpTarget = z.infer<typeof HttpTarget>;

const Args = z.looseObject({
  path: z
    .string()
    .regex(/^\/[^?#]*$/)
    .optional(),
  body: JsonObject.default({}),
});
const State = z.object({ uid: z.string(), owned: JsonObject.default({}), observed: JsonObject.default({}) });
const Answer = z.looseObject({
  before: JsonObject.optional(),
  after: JsonObject.optional(),
  inverse: z.object({ kind: z.string(), args: JsonObject }).optional(),
  ok: z.boolean().optional(),
});

/**
 * Generic HTTP: POSTs `{action, args, dryRun?}` with `Idempotency-Key` and `Autoops-Epoch` to a configured target. Class C where the
 * target declares that it honours the key, else D, which is attended and never repeated. Only addresses the outbound guard allows.
 */
export class HttpConnector implements TargetConnector {
  readonly tool = 'http' as const;
  readonly asksByRepeating = true;
  readonly #targets: ReadonlyMap<string, HttpTarget>;
  readonly #allow: ReadonlySet<string>;

  constructor(targets: readonly HttpTarget[], allow: ReadonlySet<string>) {
    this.#targets = new Map(targets.map((target) => [keyOf(target), target]));
    this.#allow = allow;
  }

  classOf(action: Action): ToolClass {
    const named = action.args['target'];
    const target =
      typeof named === 'string' ? [...this.#targets.values()].find((one) => one.name === named) : undefined;
    return target?.keyed === true ? 'C' : 'D';
  }

  async discover(environment: string): Promise<readonly TargetState[]> {
    const states = await Promise.all(
      [...this.#targets.values()]
        .filter((target) => target.environment === environment)
        .map((target) => this.#state(target)),
    );
    return states.filter((state) => state !== undefined);
  }

  async read(target: Target): Promise<TargetState | undefined> {
    const known = this.#targets.get(target.key);
    return known === undefined ? undefined : this.#state(known);
  }

  async dryRun(request: Parameters<TargetConnector['dryRun']>[0]) {
    const refused = (detail: string) => ({ ok: false, before: {}, after: {}, inverse: undefined, detail });
    const known = this.#targets.get(request.target.key);
    if (known === undefined) return refused(`No http target ${request.target.key} is configured.`);
    if (!known.keyed)
      return {
        ok: true,
        before: {},
        after: {},
        inverse: undefined,
        detail: 'This target cannot dry-run; its effect is only known by doing it.',
      };
    try {
      const answer = await this.#post(known, request, { dryRun: true }, {});
      const parsed = Answer.safeParse(parseJson(answer.body));
      if (answer.status >= 300 || !parsed.success) return refused(`The target answered ${answer.status}.`);
      return {
        ok: parsed.data.ok ?? true,
        before: parsed.data.before ?? {},
        after: parsed.data.after ?? {},
        inverse: parsed.data.inverse,
        detail: 'The target would do it.',
      };
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    }
  }

  async execute(request: ActionRequest): Promise<ActionOutcome> {
    const known = this.#targets.get(request.target.key);
    if (known === undefined)
      return { kind: 'failed', retryable: false, detail: `No http target ${request.target.key} is configured.` };
    try {
      const answer = await this.#post(
        known,
        request,
        {},
        { 'idempotency-key': request.opId, 'autoops-epoch': String(request.epoch) },
      );
      return outcome(answer.status, answer.body);
    } catch (error) {
      if (error instanceof OutboundDenied) return { kind: 'failed', retryable: false, detail: error.message };
      if (error instanceof CallUnanswered) {
        return error.neverSent
          ? { kind: 'failed', retryable: true, detail: error.message }
          : { kind: 'unknown', detail: error.message };
      }
      throw error;
    }
  }

  /** Class C: asking again under the same key answers the stored result or does it once. Class D cannot be asked. */
  async outcomeOf(request: ActionRequest): Promise<ActionOutcome | { readonly kind: 'never' }> {
    const known = this.#targets.get(request.target.key);
    if (known?.keyed !== true)
      return { kind: 'unknown', detail: 'The target does not honour an idempotency key: it cannot be asked.' };
    return this.execute(request);
  }

  #post(
    target: HttpTarget,
    request: Omit<ActionRequest, 'opId' | 'epoch'>,
    more: JsonObject,
    headers: Readonly<Record<string, string>>,
  ) {
    const args = Args.parse(request.action.args);
    const url = new URL(target.url);
    if (args.path !== undefined) url.pathname = `${url.pathname.replace(/\/$/, '')}${args.path}`;
    return guardedCall({
      method: 'POST',
      url: url.href,
      headers: {
        'content-type': 'application/json',
        ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
        ...headers,
      },
      body: JSON.stringify({
        action: request.action.kind,
        targetUid: request.target.uid,
        args: request.action.args,
        ...more,
      }),
      timeoutMs: Math.min(15_000, request.timeoutMs),
      allow: this.#allow,
      signal: request.signal,
      answering: request.answering,
    });
  }

  async #state(target: HttpTarget): Promise<TargetState | undefined> {
    const described = {
      key: keyOf(target),
      kind: 'http' as const,
      name: target.name,
      service: target.service,
      environment: target.environment,
    };
    // What cannot be read has no identity but its name; policy treats it as class D or irreversible.
    if (target.stateUrl === undefined) return { target: { ...described, uid: target.name }, owned: {}, observed: {} };
    const answer = await guardedCall({ method: 'GET', url: target.stateUrl, timeoutMs: 5_000, allow: this.#allow });
    const state = State.safeParse(parseJson(answer.body));
    if (answer.status !== 200 || !state.success) return undefined;
    return { target: { ...described, uid: state.data.uid }, owned: state.data.owned, observed: state.data.observed };
  }
}

function keyOf(target: HttpTarget): string {
  return `${target.environment}/http/${target.name}`;
}

function outcome(status: number, body: string): ActionOutcome {
  if (status >= 200 && status < 300) {
    const parsed = Answer.safeParse(parseJson(body));
    const answer = parsed.success ? parsed.data : {};
    return {
      kind: 'applied',
      before: answer.before ?? {},
      after: answer.after ?? {},
      detail: { status, ...(answer.inverse === undefined ? {} : { inverse: answer.inverse }) },
    };
  }
  // 3xx is not followed; 409, 425, 429 and 503 say that nothing was done yet.
  if (status === 409 || status === 425 || status === 429 || status === 503)
    return { kind: 'failed', retryable: true, detail: `The target answered ${status}.` };
  if (status < 500) return { kind: 'failed', retryable: false, detail: `The target answered ${status}.` };
  return { kind: 'unknown', detail: `The target answered ${status}; it may have begun.` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
