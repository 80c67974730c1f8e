import type {
  Anomaly,
  Approval,
  AuditDraft,
  Evidence,
  Forecast,
  Incident,
  IncidentValue,
  LiveEventDraft,
  Narrative,
  Plan,
  PolicyDecision,
  QueueName,
  Run,
  RunLogLine,
  Step,
  StepState,
} from '@autoops/contracts';

/** One row that a transition writes. Updates name the state they expect: no row matched means conflict and nothing is written. */
export type Write =
  | { readonly kind: 'incident.insert'; readonly incident: Omit<Incident, 'number'> }
  | {
      readonly kind: 'incident.update';
      readonly id: string;
      readonly expectedVersion: number;
      readonly set: Partial<Omit<Incident, 'id' | 'number' | 'version'>>;
    }
  | { readonly kind: 'anomaly.upsert'; readonly anomaly: Anomaly; readonly snapshot?: Uint8Array | undefined }
  | { readonly kind: 'forecast.insert'; readonly forecast: Forecast; readonly inputs: unknown }
  | { readonly kind: 'plan.insert'; readonly plan: Plan; readonly inputs: unknown }
  | {
      readonly kind: 'plan.update';
      readonly id: string;
      readonly expectedStates: readonly Plan['state'][];
      readonly set: Partial<Plan>;
    }
  | { readonly kind: 'decision.insert'; readonly decision: PolicyDecision }
  | { readonly kind: 'approval.insert'; readonly approval: Approval }
  | {
      readonly kind: 'approval.update';
      readonly id: string;
      readonly expectedVersion: number;
      readonly set: Partial<Approval>;
    }
  | { readonly kind: 'run.insert'; readonly run: Run }
  | {
      readonly kind: 'run.update';
      readonly id: string;
      readonly expectedVersion: number;
      readonly set: Partial<Omit<Run, 'id' | 'steps' | 'version'>>;
    }
  | {
      readonly kind: 'step.update';
      readonly id: string;
      readonly expectedState: StepState;
      readonly expectedEpoch: number;
      readonly set: Partial<Omit<Step, 'id' | 'runId'>>;
    }
  | { readonly kind: 'run-log.append'; readonly runId: string; readonly lines: readonly Omit<RunLogLine, 'line'>[] }
  | { readonly kind: 'evidence.insert'; readonly evidence: Omit<Evidence, 'id'> }
  | { readonly kind: 'narrative.upsert'; readonly narrative: Narrative; readonly inputs: unknown }
  | { readonly kind: 'value.upsert'; readonly value: IncidentValue }
  | {
      readonly kind: 'breaker.record';
      readonly runbook: string;
      readonly targetKind: string;
      readonly environment: string;
      readonly targetKey: string;
      readonly outcome: 'success' | 'failure' | 'rollback';
    }
  | { readonly kind: 'locks.release'; readonly holder: string }
  | { readonly kind: 'budget.release'; readonly holder: string };

/** A condition checked inside the transaction, before any write; a miss refuses the whole transition. */
export type Guard =
  /** Reads `control` FOR SHARE: refuses when any scope is at or above `level`. */
  | { readonly kind: 'control'; readonly scopes: readonly string[]; readonly level: 'no-new' | 'freeze' }
  /**
   * Takes every lock in sorted order, epoch + 1; refuses when another holder's lease is alive or it has an unresolved dispatched step.
   * `holder` is the run's id: the same run may take its locks again at any time (a worker that carries on after another one died),
   * and the risen epoch is what fences the old worker. Epochs survive a release.
   */
  | {
      readonly kind: 'locks.acquire';
      readonly keys: readonly string[];
      readonly holder: string;
      readonly leaseMs: number;
    }
  /** Refuses unless `holder` still has all keys at these epochs; extends the lease. */
  | { readonly kind: 'locks.hold'; readonly holder: string; readonly leaseMs: number }
  /** Reserves actions against the environment's limits; refuses when a sum would pass its limit. */
  | {
      readonly kind: 'budget.reserve';
      readonly holder: string;
      readonly service: string;
      readonly environment: string;
      readonly targetKeys: readonly string[];
      readonly unavailable: number;
      readonly rollback: boolean;
      readonly limits: BudgetLimits;
    }
  | {
      readonly kind: 'breaker.closed';
      readonly runbook: string;
      readonly targetKind: string;
      readonly environment: string;
      readonly targetKey: string;
      readonly halfOpenAfterMs: number;
    }
  /**
   * Refuses when the environment has an open incident that is not among these: two shards that decide at the same moment see none
   * of each other's, and the later one must decide again. Guards of one environment are checked one after the other.
   */
  | { readonly kind: 'incidents.known'; readonly environment: string; readonly ids: readonly string[] }
  /** Marks a rollback token used; refuses when it is not valid any more. */
  | { readonly kind: 'rollback-token.use'; readonly id: string };

export interface BudgetLimits {
  readonly perServiceInFlight: number;
  readonly perEnvironmentInFlight: number;
  readonly targetsPerHour: number;
  readonly rollbackReservePerHour: number;
}

/** A job to enqueue after commit; `key` collapses duplicates, `delayMs` postpones. Carries ids only. */
export interface OutboxDraft {
  readonly queue: QueueName;
  readonly subjectId: string;
  readonly delayMs?: number;
  readonly traceparent?: string | undefined;
}

/**
 * Everything that one decision changes, as data. `commit` performs guards, writes, audit entries, live events and outbox
 * rows in ONE Postgres transaction, or nothing.
 */
export interface Transition {
  readonly workspaceId: string;
  readonly guards?: readonly Guard[];
  readonly writes: readonly Write[];
  readonly audit: readonly AuditDraft[];
  readonly events?: readonly LiveEventDraft[];
  readonly outbox?: readonly OutboxDraft[];
  /** Ids of steps, approvals or incidents whose notification is owed; the outbox fans out to channels. */
  readonly notify?: readonly {
    readonly type: 'incident.opened' | 'approval.needed' | 'run.finished' | 'run.needs-human';
    readonly subjectId: string;
    readonly incidentId: string;
  }[];
}

export type Refusal = 'conflict' | 'frozen' | 'target-locked' | 'budget-exhausted' | 'breaker-open' | 'token-used';
export type CommitResult =
  | {
      readonly ok: true;
      readonly auditIds: readonly string[];
      readonly epochs: Readonly<Record<string, number>>;
      readonly incidentNumber?: number | undefined;
    }
  | { readonly ok: false; readonly refusal: Refusal; readonly detail: string };

export interface StateStore {
  commit(transition: Transition): Promise<CommitResult>;
}
