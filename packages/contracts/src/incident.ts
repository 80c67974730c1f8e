import { z } from 'zod';
import { Actor, Instant, JsonObject, Name, Quantiles, Severity, Sha256, Traceparent, Uuid } from './primitives.ts';
import { TrackRecord } from './service-forecast.ts';
import { IncidentOutcome, IncidentState } from './states.ts';
import { IncidentValue } from './value.ts';

/** What kind of deviation an anomaly is; an incident's kind is that of its first anomaly. */
export const AnomalyKind = z.enum([
  'level',
  'novelty',
  'regression',
  'log-rate',
  'new-template',
  'alert',
  'forecast',
  'absence',
]);
export type AnomalyKind = z.infer<typeof AnomalyKind>;

/** A change (deploy, job, config) that came in shortly before something went wrong. */
export const ChangeBefore = z.object({
  eventId: z.string(),
  type: z.string(),
  service: Name,
  environment: Name,
  at: Instant,
  secondsBefore: z.number(),
  summary: z.string(),
});
export type ChangeBefore = z.infer<typeof ChangeBefore>;

/** A label whose value holds a larger part of an indicator than its share of parts would be; `share` is in [0,1]. */
export const LabelShare = z.object({ label: z.string(), value: z.string(), share: z.number() });
export type LabelShare = z.infer<typeof LabelShare>;

/**
 * When the same series was most like this before. `distance` in [0,1] is relative to the larger of both departures: 0 is the same, 1
 * nothing alike. What follows `observed` is of the incident of that time and is looked up when the anomaly is read.
 */
export const NearestPast = z.object({
  at: Instant,
  distance: z.number(),
  observed: z.number().optional(),
  /** Name of the incident, for example INC-0042. */
  incident: z.string().optional(),
  incidentState: IncidentState.optional(),
  outcome: IncidentOutcome.optional(),
  labelsDiffering: z.array(LabelShare).optional(),
});
export type NearestPast = z.infer<typeof NearestPast>;

/**
 * Indicators of the service that left their band at the same time, furthest first, `of` so many that are known. `novelty` is the combined
 * surprise of all of them (-log10), `leading` the one that departs furthest, `deviation` as that of an anomaly.
 */
export const DepartingTogether = z.object({
  of: z.number().int(),
  leading: z.string(),
  novelty: z.number(),
  indicators: z.array(z.object({ indicator: z.string(), deviation: z.number() })),
});
export type DepartingTogether = z.infer<typeof DepartingTogether>;

/** Why an anomaly might be: labels that differ from the rest, changes just before, the nearest past instance, what departs with it. */
export const AnomalyContext = z.object({
  labelsDiffering: z.array(LabelShare).default([]),
  changesBefore: z.array(ChangeBefore).default([]),
  nearestPast: NearestPast.optional(),
  together: DepartingTogether.optional(),
  /** Samples of the series that its axes were measured against; `learning` while less than a season of it had been seen. */
  measuredAgainst: z.object({ samples: z.number().int(), learning: z.boolean() }).optional(),
  sampleLog: z.string().optional(),
});
export type AnomalyContext = z.infer<typeof AnomalyContext>;

/**
 * A stretch of time in which one indicator (or log template) of a service left what was expected.
 * `score` is in [0,1]; `novelty` (mean surprise, -log10 of how rare, 0 to 6) and `deviation` (median residual in 98 % quantiles of
 * its own past) are its two axes, the largest since it left its band; `winningView` is the view that was surprised most. Values are in
 * the indicator's unit; `observed` is the worst so far, `expected` and the band are those of the opening.
 */
export const Anomaly = z.object({
  id: Uuid,
  incidentId: Uuid.optional(),
  service: Name,
  environment: Name,
  indicator: z.string(),
  unit: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  source: z.string(),
  kind: AnomalyKind,
  direction: z.enum(['up', 'down', 'any']),
  severity: Severity,
  score: z.number().min(0).max(1),
  novelty: z.number(),
  deviation: z.number(),
  winningView: z.string(),
  observed: z.number(),
  expected: z.number(),
  bandLow: z.number(),
  bandHigh: z.number(),
  openedAt: Instant,
  closedAt: Instant.optional(),
  lastAt: Instant,
  context: AnomalyContext,
  /** Digest of the detector's inputs: the series-state snapshot before the window and the samples since. */
  decision: z.object({
    engine: z.string(),
    version: z.string(),
    inputDigest: Sha256,
    outputDigest: Sha256,
  }),
});
export type Anomaly = z.infer<typeof Anomaly>;

