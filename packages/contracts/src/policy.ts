import { z } from 'zod';
import { Instant, JsonObject, Name, Sha256, Uuid } from './primitives.ts';
import { Autonomy, Toggle } from './states.ts';

export const VerdictEffect = z.enum(['allow', 'require-approval', 'deny']);
export type VerdictEffect = z.infer<typeof VerdictEffect>;

/** What one rule said, the fact it decided on and what would make it allow. */
export const RuleDecision = z.object({
  ruleId: Name,
  title: z.string(),
  effect: VerdictEffect,
  fact: z.string(),
  toBeAllowed: z.string().optional(),
  toggle: Toggle.default('on'),
  stepIndexes: z.array(z.number().int()).default([]),
});
export type RuleDecision = z.infer<typeof RuleDecision>;

export const StepVerdict = z.object({
  index: z.number().int(),
  effect: z.enum(['allowed', 'constrained', 'blocked']),
  ruleId: Name,
  fact: z.string(),
  constraint: z.string().optional(),
  toBeAllowed: z.string().optional(),
});
export type StepVerdict = z.infer<typeof StepVerdict>;

export const Constraint = z.object({
  kind: z.enum(['cap', 'canary', 'window', 'ttl']),
  stepIndex: z.number().int().optional(),
  value: z.union([z.number(), z.string()]),
  ruleId: Name,
});

/** What Rego answers: effect with at least one deciding rule. Anything else is unreadable and means deny. */
export const PolicyVerdict = z.object({
  effect: VerdictEffect,
  ruleIds: z.array(Name).min(1),
  rules: z.array(RuleDecision),
  steps: z.array(StepVerdict),
  facts: z.array(z.string()),
  constraints: z.array(Constraint),
  toBeAllowed: z.array(z.string()),
  approvals: z.object({
    required: z.number().int().nonnegative(),
    given: z.number().int().nonnegative(),
    role: z.string(),
  }),
  shadowed: z.array(RuleDecision).default([]),
});
export type PolicyVerdict = z.infer<typeof PolicyVerdict>;

/** A verdict as recorded: with its input's digest, so that it can be replayed. */
export const PolicyDecision = z.object({
  id: Uuid,
  planId: Uuid,
  planHash: Sha256,
  environment: Name,
  phase: z.enum(['candidate', 'plan', 'approval', 'dispatch', 'what-if']),
  verdict: PolicyVerdict,
  bundleDigest: Sha256,
  inputDigest: Sha256,
  input: JsonObject,
  decidedAt: Instant,
  durationMicros: z.number().int(),
});
export type PolicyDecision = z.infer<typeof PolicyDecision>;

/** A row of `GET /api/v1/decisions`: a verdict without its input, and the incident it was given for. */
export const DecisionRow = PolicyDecision.pick({
  id: true,
  planId: true,
  environment: true,
  phase: true,
  bundleDigest: true,
  inputDigest: true,
  decidedAt: true,
  durationMicros: true,
}).extend({
  effect: VerdictEffect,
  ruleIds: z.array(Name),
  facts: z.array(z.string()),
  toBeAllowed: z.array(z.string()),
  /** Rules in shadow mode that would have said otherwise. */
  shadowed: z.array(Name),
  incident: z.string().optional(),
  service: Name.optional(),
});
export type DecisionRow = z.infer<typeof DecisionRow>;

/** What one rule said over the last 7 days, in numbers of decisions. */
export const RuleRecord = z.object({
  ruleId: z.string(),
  judged: z.number().int(),
  requireApproval: z.number().int(),
  denied: z.number().int(),
  shadowed: z.number().int(),
});
export type RuleRecord = z.infer<typeof RuleRecord>;

/** `policies/environments/<name>.yaml`: limits, windows, freezes, autonomy and toggles. Data, hot-reloaded. */
export const EnvironmentRules = z.strictObject({
  apiVersion: z.literal('autoops.dev/v1'),
  kind: z.literal('EnvironmentRules'),
  environment: Name,
  title: z.string().default(''),
  replicaCap: z.strictObject({ withoutApproval: z.number().int(), absolute: z.number().int() }),
  approvals: z.strictObject({
    always: z.boolean(),
    low: z.number().int(),
    medium: z.number().int(),
    high: z.number().int(),
    role: z.string().default('approver'),
  }),
  blastRadius: z.strictObject({
    unavailableRatio: z.number(),
    messages: z.number().int(),
    perServiceInFlight: z.number().int(),
    perEnvironmentInFlight: z.number().int(),
    targetsPerHour: z.number().int(),
    rollbackReservePerHour: z.number().int(),
  }),
  windows: z
    .array(
      z.strictObject({
        days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
        from: z.string().regex(/^\d\d:\d\d$/),
        to: z.string().regex(/^\d\d:\d\d$/),
      }),
    )
    .default([]),
  freezes: z.array(z.strictObject({ from: Instant, to: Instant, reason: z.string() })).default([]),
  irreversible: z.enum(['deny', 'require-approval', 'allow']),
  classD: z.enum(['deny', 'attended']),
  minimumBudgetLeft: z.number().optional(),
  autonomy: z.strictObject({
    /** A file may leave it to the installation: `suggest` in the demo, `shadow` without. */
    default: Autonomy.default('shadow'),
    rules: z.array(z.strictObject({ runbook: Name.optional(), service: Name.optional(), level: Autonomy })).default([]),
  }),
  toggles: z.strictObject({
    rules: z.record(Name, Toggle).default({}),
    runbooks: z.record(Name, Toggle).default({}),
  }),
});
export type EnvironmentRules = z.infer<typeof EnvironmentRules>;

/** A mistake in a file, with its place; lines and columns count from 1. */
export const FileMistake = z.object({ line: z.number().int(), column: z.number().int(), message: z.string() });
export type FileMistake = z.infer<typeof FileMistake>;

/** All environments side by side for one plan; columns other than the plan's own are a what-if and can never run. */
export const EvaluateResponse = z.object({
  planId: Uuid,
  planHash: Sha256,
  evaluatedAt: Instant,
  bundleDigest: Sha256,
  auditId: z.string(),
  environments: z.array(
    z.object({
      environment: Name,
      own: z.boolean(),
      decisionId: Uuid,
      verdict: PolicyVerdict,
      autonomy: Autonomy,
      input: JsonObject,
    }),
  ),
  differing: z.array(Name),
});
export type EvaluateResponse = z.infer<typeof EvaluateResponse>;
