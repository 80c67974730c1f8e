import { z } from 'zod';

/** loop.md "States": the same kebab-case words in the database, the API and the UI. */
export const IncidentState = z.enum([
  'detected',
  'forecasted',
  'planned',
  'awaiting-decision',
  'executing',
  'verifying',
  'closed',
]);
export type IncidentState = z.infer<typeof IncidentState>;

export const IncidentOutcome = z.enum([
  'verified',
  'ineffective',
  'inconclusive',
  'harmful',
  'denied',
  'rejected',
  'expired',
  'no-safe-plan',
  'self-healed',
  'aborted',
  'shadowed',
  'merged',
  'closed-by-person',
  'rolled-back',
  'unresolved',
]);
export type IncidentOutcome = z.infer<typeof IncidentOutcome>;

/** Outcomes after which nobody but a person goes on: when such an incident closed says nothing of when the trouble ended. */
export const LEFT_TO_PEOPLE: ReadonlySet<IncidentOutcome> = new Set([
  'ineffective',
  'inconclusive',
  'harmful',
  'denied',
  'rejected',
  'expired',
  'no-safe-plan',
  'aborted',
  'rolled-back',
  'unresolved',
]);

export const PlanState = z.enum([
  'draft',
  'allowed',
  'awaiting-execute',
  'awaiting-approval',
  'approved',
  'denied',
  'rejected',
  'expired',
  'stale',
  'superseded',
  'executed',
]);
export type PlanState = z.infer<typeof PlanState>;

export const RunState = z.enum([
  'queued',
  'running',
  'paused',
  'verifying',
  'succeeded',
  'rolling-back',
  'rolled-back',
  'rollback-failed',
  'aborted',
  'needs-human',
]);
export type RunState = z.infer<typeof RunState>;
/** The states in which a run does nothing any more. */
export const ENDED_RUN_STATES: readonly RunState[] = [
  'succeeded',
  'rolled-back',
  'rollback-failed',
  'aborted',
  'needs-human',
];

/** remediation.md "Step states". COMPENSATING ends in COMPENSATED when the undo was read back. */
export const StepState = z.enum([
  'pending',
  'claimed',
  'intent',
  'dispatched',
  'applied',
  'failed-definite',
  'unknown',
  'verified',
  'compensating',
  'compensated',
  'skipped',
]);
export type StepState = z.infer<typeof StepState>;

export const ApprovalState = z.enum(['waiting', 'approved', 'rejected', 'expired', 'void', 'used']);
export type ApprovalState = z.infer<typeof ApprovalState>;

export const Stage = z.enum(['detector', 'forecaster', 'planner', 'policy', 'remediator', 'explainer']);
export type Stage = z.infer<typeof Stage>;

/** `shadow` decides and records, `suggest` waits for a person's Execute, `auto` runs by itself. */
export const Autonomy = z.enum(['shadow', 'suggest', 'auto']);
export type Autonomy = z.infer<typeof Autonomy>;

export const Toggle = z.enum(['off', 'shadow', 'on']);
export type Toggle = z.infer<typeof Toggle>;

/**
 * The closed list of reasons. One reason is at once the timeline entry, the metric label and the key of the words that
 * the UI shows, so nothing else may name an outcome.
 */
export const Reason = z.enum([
  // detector
  'anomaly-opened',
  'anomaly-joined',
  'anomaly-ended',
  'incident-opened',
  'incident-reopened',
  'regression-found',
  'learning',
  // forecaster
  'forecast-frozen',
  'insufficient-history',
  // planner
  'plan-proposed',
  'no-safe-plan',
  'plan-superseded',
  'precheck-failed',
  'self-healed',
  // policy
  'policy-allowed',
  'awaiting-execute',
  'awaiting-approval',
  'policy-denied',
  'policy-unreadable',
  'shadowed',
  // people
  'approved',
  'rejected',
  'expired',
  'execute-requested',
  'acknowledged',
  'assigned',
  'merged',
  'closed-by-person',
  'unresolved',
  // remediator
  'run-started',
  'step-claimed',
  'step-intent',
  'step-dispatched',
  'step-applied',
  'step-failed',
  'step-unknown',
  'step-skipped',
  'step-compensated',
  'canary-passed',
  'canary-failed',
  'paused',
  'resumed',
  'aborted',
  'stale',
  'frozen',
  'breaker-open',
  'budget-exhausted',
  'target-locked',
  'sensor-suspect',
  'back-off',
  'run-finished',
  'needs-human',
  // verification and undo
  'verifying',
  'verified',
  'ineffective',
  'harmful',
  'inconclusive',
  'rolling-back',
  'rolled-back',
  'rollback-failed',
  // explainer
  'narrative-written',
  'value-computed',
  // engine
  'fault',
  'retries-exhausted',
]);
export type Reason = z.infer<typeof Reason>;
