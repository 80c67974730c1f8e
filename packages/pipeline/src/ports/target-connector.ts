import type { Action, JsonObject, Target, ToolClass } from '@autoops/contracts';

/** What a target is now: its identity and the fields that we own. `observed` counters are for people, never hashed. */
export interface TargetState {
  readonly target: Target;
  readonly owned: JsonObject;
  readonly observed: JsonObject;
}

export interface ActionRequest {
  /** UUIDv5 of plan hash, step index, direction and target UID: the idempotency key at the target. */
  readonly opId: string;
  readonly epoch: number;
  readonly target: Target;
  readonly action: Action;
  readonly timeoutMs: number;
  readonly traceparent?: string | undefined;
  readonly signal?: AbortSignal;
  /** Called when the target's answer begins to arrive, before any of it is read: whatever it did is done by then (crash tests). */
  readonly answering?: () => void;
}

/** `unknown` is what a time-out or a broken connection is: never success, never failure. */
export type ActionOutcome =
  | { readonly kind: 'applied'; readonly before: JsonObject; readonly after: JsonObject; readonly detail: JsonObject }
  | { readonly kind: 'failed'; readonly retryable: boolean; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

/** A tool that can change things: sandbox, http. Each has one conformance suite that fake and real pass. */
export interface TargetConnector {
  readonly tool: 'sandbox' | 'http';
  classOf(action: Action): ToolClass;
  /** Every target that this tool sees in an environment. */
  discover(environment: string): Promise<readonly TargetState[]>;
  read(target: Target): Promise<TargetState | undefined>;
  /** The same code path as `execute`, without effect: owned fields before and after, and the inverse. */
  dryRun(request: Omit<ActionRequest, 'opId' | 'epoch'>): Promise<{
    readonly ok: boolean;
    readonly before: JsonObject;
    readonly after: JsonObject;
    readonly inverse: Action | undefined;
    readonly detail: string;
  }>;
  execute(request: ActionRequest): Promise<ActionOutcome>;
  /** True where asking is sending again under the same key, so that asking may have the effect: then a kill switch holds it back too. */
  readonly asksByRepeating?: boolean;
  /** Asks what became of an operation after an unknown outcome (classes A-C); `never` = provably no effect under this key. */
  outcomeOf(request: ActionRequest): Promise<ActionOutcome | { readonly kind: 'never' }>;
}
