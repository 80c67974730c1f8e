import { randomUUID } from 'node:crypto';
import { digestOf } from '@autoops/digest';
import { z } from 'zod';
import type { SandboxIdentity } from '../identity.ts';
import type { ActionResult, Ledger } from '../ledger.ts';
import type { Shop } from '../shop/shop.ts';
import { NOTHING_TO_RESTORE, type ActionContext, type Expiries, type Prepared, type Refusal } from './action.ts';
import { eject, readmit, replace, restart, rollbackVersion, scale, setVersion } from './checkout-actions.ts';
import { resumeJob, suspendJob, throttleJob } from './job-actions.ts';
import { drain, park, unpark } from './queue-actions.ts';
import { shed, unshed } from './route-actions.ts';

type Prepare = (args: unknown, context: ActionContext) => Promise<Prepared | Refusal>;

/** Every kind of action. `none` is the inverse of what leaves nothing to restore: accepted, and does nothing. */
export const ACTIONS: Readonly<Record<string, Prepare>> = {
  'throttle-job': throttleJob,
  'suspend-job': suspendJob,
  'resume-job': resumeJob,
  scale,
  restart,
  replace,
  park,
  drain,
  unpark,
  'rollback-version': rollbackVersion,
  'set-version': setVersion,
  shed,
  unshed,
  eject,
  readmit,
};

export const ActionRequest = z.strictObject({
  kind: z.string(),
  environment: z.string(),
  /** A convenience: the same as `args.service`. */
  service: z.string().optional(),
  target: z.string().optional(),
  /** When given, the target must still have this uid. */
  targetUid: z.string().optional(),
  args: z.record(z.string(), z.unknown()).default({}),
  dryRun: z.boolean().default(false),
  epoch: z.number().int().min(0).optional(),
});
export type ActionRequest = z.infer<typeof ActionRequest>;

export type ActionProblem = { readonly status: 400 | 404 | 409 | 422; readonly code: string; readonly detail: string };
export type ActionAnswer = { readonly result: ActionResult } | { readonly problem: ActionProblem };

type Running = { readonly request: string; readonly answer: Promise<ActionAnswer> };

/**
 * Performs actions, each key at most once: a result is kept under its key once the effect began, a refusal never is,
 * and a key that is being worked on is waited for. The highest epoch seen for a target fences older holders out.
 */