/** One SLO as it stood when a forecast was issued. Ratios are in [0,1]; burn is a multiple of the sustainable rate. */
export const BurnRate = z.object({
  window: z.string(),
  shortWindow: z.string(),
  burn: z.number(),
  threshold: z.number(),
  firing: z.boolean(),
  severity: z.enum(['page', 'ticket']),
});
export type BurnRate = z.infer<typeof BurnRate>;

/** A point of a forecast's fan: quantiles of the bad-event ratio and of the budget left, if nothing is done. */
export const FanPoint = z.object({
  at: Instant,
  badRatio: Quantiles,
  budgetLeft: Quantiles,
  demandPerSecond: z.number().nonnegative(),
});
export type FanPoint = z.infer<typeof FanPoint>;

/**
 * A forecast, frozen and hashed before any action. Times to exhaustion are in seconds from `issuedAt`, `null` beyond the horizon.
 * `hash` is the SHA-256 of its RFC 8785 bytes without `hash` and without `id`.
 */
export const Forecast = z.object({
  id: Uuid,
  incidentId: Uuid.optional(),
  service: Name,
  environment: Name,
  slo: z.string(),
  target: z.number(),
  windowSeconds: z.number(),
  issuedAt: Instant,
  frozenAt: Instant,
  hash: Sha256,
  engine: z.string(),
  version: z.string(),
  inputDigest: Sha256,
  sufficientHistory: z.boolean(),
  observedSeconds: z.number(),
  budgetLeft: z.number(),
  budgetSpent: z.number(),
  currentBadRatio: z.number(),
  burnRates: z.array(BurnRate),
  exhaustionSeconds: Quantiles,
  exhaustionProbability: z.number(),
  fan: z.array(FanPoint),
  risk: z.object({ within1h: z.number(), within4h: z.number(), within24h: z.number() }),
  trackRecord: TrackRecord,
  evidence: z.array(z.string()),
});
export type Forecast = z.infer<typeof Forecast>;

/** A thing a narrative may cite. `id` is `E1`, `E2`, ... within its incident; `sha256` covers the RFC 8785 bytes of `data`. */
export const Evidence = z.object({
  id: z.string().regex(/^E\d+$/),
  incidentId: Uuid,
  kind: z.enum([
    'anomaly',
    'forecast',
    'series',
    'change',
    'log',
    'policy',
    'approval',
    'step',
    'verification',
    'rate-card',
    'plan',
    'value',
    'person',
  ]),
  title: z.string(),
  uri: z.string(),
  sha256: Sha256,
  capturedAt: Instant,
  query: z.string().optional(),
  data: JsonObject,
});
export type Evidence = z.infer<typeof Evidence>;

/** A plan that a person asked for by naming its runbooks, instead of what their conditions would choose; kept for every plan version made of it. */
export const GuidedPlan = z.object({
  requester: Actor,
  runbooks: z
    .array(
      z.object({
        name: Name,
        /** Replace the parameters that the Planner would compute. */
        parameters: z.record(z.string(), z.union([z.string().max(200), z.number()])).optional(),
        /** Only these of the targets that the runbook could be applied to. */
        targetKeys: z.array(z.string().min(1).max(200)).min(1).max(50).optional(),
      }),
    )
    .min(1)
    .max(8),
});
export type GuidedPlan = z.infer<typeof GuidedPlan>;

/** The unit everything else hangs on. `version` rises by one with every committed change and guards concurrent writers. */
export const Incident = z.object({
  id: Uuid,
  number: z.number().int().positive(),
  version: z.number().int().nonnegative(),
  state: IncidentState,
  outcome: IncidentOutcome.optional(),
  service: Name,
  environment: Name,
  kind: AnomalyKind,
  source: z.enum(['detector', 'forecast', 'alert', 'person']),
  severity: Severity,
  title: z.string(),
  openedAt: Instant,
  closedAt: Instant.optional(),
  updatedAt: Instant,
  acknowledgedBy: Actor.optional(),
  assignee: z.string().optional(),
  mergedInto: Uuid.optional(),
  correlation: z.array(z.string()).default([]),
  planVersion: z.number().int().nonnegative().default(0),
  planId: Uuid.optional(),
  guided: GuidedPlan.optional(),
  traceparent: Traceparent.optional(),
  demo: z.boolean().default(false),
});
export type Incident = z.infer<typeof Incident>;

/** What `GET /api/v1/incidents/{id}` answers. */
export const IncidentResource = Incident.extend({
  name: z.string().regex(/^INC-\d{4,}$/),
  anomalies: z.array(Anomaly),
  forecast: Forecast.optional(),
  runIds: z.array(Uuid),
  value: IncidentValue.optional(),
});
export type IncidentResource = z.infer<typeof IncidentResource>;

/** `INC-0193` for number 193. */
export function incidentName(number: number): string {
  return `INC-${String(number).padStart(4, '0')}`;
}
