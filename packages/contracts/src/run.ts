import { z } from 'zod';
import { Action, PrecheckResult, Target } from './plan.ts';
import { Actor, Instant, JsonObject, Name, Quantiles, Sha256, Traceparent, Uuid } from './primitives.ts';
import { ToolClass } from './runbook.ts';
import { ApprovalState, RunState, StepState } from './states.ts';

/** The durable intent of one step in one direction, written before anything leaves (remediation.md INTENT). */
export const StepIntent = z.object({
  opId: Uuid,
  direction: z.enum(['do', 'undo']),
  class: ToolClass,
  target: Target,
  action: Action,
  before: JsonObject,
  beforeDigest: Sha256,
  inverse: Action.optional(),
  decisionId: Uuid,
  bundleDigest: Sha256,
  approvalIds: z.array(Uuid),
  epoch: z.number().int(),
  intendedAt: Instant,
  canaryOf: z.number().int().optional(),
});
export type StepIntent = z.infer<typeof StepIntent>;

export const Step = z.object({
  id: Uuid,
  runId: Uuid,
  index: z.number().int(),
  title: z.string(),
  runbook: Name,
  state: StepState,
  direction: z.enum(['do', 'undo']),
  epoch: z.number().int(),
  attempt: z.number().int(),
  opId: Uuid.optional(),
  target: Target,
  action: Action,
  undo: Action.optional(),
  irreversible: z.boolean(),
  intent: StepIntent.optional(),
  prechecks: z.array(PrecheckResult),
  before: JsonObject.optional(),
  after: JsonObject.optional(),
  result: JsonObject.optional(),
  error: z.string().optional(),
  canary: z.object({
    state: z.enum(['not-needed', 'running', 'passed', 'failed']),
    detail: z.string(),
  }),
  nextAttemptAt: Instant.optional(),
  startedAt: Instant.optional(),
  dispatchedAt: Instant.optional(),
  finishedAt: Instant.optional(),
  undoneAt: Instant.optional(),
});
export type Step = z.infer<typeof Step>;

/** State of a run's rollback token. The signed token itself is answered only to whoever may use it. */
export const RollbackToken = z.object({
  id: Uuid,
  state: z.enum(['valid', 'used', 'expired', 'void']),
  reversible: z.boolean(),
  issuedAt: Instant,
  expiresAt: Instant,
  keyId: z.string(),
  token: z.string().optional(),
});
export type RollbackToken = z.infer<typeof RollbackToken>;

export const VerificationSample = z.object({
  at: Instant,
  indicator: z.string(),
  service: Name,
  value: z.number(),
  unit: z.string().optional(),
  good: z.boolean(),
  phase: z.enum(['before', 'settle', 'window']),
  source: z.string(),
});
export const Verification = z.object({
  state: z.enum(['pending', 'settling', 'window', 'done']),
  verdict: z.enum(['verified', 'ineffective', 'harmful', 'inconclusive']).optional(),
  startedAt: Instant.optional(),
  windowStartedAt: Instant.optional(),
  endsAt: Instant.optional(),
  /** The last look that was recorded, and the spans in which nobody looked (no worker lived): neither settling nor the window runs on in them. */
  watchedAt: Instant.optional(),
  unwatched: z.array(z.object({ from: Instant, to: Instant })).optional(),
  worstBefore: z.record(z.string(), z.number()).default({}),
  samples: z.array(VerificationSample),
  reason: z.string(),
});
export type Verification = z.infer<typeof Verification>;

export const Run = z.object({
  id: Uuid,
  planId: Uuid,
  planHash: Sha256,
  incidentId: Uuid,
  environment: Name,
  service: Name,
  state: RunState,
  version: z.number().int(),
  requester: Actor,
  createdAt: Instant,
  startedAt: Instant.optional(),
  finishedAt: Instant.optional(),
  steps: z.array(Step),
  rollbackToken: RollbackToken.optional(),
  verification: Verification,
  rollbackRequestedBy: Actor.optional(),
  reason: z.string().optional(),
  traceparent: Traceparent.optional(),
  usualSeconds: Quantiles.optional(),
});
export type Run = z.infer<typeof Run>;

/** A line of a run's log; `line` counts from 1 within the run. */
export const RunLogLine = z.object({
  line: z.number().int().positive(),
  at: Instant,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  stepIndex: z.number().int().optional(),
  text: z.string(),
});
export type RunLogLine = z.infer<typeof RunLogLine>;

/** An approval binds the exact plan: its hash, the policy bundle, the environment and an expiry. Single use. */
export const Approval = z.object({
  id: Uuid,
  planId: Uuid,
  planHash: Sha256,
  planVersion: z.number().int(),
  incidentId: Uuid,
  environment: Name,
  service: Name,
  state: ApprovalState,
  version: z.number().int(),
  required: z.number().int().positive(),
  role: z.string(),
  ruleIds: z.array(Name),
  requester: Actor,
  author: z.string(),
  bundleDigest: Sha256,
  createdAt: Instant,
  expiresAt: Instant,
  dispatchBy: Instant.optional(),
  decisions: z.array(
    z.object({
      actor: Actor,
      decision: z.enum(['approve', 'reject']),
      reason: z.string(),
      at: Instant,
    }),
  ),
  summary: z.string(),
});
export type Approval = z.infer<typeof Approval>;