export class ActionDesk {
  readonly #shops: ReadonlyMap<string, Shop>;
  readonly #identity: SandboxIdentity;
  readonly #ledger: Ledger;
  readonly #running = new Map<string, Running>();
  readonly #stored = new Map<string, { request: string; result: ActionResult }>();
  readonly #epochs = new Map<string, number>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(shops: ReadonlyMap<string, Shop>, identity: SandboxIdentity, ledger: Ledger) {
    this.#shops = shops;
    this.#identity = identity;
    this.#ledger = ledger;
    for (const row of ledger.rows) {
      if (row.request !== undefined && row.result !== undefined)
        this.#stored.set(row.opId, { request: row.request, result: row.result });
      if (row.epoch !== undefined) this.#epochs.set(row.target, Math.max(row.epoch, this.#epochs.get(row.target) ?? 0));
    }
  }

  /** Performs, or only checks (`dryRun`), an action under an idempotency key. */
  async perform(key: string, request: ActionRequest): Promise<ActionAnswer> {
    if (request.dryRun) return this.#inTurn(request, () => this.#act(key, request));
    const digest = requestDigest(request);
    const known = this.#stored.get(key);
    if (known !== undefined) return known.request === digest ? { result: known.result } : otherRequest();
    const running = this.#running.get(key);
    if (running !== undefined) return running.request === digest ? running.answer : otherRequest();
    const answer = this.#inTurn(request, () => this.#act(key, request)).finally(() => this.#running.delete(key));
    this.#running.set(key, { request: digest, answer });
    return answer;
  }

  /** The keys that are being worked on: no row yet, and not provably without effect. */
  get inFlight(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Returns an environment to health, out of turn with nothing that runs there, and records it as one effect. */
  async reset(environment: string): Promise<void> {
    const shop = this.#shops.get(environment);
    if (shop === undefined) return;
    await this.#queue(
      [...TARGET_GROUPS].map((group) => `${environment}/${group}`),
      async () => {
        for (const expiry of this.#timers.keys())
          if (expiry.startsWith(`${environment}/`)) this.#expiries(environment).cancel(expiry);
        await shop.reset();
        this.#ledger.append({
          opId: randomUUID(),
          kind: 'reset',
          target: environment,
          at: new Date().toISOString(),
          applied: true,
          environment,
        });
      },
    );
  }

  /** Forgets all times to live. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #act(key: string, request: ActionRequest): Promise<ActionAnswer> {
    const shop = this.#shops.get(request.environment);
    if (shop === undefined)
      return problem(
        422,
        'no-such-environment',
        `There is no environment ${request.environment}; there are ${[...this.#shops.keys()].join(', ')}.`,
      );
    if (request.kind === 'none') return { result: nothing(key, request) };
    const prepare = ACTIONS[request.kind];
    if (prepare === undefined)
      return problem(
        422,
        'no-such-action',
        `There is no action ${request.kind}; there are ${Object.keys(ACTIONS).join(', ')}.`,
      );
    const context: ActionContext = { shop, identity: this.#identity, expiries: this.#expiries(request.environment) };
    const prepared = await prepare(argumentsOf(request), context);
    if ('refused' in prepared) return { problem: prepared.refused };

    const { target, targetUid, before, after, inverse } = prepared;
    if (request.target !== undefined && request.target !== target)
      return problem(422, 'target-differs', `These arguments act on ${target}, not on ${request.target}.`);
    if (request.targetUid !== undefined && request.targetUid !== targetUid)
      return problem(409, 'target-replaced', `${target} is now ${targetUid}: it was replaced.`);
    const highest = this.#epochs.get(target) ?? 0;
    if (request.epoch !== undefined && request.epoch < highest)
      return problem(409, 'epoch-stale', `Epoch ${request.epoch} is older than ${highest}, which ${target} has seen.`);

    const predicted = {
      opId: key,
      target,
      targetUid,
      before: { ...before },
      after: { ...after },
      inverse: { kind: inverse.kind, args: { ...inverse.args } },
    };
    if (request.dryRun) return { result: { ...predicted, applied: false } };
    if (request.epoch !== undefined) this.#epochs.set(target, request.epoch);
    if (prepared.already === true)
      return { result: { ...predicted, applied: false, inverse: { kind: 'none', args: {} } } };

    // Once it has begun it is an effect, also when it stops half-way: the caller reads the state back.
    const outcome = await prepared
      .apply()
      .catch((error: unknown) => ({ after: { ...after, incomplete: String(error) }, inverse }));
    const undo = outcome?.inverse ?? inverse;
    const result: ActionResult = {
      ...predicted,
      applied: true,
      after: { ...(outcome?.after ?? after) },
      inverse: { kind: undo.kind, args: { ...undo.args } },
    };
    const digest = requestDigest(request);
    this.#ledger.append({
      opId: key,
      kind: request.kind,
      target,
      at: new Date().toISOString(),
      applied: true,
      environment: request.environment,
      request: digest,
      ...(request.epoch !== undefined && { epoch: request.epoch }),
      result,
    });
    this.#stored.set(key, { request: digest, result });
    return { result };
  }

  /** Actions on the same part of an environment wait for each other; others do not. */
  #inTurn<Value>(request: ActionRequest, work: () => Promise<Value>): Promise<Value> {
    return this.#queue([`${request.environment}/${GROUP_OF[request.kind] ?? 'checkout'}`], work);
  }

  #queue<Value>(groups: readonly string[], work: () => Promise<Value>): Promise<Value> {
    const before = groups.map((group) => this.#turns.get(group) ?? Promise.resolve());
    const done = Promise.all(before).then(work);
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    for (const group of groups) this.#turns.set(group, settled);
    return done;
  }

  #expiries(environment: string): Expiries {
    const cancel = (key: string) => {
      clearTimeout(this.#timers.get(key));
      this.#timers.delete(key);
    };
    return {
      cancel,
      schedule: (key, target, ttlSeconds, revert) => {
        cancel(key);
        const expire = () => {
          this.#timers.delete(key);
          void this.#queue([`${environment}/${groupOfTarget(target)}`], async () => {
            await revert();
            this.#ledger.append({
              opId: randomUUID(),
              kind: 'ttl-expired',
              target,
              at: new Date().toISOString(),
              applied: true,
              environment,
            });
          }).catch(() => undefined); // the processes are ending: nothing is left to revert
        };
        this.#timers.set(key, setTimeout(expire, ttlSeconds * 1000));
      },
    };
  }
}

const TARGET_GROUPS = ['checkout', 'job', 'queue', 'route'] as const;
const GROUP_OF: Readonly<Record<string, (typeof TARGET_GROUPS)[number]>> = {
  'throttle-job': 'job',
  'suspend-job': 'job',
  'resume-job': 'job',
  park: 'queue',
  drain: 'queue',
  unpark: 'queue',
  shed: 'route',
  unshed: 'route',
};

function groupOfTarget(target: string): string {
  return target.split('/')[1] ?? 'checkout';
}

function argumentsOf({ service, args }: ActionRequest): unknown {
  return service === undefined || 'service' in args || 'job' in args || 'queue' in args ? args : { service, ...args };
}

/** What makes two requests under one key the same: everything but the epoch, which a new holder raises. */
function requestDigest(request: ActionRequest): string {
  return digestOf({ kind: request.kind, environment: request.environment, args: argumentsOf(request) });
}

function nothing(key: string, request: ActionRequest): ActionResult {
  return {
    opId: key,
    applied: false,
    target: request.environment,
    targetUid: '',
    before: {},
    after: {},
    inverse: { kind: NOTHING_TO_RESTORE.kind, args: {} },
  };
}

function problem(status: ActionProblem['status'], code: string, detail: string): ActionAnswer {
  return { problem: { status, code, detail } };
}

function otherRequest(): ActionAnswer {
  return problem(422, 'key-reused', 'This Idempotency-Key was used for another request: take a new key.');
}
