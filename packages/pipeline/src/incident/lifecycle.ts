import type { IncidentOutcome, IncidentState, PlanState, Reason, RunState, Stage, StepState } from '@autoops/contracts';

/** Who moves an incident: a stage, a person, or time (the sweeper's expiries and ended anomalies). */
export type Mover = Stage | 'person' | 'time';

/** One allowed movement of an incident. `to: 'same'` records a decision without moving. `next` is the stage that works on it then. */
export interface Arc {
  readonly by: Mover;
  readonly reason: Reason;
  readonly from: readonly IncidentState[] | 'any';
  readonly to: IncidentState | 'same';
  readonly outcome?: IncidentOutcome;
  readonly next?: Stage;
}

const OPEN: readonly IncidentState[] = [
  'detected',
  'forecasted',
  'planned',
  'awaiting-decision',
  'executing',
  'verifying',
];
/** The states of an incident before any run has acted on it. */
export const BEFORE_RUN: readonly IncidentState[] = ['detected', 'forecasted', 'planned', 'awaiting-decision'];
const IN_RUN: readonly IncidentState[] = ['executing', 'verifying'];

const close = (by: Mover, reason: Reason, outcome: IncidentOutcome, from: readonly IncidentState[]): Arc => ({
  by,
  reason,
  from,
  to: 'closed',
  outcome,
  next: 'explainer',
});

/** The life of an incident as a table (loop.md "States"); nothing else knows which state follows which outcome. */
export const INCIDENT_ARCS: readonly Arc[] = [
  // Evidence of another kind or a higher severity than the closed incident ever had.
  { by: 'detector', reason: 'incident-reopened', from: ['closed'], to: 'planned', next: 'planner' },

  { by: 'forecaster', reason: 'forecast-frozen', from: ['detected'], to: 'forecasted', next: 'planner' },
  { by: 'forecaster', reason: 'insufficient-history', from: ['detected'], to: 'forecasted', next: 'planner' },
  // A forecast is help, not a condition: the Planner plans from the anomalies when the Forecaster keeps failing.
  { by: 'forecaster', reason: 'retries-exhausted', from: ['detected'], to: 'forecasted', next: 'planner' },

  {
    by: 'planner',
    reason: 'plan-proposed',
    from: ['forecasted', 'planned', 'awaiting-decision'],
    to: 'planned',
    next: 'policy',
  },
  close('planner', 'no-safe-plan', 'no-safe-plan', ['forecasted', 'planned']),
  close('planner', 'precheck-failed', 'no-safe-plan', ['forecasted', 'planned']),
  close('planner', 'self-healed', 'self-healed', ['forecasted', 'planned']),
  close('planner', 'retries-exhausted', 'no-safe-plan', ['forecasted', 'planned']),

  {
    by: 'policy',
    reason: 'policy-allowed',
    from: ['planned', 'awaiting-decision'],
    to: 'executing',
    next: 'remediator',
  },
  { by: 'policy', reason: 'awaiting-execute', from: ['planned', 'awaiting-decision'], to: 'awaiting-decision' },
  { by: 'policy', reason: 'awaiting-approval', from: ['planned', 'awaiting-decision'], to: 'awaiting-decision' },
  { by: 'policy', reason: 'shadowed', from: ['planned', 'awaiting-decision'], to: 'awaiting-decision' },
  { by: 'policy', reason: 'stale', from: ['planned', 'awaiting-decision'], to: 'planned', next: 'planner' },
  close('policy', 'policy-denied', 'denied', ['planned', 'awaiting-decision']),
  close('policy', 'policy-unreadable', 'denied', ['planned', 'awaiting-decision']),
  close('policy', 'precheck-failed', 'no-safe-plan', ['planned', 'awaiting-decision']),
  close('policy', 'self-healed', 'self-healed', ['planned', 'awaiting-decision']),
  close('policy', 'retries-exhausted', 'denied', ['planned', 'awaiting-decision']),

  { by: 'remediator', reason: 'verifying', from: ['executing'], to: 'verifying' },
  { by: 'remediator', reason: 'rolling-back', from: IN_RUN, to: 'executing' },
  // Nothing was dispatched and the world moved on: ask again with a fresh plan.
  { by: 'remediator', reason: 'stale', from: IN_RUN, to: 'planned', next: 'planner' },
  // A person must look; the incident stays open until that person closes it (outcome `unresolved`).
  { by: 'remediator', reason: 'needs-human', from: IN_RUN, to: 'same', next: 'explainer' },
  { by: 'remediator', reason: 'rollback-failed', from: IN_RUN, to: 'same', next: 'explainer' },
  { by: 'remediator', reason: 'retries-exhausted', from: IN_RUN, to: 'same', next: 'explainer' },
  close('remediator', 'verified', 'verified', IN_RUN),
  close('remediator', 'ineffective', 'ineffective', IN_RUN),
  close('remediator', 'harmful', 'harmful', IN_RUN),
  close('remediator', 'inconclusive', 'inconclusive', IN_RUN),
  close('remediator', 'aborted', 'aborted', IN_RUN),
  close('remediator', 'rolled-back', 'rolled-back', IN_RUN),
  close('remediator', 'self-healed', 'self-healed', IN_RUN),

  { by: 'explainer', reason: 'narrative-written', from: 'any', to: 'same' },
  { by: 'explainer', reason: 'value-computed', from: 'any', to: 'same' },
  { by: 'explainer', reason: 'retries-exhausted', from: 'any', to: 'same' },

  { by: 'person', reason: 'acknowledged', from: OPEN, to: 'same' },
  { by: 'person', reason: 'assigned', from: OPEN, to: 'same' },
  { by: 'person', reason: 'execute-requested', from: ['awaiting-decision'], to: 'executing', next: 'remediator' },
  { by: 'person', reason: 'approved', from: ['awaiting-decision'], to: 'same', next: 'policy' },
  {
    by: 'person',
    reason: 'rolling-back',
    from: ['closed', 'executing', 'verifying'],
    to: 'executing',
    next: 'remediator',
  },
  { by: 'person', reason: 'paused', from: IN_RUN, to: 'same' },
  { by: 'person', reason: 'resumed', from: IN_RUN, to: 'same', next: 'remediator' },
  { by: 'person', reason: 'aborted', from: IN_RUN, to: 'executing', next: 'remediator' },
  // A person asks for a plan: a closed incident reopens, an open one gets the next version.
  { by: 'person', reason: 'incident-reopened', from: [...BEFORE_RUN, 'closed'], to: 'planned', next: 'planner' },
  close('person', 'rejected', 'rejected', ['awaiting-decision']),
  close('person', 'closed-by-person', 'closed-by-person', OPEN),
  close('person', 'unresolved', 'unresolved', IN_RUN),
  // The incident that it was merged into tells the story.
  { by: 'person', reason: 'merged', from: OPEN, to: 'closed', outcome: 'merged' },

  close('time', 'expired', 'expired', ['awaiting-decision']),
  close('time', 'shadowed', 'shadowed', ['awaiting-decision']),
  close('time', 'self-healed', 'self-healed', BEFORE_RUN),
];

