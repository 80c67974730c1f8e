import type { Action, JsonObject, Target, ToolClass } from '@autoops/contracts';
import type { ActionOutcome, ActionRequest, TargetConnector, TargetState } from '../target-connector.ts';

/** One effect that really happened at the target. */
export interface Effect {
  readonly opId: string;
  readonly key: string;
  readonly kind: string;
  readonly epoch: number;
}

/**
 * A tool whose targets live in memory, with a ledger of real effects, idempotency by key and a fence by epoch, as the sandbox has
 * them. An action `set` writes its args into the owned fields; its inverse writes back what was there. Class D ignores keys.
 */
export class FakeTarget implements TargetConnector {
  readonly tool = 'sandbox' as const;
  readonly effects: Effect[] = [];
  readonly states = new Map<string, TargetState>();
  /** What the next calls answer instead of the truth; the effect happens with `effect: true`. */
  readonly faults: { readonly effect: boolean; readonly outcome: ActionOutcome }[] = [];
  /** Called when a request arrives, before anything happens. */
  onArrival: (request: ActionRequest) => void | Promise<void> = () => undefined;
  readonly #stored = new Map<string, ActionOutcome>();
  readonly #epochs = new Map<string, number>();
  readonly #class: ToolClass;

  constructor(toolClass: ToolClass = 'C') {
    this.#class = toolClass;
  }

  put(target: Target, owned: JsonObject): void {
    this.states.set(target.key, { target, owned, observed: {} });
  }

  classOf(_action: Action): ToolClass {
    return this.#class;
  }

  async discover(environment: string): Promise<readonly TargetState[]> {
    return [...this.states.values()].filter((state) => state.target.environment === environment);
  }

  async read(target: Target): Promise<TargetState | undefined> {
    return this.states.get(target.key);
  }

  async dryRun(request: Parameters<TargetConnector['dryRun']>[0]) {
    const state = this.states.get(request.target.key);
    if (state === undefined)
      return { ok: false, before: {}, after: {}, inverse: undefined, detail: 'There is no such target.' };
    const before = pick(state.owned, request.action.args);
    return {
      ok: true,
      before,
      after: request.action.args,
      inverse: { kind: 'set', args: before },
      detail: 'It would be done.',
    };
  }

  async execute(request: ActionRequest): Promise<ActionOutcome> {
    await this.onArrival(request);
    const fault = this.faults.shift();
    if (fault === undefined) return this.#perform(request);
    if (fault.effect) this.#perform(request);
    return fault.outcome;
  }

  async outcomeOf(request: ActionRequest): Promise<ActionOutcome | { readonly kind: 'never' }> {
    if (this.#class === 'D') return { kind: 'unknown', detail: 'It cannot be asked.' };
    return this.#stored.get(request.opId) ?? { kind: 'never' };
  }

  #perform(request: ActionRequest): ActionOutcome {
    const known = this.#class === 'D' ? undefined : this.#stored.get(request.opId);
    if (known !== undefined) return known;
    const state = this.states.get(request.target.key);
    if (state === undefined) return { kind: 'failed', retryable: false, detail: 'There is no such target.' };
    const highest = this.#epochs.get(request.target.key) ?? 0;
    if (this.#class !== 'D' && request.epoch < highest)
      return { kind: 'failed', retryable: false, detail: `epoch-stale: ${request.epoch} is older than ${highest}` };
    this.#epochs.set(request.target.key, request.epoch);
    const before = pick(state.owned, request.action.args);
    this.states.set(request.target.key, { ...state, owned: { ...state.owned, ...request.action.args } });
    this.effects.push({ opId: request.opId, key: request.target.key, kind: request.action.kind, epoch: request.epoch });
    const outcome: ActionOutcome = {
      kind: 'applied',
      before,
      after: request.action.args,
      detail: { inverse: { kind: 'set', args: before } },
    };
    this.#stored.set(request.opId, outcome);
    return outcome;
  }
}

function pick(owned: JsonObject, like: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(like).map((name) => [name, owned[name] ?? null]));
}
