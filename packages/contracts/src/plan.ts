import { z } from 'zod';
import { Actor, Instant, JsonObject, Name, Sha256, Uuid } from './primitives.ts';
import { PolicyVerdict } from './policy.ts';
import { Condition, ToolClass, PlanVerification, WaitFor } from './runbook.ts';
import { PlanState } from './states.ts';

/** A thing that a step changes. `key` names it for locks and budgets; `uid` changes when it is replaced by another. */
export const Target = z.object({
  key: z.string(),
  uid: z.string(),
  kind: z.enum(['service', 'job', 'queue', 'replica', 'route', 'http']),
  name: z.string(),
  service: Name,
  environment: Name,
});
export type Target = z.infer<typeof Target>;

export const PrecheckResult = z.object({
  id: z.string(),
  title: z.string(),
  passed: z.boolean(),
  fact: z.string(),
  checkedAt: Instant,
  phase: z.enum(['plan', 'approval', 'dispatch']),
});
export type PrecheckResult = z.infer<typeof PrecheckResult>;

/** A typed action on a target, as the connector takes it. Never a command string. */
export const Action = z.object({ kind: z.string(), args: JsonObject });
export type Action = z.infer<typeof Action>;

export const PlanStep = z.object({
  index: z.number().int().nonnegative(),
  id: z.string(),
  runbook: z.object({ name: Name, version: z.number().int(), digest: Sha256 }),
  title: z.string(),
  tool: z.enum(['sandbox', 'http']),
  class: ToolClass,
  target: Target,
  action: Action,
  undo: Action.optional(),
  irreversible: z.boolean(),
  prechecks: z.array(Condition),
  canary: z.boolean(),
  waitFor: WaitFor.optional(),
  ttlSeconds: z.number().optional(),
  touches: z.object({
    kind: z.enum(['job', 'replica', 'message', 'route', 'version']),
    count: z.number().int(),
    cap: z.number().int(),
    unavailable: z.number().int(),
  }),
  /** Owned fields of the target that this step expects and will leave behind; part of the hash, so that drift voids it. */
  before: JsonObject,
  after: JsonObject,
  evidence: Name,
});
export type PlanStep = z.infer<typeof PlanStep>;

/** A candidate that was judged and not chosen, with its reason; a better but forbidden one is shown first. */
export const RejectedCandidate = z.object({
  runbook: z.string(),
  title: z.string(),
  reason: z.enum([
    'not-applicable',
    'forbidden',
    'lower-rank',
    'same-evidence',
    'precheck-failed',
    'no-target',
    'breaker-open',
    'cool-down',
    'toggled-off',
    'attempts-used',
  ]),
  detail: z.string(),
  score: z.number().optional(),
  betterThanChosen: z.boolean().default(false),
  ruleIds: z.array(z.string()).default([]),
});
export type RejectedCandidate = z.infer<typeof RejectedCandidate>;

export const DryRunStep = z.object({
  index: z.number().int(),
  ok: z.boolean(),
  before: JsonObject,
  after: JsonObject,
  undoProven: z.boolean(),
  detail: z.string(),
});
export const DryRun = z.object({
  at: Instant,
  ok: z.boolean(),
  steps: z.array(DryRunStep),
  digest: Sha256,
});
export type DryRun = z.infer<typeof DryRun>;

/** A condition that made a runbook apply, with the fact it was found true on and who measured that. */
export const PlanReason = z.object({
  runbook: Name,
  id: z.string(),
  title: z.string(),
  fact: z.string(),
  indicator: z.string().optional(),
  service: Name.optional(),
  view: z.enum(['service', 'client', 'balancer', 'raw']).optional(),
});
export type PlanReason = z.infer<typeof PlanReason>;

/**
 * Runbooks bound to targets and parameters, pinned by `hash` = SHA-256 of RFC 8785 of what loop.md "What the plan's hash covers" lists.
 */
export const Plan = z.object({
  id: Uuid,
  incidentId: Uuid,
  version: z.number().int().positive(),
  state: PlanState,
  hash: Sha256,
  environment: Name,
  service: Name,
  title: z.string(),
  requester: Actor,
  author: z.string(),
  createdAt: Instant,
  steps: z.array(PlanStep),
  prechecks: z.array(PrecheckResult),
  verification: PlanVerification,
  expectedEffect: z.object({ indicator: z.string(), text: z.string(), withinSeconds: z.number() }),
  riskClass: z.enum(['low', 'medium', 'high']),
  reversible: z.boolean(),
  trackRecord: z.object({ n: z.number().int(), succeeded: z.number().int() }),
  rejected: z.array(RejectedCandidate),
  /** Why each runbook applies; absent where a person asked for it. */
  because: z.array(PlanReason).optional(),
  dryRun: DryRun.optional(),
  policyDigest: Sha256,
  verdict: PolicyVerdict.optional(),
  approvalId: Uuid.optional(),
  runId: Uuid.optional(),
});
export type Plan = z.infer<typeof Plan>;
