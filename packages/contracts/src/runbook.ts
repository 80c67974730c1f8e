import { z } from 'zod';
import { JsonObject, Name, Sha256 } from './primitives.ts';
import { Autonomy, Toggle } from './states.ts';

/** Whose indicator is meant: the bound target's service, the incident's service, or a named one. Never an expression. */
export const SignalRef = z.strictObject({
  indicator: z.string(),
  of: z.enum(['target', 'incident', 'service']).default('target'),
  service: Name.optional(),
  labels: z.record(z.string(), z.string()).default({}),
});
export type SignalRef = z.infer<typeof SignalRef>;

/** A condition over what is known of a service: a bound on a signal, an open anomaly, a recent change, a target's owned field. */
export const Condition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('signal'),
    id: Name,
    title: z.string(),
    signal: SignalRef,
    op: z.enum(['lt', 'lte', 'gt', 'gte']),
    value: z.number(),
  }),
  /** A signal has a recent value, whatever it is: who sends it lives. */
  z.strictObject({ kind: z.literal('reports'), id: Name, title: z.string(), signal: SignalRef }),
  z.strictObject({
    kind: z.literal('anomaly'),
    id: Name,
    title: z.string(),
    signal: SignalRef,
    direction: z.enum(['up', 'down', 'any']).default('any'),
  }),
  z.strictObject({
    kind: z.literal('change'),
    id: Name,
    title: z.string(),
    type: z.enum(['deploy', 'job', 'config']),
    of: z.enum(['target', 'incident', 'any']).default('any'),
    withinSeconds: z.number().positive(),
  }),
  z.strictObject({
    kind: z.literal('log'),
    id: Name,
    title: z.string(),
    contains: z.string(),
    withinSeconds: z.number().positive(),
    atLeast: z.number().int().default(1),
  }),
  z.strictObject({
    kind: z.literal('forecast'),
    id: Name,
    title: z.string(),
    exhaustionWithinSeconds: z.number().positive(),
  }),
  /** Two signals against each other: `signal op factor * than`. */
  z.strictObject({
    kind: z.literal('compare'),
    id: Name,
    title: z.string(),
    signal: SignalRef,
    op: z.enum(['lt', 'lte', 'gt', 'gte']),
    than: SignalRef,
    factor: z.number().default(1),
  }),
  /** How fast a signal moves: its least-squares slope over the last `overSeconds`, per second. */
  z.strictObject({
    kind: z.literal('trend'),
    id: Name,
    title: z.string(),
    signal: SignalRef,
    op: z.enum(['lt', 'lte', 'gt', 'gte']),
    perSecond: z.number(),
    overSeconds: z.number().positive(),
  }),
  /** One value of a label stands out: it is at least `worstAtLeast` and every other at most `othersAtMost`. */
  z.strictObject({
    kind: z.literal('outlier'),
    id: Name,
    title: z.string(),
    signal: SignalRef,
    label: z.string(),
    worstAtLeast: z.number(),
    othersAtMost: z.number(),
    others: z.number().int().min(1).default(1),
  }),
  z.strictObject({
    kind: z.literal('target'),
    id: Name,
    title: z.string(),
    field: z.string(),
    op: z.enum(['lt', 'lte', 'gt', 'gte', 'eq', 'ne']),
    value: z.union([z.number(), z.string(), z.boolean()]),
  }),
]);
export type Condition = z.infer<typeof Condition>;

/** Waits before a step until a signal holds; after `atMostSeconds` the step goes on (loop.md: not a precheck). */
export const WaitFor = z.strictObject({
  signal: SignalRef,
  op: z.enum(['lt', 'lte', 'gt', 'gte']),
  value: z.number(),
  holdsSeconds: z.number().nonnegative(),
  atMostSeconds: z.number().positive(),
});
export type WaitFor = z.infer<typeof WaitFor>;

/** One independent signal that a fix is judged by: good while `signal op bound`. */
export const VerificationSignal = z.strictObject({
  signal: SignalRef,
  op: z.enum(['lt', 'lte', 'gt', 'gte']),
  bound: z.number(),
  source: z.string(),
  view: z.enum(['service', 'client', 'balancer']),
});
export type VerificationSignal = z.infer<typeof VerificationSignal>;

export const VerificationSpec = z.strictObject({
  signals: z.array(VerificationSignal).min(1),
  settleSeconds: z.number().nonnegative(),
  settleEndsEarly: z.boolean().default(false),
  windowSeconds: z.number().positive(),
  minSamples: z.number().int().min(1).default(5),
  sampleSeconds: z.number().positive(),
});
export type VerificationSpec = z.infer<typeof VerificationSpec>;

/** How a plan is verified: the signals of all its runbooks, each with those whose effect it shows. A canary is judged by its own. */
export const PlanVerification = VerificationSpec.extend({
  signals: z.array(VerificationSignal.extend({ runbooks: z.array(z.string()).optional() })).min(1),
});
export type PlanVerification = z.infer<typeof PlanVerification>;

