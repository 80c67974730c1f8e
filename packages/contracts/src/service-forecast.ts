import { z } from 'zod';
import { Instant, Name, Uuid } from './primitives.ts';

/**
 * How earlier forecasts held. `n` intervals could be judged, `covered` of them held what came, `nominal` is the share that should.
 * `events`, where probabilities were forecast: of `n` of them, how many came (`came`) beside how many should have (`expected`).
 */
export const TrackRecord = z.object({
  n: z.number().int().nonnegative(),
  covered: z.number().int().nonnegative(),
  nominal: z.number(),
  /** When the oldest forecast that was judged had been issued. */
  since: Instant.optional(),
  events: z
    .object({ n: z.number().int().nonnegative(), expected: z.number(), came: z.number().int().nonnegative() })
    .optional(),
});
export type TrackRecord = z.infer<typeof TrackRecord>;

/** What came of one forecast; without `held` and `came` nobody can tell, and `because` says why. */
export const Judgement = z.object({
  at: Instant,
  /** Whether the 80 % interval held what came. */
  held: z.boolean().optional(),
  /** Whether the event came whose probability was forecast, beside that probability. */
  came: z.boolean().optional(),
  probability: z.number().optional(),
  /** That probability before it was calibrated on outcomes of this installation. */
  uncalibrated: z.number().optional(),
  /** What was observed, in the forecast's unit (breach: seconds until it came). */
  observed: z.number().optional(),
  because: z.string().optional(),
});
export type Judgement = z.infer<typeof Judgement>;

const issued = {
  id: Uuid,
  service: Name,
  environment: Name,
  /** What is forecast: an indicator, with its labels where each combination has a forecast of its own, or `incident`. */
  subject: z.string(),
  issuedAt: Instant,
  /** When it can be judged. */
  dueAt: Instant,
  engine: z.string(),
  version: z.string(),
  sufficientHistory: z.boolean(),
  /** What it stands on, in words. */
  evidence: z.array(z.string()),
  trackRecord: TrackRecord,
};

/** Demand of the next season as a fan; judged by the point at `dueAt`. */
export const DemandForecast = z.object({
  ...issued,
  kind: z.literal('demand'),
  unit: z.string(),
  stepSeconds: z.number(),
  seasonSeconds: z.number(),
  fan: z.array(z.object({ at: Instant, p10: z.number(), p50: z.number(), p90: z.number() })),
  members: z.array(z.object({ name: z.string(), weight: z.number() })),
});
export type DemandForecast = z.infer<typeof DemandForecast>;

/** Probability that an incident of the service opens; judged by the first hour. */
export const RiskForecast = z.object({
  ...issued,
  kind: z.literal('risk'),
  probability: z.object({ within1h: z.number(), within4h: z.number(), within24h: z.number() }),
});
export type RiskForecast = z.infer<typeof RiskForecast>;

const hours = z.object({
  1: z.number(),
  2: z.number(),
  4: z.number(),
  8: z.number(),
  16: z.number(),
  24: z.number(),
  36: z.number(),
  48: z.number(),
});

/** When a bounded resource reaches its limit; judged by the 24 hours and, where the limit was reached, by the interval of its time. */
export const ResourceForecast = z.object({
  ...issued,
  kind: z.literal('breach'),
  indicator: z.string(),
  unit: z.string(),
  labels: z.record(z.string(), z.string()),
  limit: z.number().positive(),
  /** Share of the limit in use now; absent where nothing is known. */
  level: z.number().optional(),
  observedHours: z.number(),
  neededHours: z.number(),
  /** Probability that the limit is reached within so many hours; absent without sufficient history. */
  probability: hours.optional(),
  /** The same before it was calibrated on outcomes of this installation. */
  uncalibrated: hours.optional(),
  /** Seconds until the limit is reached, given that it is within 48 hours. */
  timeToBreach: z
    .object({ q025: z.number(), q10: z.number(), q50: z.number(), q90: z.number(), q975: z.number() })
    .optional(),
  safeVisits: z.number().int().optional(),
});
export type ResourceForecast = z.infer<typeof ResourceForecast>;

/** `GET /api/v1/service-forecasts`: what is forecast of a service whether or not an incident is open. */
export const ServiceForecast = z.discriminatedUnion('kind', [DemandForecast, RiskForecast, ResourceForecast]);
export type ServiceForecast = z.infer<typeof ServiceForecast>;