/** The arc for a mover and reason from a state; undefined when the lifecycle does not allow it. */
export function arcOf(by: Mover, reason: Reason, from: IncidentState): Arc | undefined {
  return INCIDENT_ARCS.find(
    (arc) => arc.by === by && arc.reason === reason && (arc.from === 'any' || arc.from.includes(from)),
  );
}

/** Which plan states may follow which. */
export const PLAN_ARCS: Readonly<Record<PlanState, readonly PlanState[]>> = {
  draft: ['allowed', 'awaiting-execute', 'awaiting-approval', 'denied', 'stale', 'superseded', 'executed'],
  allowed: ['executed', 'stale', 'superseded', 'expired', 'denied'],
  'awaiting-execute': ['executed', 'expired', 'stale', 'superseded', 'denied', 'rejected'],
  'awaiting-approval': ['approved', 'rejected', 'expired', 'stale', 'superseded', 'denied'],
  approved: ['executed', 'expired', 'stale', 'superseded', 'denied', 'awaiting-approval'],
  executed: ['stale'],
  denied: ['superseded'],
  rejected: ['superseded'],
  expired: ['superseded'],
  stale: ['superseded'],
  superseded: [],
};

/** Which run states may follow which. `succeeded`, `aborted`, `rolled-back` and `rollback-failed` are ends unless a person rolls back. */
export const RUN_ARCS: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'paused', 'rolling-back', 'aborted', 'needs-human'],
  running: ['paused', 'verifying', 'rolling-back', 'aborted', 'needs-human'],
  paused: ['running', 'rolling-back', 'aborted', 'needs-human'],
  verifying: ['succeeded', 'rolling-back', 'needs-human'],
  succeeded: ['rolling-back'],
  'rolling-back': ['rolled-back', 'rollback-failed', 'aborted', 'needs-human'],
  'needs-human': ['rolling-back'],
  'rolled-back': [],
  'rollback-failed': [],
  aborted: [],
};

/** Which step states may follow which (remediation.md "Step states"); the undo of a step goes the same way through intent and dispatch. */
export const STEP_ARCS: Readonly<Record<StepState, readonly StepState[]>> = {
  pending: ['claimed', 'skipped'],
  claimed: ['intent', 'pending', 'claimed', 'skipped'],
  intent: ['dispatched', 'pending', 'claimed', 'skipped', 'compensating'],
  dispatched: ['applied', 'failed-definite', 'unknown', 'compensated', 'claimed', 'compensating', 'intent'],
  applied: ['verified', 'compensating', 'compensated', 'claimed'],
  'failed-definite': ['claimed', 'compensating', 'skipped'],
  unknown: ['applied', 'failed-definite', 'compensating'],
  verified: ['compensating', 'compensated'],
  compensating: ['intent', 'compensating', 'compensated'],
  compensated: [],
  skipped: [],
};
