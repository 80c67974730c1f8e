import { z } from 'zod';
import { Instant, Money, Name, Quantiles, Sha256, Uuid } from './primitives.ts';

/** A versioned rate card (ux.md "Rate card and grades"). `rho` is the share of a lost good event's value recovered later. */
export const RateCard = z.object({
  name: Name,
  version: z.string(),
  service: Name,
  currency: z.string().length(3),
  valuePerGoodEvent: z.object({ low: z.number(), mode: z.number(), high: z.number() }),
  rho: z.number().min(0).max(1),
  credits: z.array(z.object({ availabilityBelow: z.number(), percentOfMonthlyFee: z.number() })).default([]),
  monthlyFee: z.number().default(0),
  labour: z.array(z.object({ role: z.string(), responders: z.number(), hourlyRate: z.number() })).default([]),
  untreatedDuration: z.object({
    p50: z.number().positive(),
    p90: z.number().positive(),
    source: z.string(),
  }),
  selfHealProbability: z.number().min(0).max(1).default(0),
  owner: z.string(),
  approvedBy: z.string().optional(),
  validFrom: z.string(),
  reviewBy: z.string(),
  source: z.string(),
});
export type RateCard = z.infer<typeof RateCard>;

/**
 * Value of one incident: frozen forecast minus what was observed. Minutes, requests and budget are always computed where
 * data allow; money only with a rate card. `booked` is the P10, and zero where nothing can be shown.
 */
export const IncidentValue = z.object({
  incidentId: Uuid,
  computedAt: Instant,
  claim: z.boolean(),
  reason: z.string(),
  grade: z.enum(['A', 'B', 'C', 'D']),
  indicative: z.boolean(),
  badMinutesAvoided: Quantiles,
  failedRequestsAvoided: Quantiles,
  budgetShareAvoided: Quantiles,
  observed: z.object({
    badMinutes: z.number(),
    failedRequests: z.number(),
    /** Good and failed together. */
    requests: z.number().default(0),
    budgetShare: z.number(),
  }),
  money: z.object({ currency: z.string(), p10: Money, p50: Money, p90: Money, booked: Money }).optional(),
  comparables: z.number().int(),
  method: z.string(),
  formula: z.string(),
  seed: z.string(),
  draws: z.number().int(),
  inputs: z.array(z.object({ name: z.string(), value: z.string(), evidence: z.string().optional() })),
  excluded: z.array(z.string()),
  rateCard: z.object({ name: z.string(), version: z.string(), digest: Sha256 }).optional(),
  forecastHash: Sha256.optional(),
});
export type IncidentValue = z.infer<typeof IncidentValue>;

/** A sentence of the narrative. `claims` maps each number shown to the evidence it stands on. */
export const NarrativeSentence = z.object({
  text: z.string(),
  section: z.enum([
    'headline',
    'what-happened',
    'what-was-done',
    'why-allowed',
    'are-we-safer',
    'impact',
    'cause',
    'value',
    'decision',
  ]),
  author: z.enum(['template', 'agent']),
  evidence: z.array(z.string()),
  claims: z.array(z.object({ text: z.string(), evidence: z.string() })).default([]),
});
export type NarrativeSentence = z.infer<typeof NarrativeSentence>;

/** Root cause -> critical failure -> impact; "we do not know" is an allowed value. */
export const Finding = z.object({
  text: z.string(),
  confidence: z.enum(['sure', 'likely', 'possible', 'unknown', 'measured']),
  evidence: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

export const Narrative = z.object({
  incidentId: Uuid,
  incidentVersion: z.number().int(),
  writtenAt: Instant,
  sentences: z.array(NarrativeSentence),
  spine: z.object({ rootCause: Finding, criticalFailure: Finding, impact: Finding }),
  storyboard: z.array(
    z.object({
      at: Instant,
      lane: z.enum(['signal', 'decision', 'policy', 'action', 'human']),
      importance: z.number().int().min(1).max(3),
      text: z.string(),
      evidence: z.array(z.string()),
    }),
  ),
  controls: z.array(
    z.object({
      control: z.string(),
      worked: z.enum(['worked', 'absent', 'inadequate', 'not-needed']),
      note: z.string(),
    }),
  ),
  wentWell: z.array(z.string()),
  wentWrong: z.array(z.string()),
  gotLucky: z.array(z.string()),
  actions: z.array(
    z.object({
      text: z.string(),
      type: z.enum(['prevent', 'mitigate', 'process']),
      owner: z.string(),
      /** By when, as a date. */
      due: z.iso.date().optional(),
    }),
  ),
});
export type Narrative = z.infer<typeof Narrative>;