/** A parameter of a runbook: a literal from the file, or computed by the planner inside its bounds; operators may override it. */
export const ParameterSpec = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('integer'),
    title: z.string(),
    minimum: z.number().int(),
    maximum: z.number().int(),
    default: z.number().int().optional(),
    from: z.enum(['capacity-need', 'current-plus', 'literal']).default('literal'),
    add: z.number().int().optional(),
    /**
     * For `capacity-need`: how often a client tries, what a retry costs beside a first attempt (1 = as much again), and how
     * much room to leave beyond the point at which a retry storm can no longer feed itself.
     */
    retries: z
      .strictObject({ attempts: z.number().int().min(1), cost: z.number().positive(), headroom: z.number().min(1) })
      .optional(),
  }),
  z.strictObject({
    type: z.literal('number'),
    title: z.string(),
    minimum: z.number(),
    maximum: z.number(),
    default: z.number(),
  }),
  z.strictObject({
    type: z.literal('string'),
    title: z.string(),
    pattern: z.string(),
    default: z.string().optional(),
    from: z.enum(['literal', 'worst-replica', 'previous-version', 'missing-replica']).default('literal'),
  }),
]);
export type ParameterSpec = z.infer<typeof ParameterSpec>;

export const ToolClass = z.enum(['A', 'B', 'C', 'D']);
export type ToolClass = z.infer<typeof ToolClass>;

export const RunbookStep = z.strictObject({
  id: Name,
  title: z.string(),
  tool: z.enum(['sandbox', 'http']),
  action: z.string(),
  args: JsonObject.default({}),
  /** Arguments taken from parameters: argument name -> parameter name. */
  bind: z.record(z.string(), z.string()).default({}),
  undo: z.strictObject({ action: z.string(), args: JsonObject.default({}) }).optional(),
  irreversible: z.literal(true).optional(),
  ttlSeconds: z.number().positive().optional(),
  canary: z.boolean().default(false),
  waitFor: WaitFor.optional(),
  touches: z.enum(['job', 'replica', 'message', 'route', 'version']),
  makesUnavailable: z.boolean().default(false),
});
export type RunbookStep = z.infer<typeof RunbookStep>;

/** A runbook file of the catalogue (`runbooks/*.yaml`), JSON Schema published from this. */
export const Runbook = z.strictObject({
  apiVersion: z.literal('autoops.dev/v1'),
  kind: z.literal('Runbook'),
  metadata: z.strictObject({
    name: Name,
    version: z.number().int().positive(),
    title: z.string(),
    summary: z.string(),
    owner: z.string(),
    author: z.string(),
    reviewBy: z.iso.date(),
  }),
  spec: z.strictObject({
    riskClass: z.enum(['low', 'medium', 'high']),
    /** What this runbook answers; a plan takes at most one runbook per distinct evidence. */
    evidence: Name,
    target: z.strictObject({
      kind: z.enum(['service', 'job', 'queue', 'replica', 'route']),
      service: Name.optional(),
      name: z.string().optional(),
      scope: z.enum(['incident', 'upstream', 'downstream', 'named']).default('incident'),
    }),
    appliesWhen: z.strictObject({
      all: z.array(Condition).default([]),
      any: z.array(Condition).default([]),
    }),
    notWhen: z.array(Condition).default([]),
    parameters: z.record(Name, ParameterSpec).default({}),
    prechecks: z.array(Condition),
    steps: z.array(RunbookStep).min(1),
    verification: VerificationSpec,
    expectedEffect: z.strictObject({
      indicator: z.string(),
      reductionRatio: z.number().min(0).max(1),
      withinSeconds: z.number().positive(),
      cost: z.string().optional(),
    }),
    limits: z.strictObject({
      objectsPerRun: z.number().int().positive(),
      objectsPerHour: z.number().int().positive(),
      coolDownSeconds: z.number().nonnegative(),
      attempts: z.number().int().positive(),
    }),
  }),
});
export type Runbook = z.infer<typeof Runbook>;

/** `GET /api/v1/runbooks`: the file, its digest, its toggle and its record. */
export const RunbookResource = z.object({
  id: z.string(),
  name: Name,
  version: z.number().int(),
  digest: Sha256,
  title: z.string(),
  summary: z.string(),
  riskClass: z.enum(['low', 'medium', 'high']),
  reversible: z.boolean(),
  runs: z.number().int(),
  succeeded: z.number().int(),
  lastUsedAt: z.string().optional(),
  toggle: Toggle,
  autonomy: z.record(z.string(), Autonomy),
  yaml: z.string(),
  spec: Runbook,
});
export type RunbookResource = z.infer<typeof RunbookResource>;
