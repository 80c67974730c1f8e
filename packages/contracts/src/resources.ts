import { z } from 'zod';
import { ConsideredRunbook } from './audit.ts';
import { Anomaly, BurnRate, Evidence, Forecast, IncidentResource } from './incident.ts';
import { Instant, Money, Name, Quantiles, Uuid } from './primitives.ts';
import { IncidentOutcome, IncidentState } from './states.ts';
import { Approval, Run } from './run.ts';
import { Plan } from './plan.ts';
import { RateCard, IncidentValue } from './value.ts';

/** Every list of the API: `next` is absent on the last page. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().optional() });
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/** `GET /api/v1/slos`: an SLO in one environment as it stands now. Ratios in [0,1]. */
export const SloResource = z.object({
  id: z.string(),
  name: Name,
  title: z.string(),
  service: Name,
  environment: Name,
  target: z.number(),
  windowSeconds: z.number(),
  attained: z.number().nullable(),
  budgetLeft: z.number(),
  budgetSpent: z.number(),
  observedSeconds: z.number(),
  burnRates: z.array(BurnRate),
  exhaustionSeconds: Quantiles,
  state: z.enum(['learning', 'healthy', 'at-risk', 'burning', 'exhausted', 'no-data']),
  badEvents: z.number(),
  totalEvents: z.number(),
  updatedAt: Instant.optional(),
  burnDown: z.array(z.object({ at: Instant, budgetLeft: z.number() })).default([]),
});
export type SloResource = z.infer<typeof SloResource>;

/** `GET /api/v1/services`; id is `<environment>:<service>`. */
export const ServiceResource = z.object({
  id: z.string(),
  service: Name,
  environment: Name,
  title: z.string(),
  owner: z.string(),
  state: z.enum(['learning', 'healthy', 'at-risk', 'degraded', 'burning', 'no-data']),
  learning: z.object({ samples: z.number().int(), of: z.number().int() }).optional(),
  dependsOn: z.array(Name),
  dependents: z.array(Name),
  slos: z.array(SloResource),
  indicators: z.array(
    z.object({
      indicator: z.string(),
      unit: z.string(),
      latest: z.number().nullable(),
      expected: z.number().optional(),
      bandLow: z.number().optional(),
      bandHigh: z.number().optional(),
      at: Instant.optional(),
      sparkline: z.array(z.number().nullable()),
    }),
  ),
  openIncidentIds: z.array(Uuid),
  /** The newest change event, or run of AutoOps, of the last 30 days. */
  lastChange: z.object({ at: Instant, summary: z.string() }).optional(),
  risk: z.object({ within1h: z.number(), within4h: z.number(), within24h: z.number() }).optional(),
  newestAt: Instant.optional(),
});
export type ServiceResource = z.infer<typeof ServiceResource>;

/** A row of `GET /api/v1/incidents?state=&environment=&service=&q=`. */
export const IncidentRow = z.object({
  id: Uuid,
  number: z.number().int(),
  name: z.string(),
  state: IncidentState,
  outcome: IncidentOutcome.optional(),
  service: Name,
  environment: Name,
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  title: z.string(),
  openedAt: Instant,
  closedAt: Instant.optional(),
  updatedAt: Instant,
  source: z.string(),
  cause: z.string(),
  verdict: z.enum(['allow', 'require-approval', 'deny']).optional(),
  planId: Uuid.optional(),
  /** Of its newest frozen forecast, counted from `forecastAt`; null beyond the horizon. */
  exhaustionSeconds: z.number().nullable().optional(),
  forecastAt: Instant.optional(),
  assignee: z.string().optional(),
  booked: Money.optional(),
  /** What is certain (P10), as the sums of `/value` tell it. */
  badMinutesAvoided: z.number().optional(),
});
export type IncidentRow = z.infer<typeof IncidentRow>;

/** `GET /api/v1/incidents/{id}/timeline`: a view of the audit log. */
export const TimelineEntry = z.object({
  seq: z.number().int(),
  auditId: z.string(),
  at: Instant,
  lane: z.enum(['signal', 'decision', 'policy', 'action', 'human']),
  importance: z.number().int(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  stage: z.string().optional(),
  reason: z.string().optional(),
  text: z.string(),
  evidence: z.array(z.string()),
  reference: z.string().optional(),
  /** Where no plan came of it. */
  considered: z.array(ConsideredRunbook).optional(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** `GET /api/v1/value?period=`: the ledger. */
export const ValueSummary = z.object({
  period: z.string(),
  booked: Money,
  p10: Money,
  p50: Money,
  p90: Money,
  incidents: z.number().int(),
  badMinutesAvoided: Quantiles,
  failedRequestsAvoided: Quantiles,
  grades: z.record(z.string(), z.number().int()),
  byService: z.array(z.object({ service: Name, environment: Name, booked: Money, incidents: z.number().int() })),
  rows: z.array(
    z.object({
      incidentId: Uuid,
      name: z.string(),
      title: z.string(),
      closedAt: Instant,
      outcome: z.string(),
      value: IncidentValue,
    }),
  ),
  rateCards: z.array(RateCard),
});
export type ValueSummary = z.infer<typeof ValueSummary>;

/** `GET /api/v1/self`: AutoOps's own figures, each with its definition, n and 80 % interval. */
export const OwnFigure = z.object({
  id: z.string(),
  title: z.string(),
  definition: z.string(),
  unit: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().int(),
  labels: z.record(z.string(), z.string()).default({}),
});
export const OwnFigures = z.object({ at: Instant, figures: z.array(OwnFigure) });
export type OwnFigures = z.infer<typeof OwnFigures>;

/** `GET /api/v1/session`: who I am, what I may, what this installation is. */
export const SessionResource = z.object({
  authenticated: z.boolean(),
  subject: z.string().optional(),
  name: z.string().optional(),
  role: z.string().optional(),
  permissions: z.array(z.string()).default([]),
  workspace: z.string().optional(),
  devUsers: z.array(z.string()).default([]),
  demo: z.boolean(),
  version: z.string(),
  seasonNote: z.string().optional(),
});
export type SessionResource = z.infer<typeof SessionResource>;

/** `GET /api/v1/integrations`: each source as it is now. */
export const IntegrationResource = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  lastSignalAt: Instant.optional(),
  lagSeconds: z.number().nullable(),
  errors: z.number().int(),
  lastError: z.string().optional(),
  /** When that was; unknown of one that was kept before times were. */
  lastErrorAt: Instant.optional(),
  received: z.number().int(),
  intervalSeconds: z.number().optional(),
  seasonSeconds: z.array(z.number()).default([]),
});
export type IntegrationResource = z.infer<typeof IntegrationResource>;

/** What the one-click JSON bundle is made of, before it is attested (reports builds it). */
export interface IncidentRecord {
  readonly incident: z.infer<typeof IncidentResource>;
  readonly anomalies: readonly z.infer<typeof Anomaly>[];
  readonly forecasts: readonly z.infer<typeof Forecast>[];
  readonly plans: readonly z.infer<typeof Plan>[];
  readonly approvals: readonly z.infer<typeof Approval>[];
  readonly runs: readonly z.infer<typeof Run>[];
  readonly evidence: readonly z.infer<typeof Evidence>[];
}
