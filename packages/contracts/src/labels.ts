import { z } from 'zod';
import { AnomalyKind } from './incident.ts';
import { Actor, Instant, Name, Uuid } from './primitives.ts';

/** What a person says of an alarm afterwards: it told something worth knowing, or it did not. */
export const LabelValue = z.enum(['useful', 'noise']);
export type LabelValue = z.infer<typeof LabelValue>;

/** What somebody said of an anomaly. One a person and anomaly: saying it again replaces what was said before. */
export const AnomalyLabel = z.object({
  anomalyId: Uuid,
  label: LabelValue,
  reason: z.string().optional(),
  labelledBy: Actor,
  labelledAt: Instant,
});
export type AnomalyLabel = z.infer<typeof AnomalyLabel>;

/** What `PUT /api/v1/anomalies/{id}/label` and `PUT /api/v1/incidents/{id}/label` take. */
export const LabelRequest = z.strictObject({
  label: LabelValue,
  reason: z.string().trim().min(1).max(500).optional(),
});
export type LabelRequest = z.infer<typeof LabelRequest>;

/** How many of the labelled alarms were useful: a share in [0,1] with its 95 % Wilson score interval (Wilson 1927). */
const Share = z.object({
  useful: z.number().int(),
  noise: z.number().int(),
  share: z.number(),
  low: z.number(),
  high: z.number(),
});

/** The precision of one detector: its alarms on one indicator, raised by one view, as one kind of deviation. */
export const DetectorPrecision = Share.extend({ indicator: z.string(), view: z.string(), kind: AnomalyKind });
export type DetectorPrecision = z.infer<typeof DetectorPrecision>;

export const ServicePrecision = Share.extend({ service: Name, environment: Name });
export type ServicePrecision = z.infer<typeof ServicePrecision>;

/** `GET /api/v1/precision?environment=&service=`: only what somebody labelled, the most labelled first. */
export const AlarmPrecision = z.object({
  at: Instant,
  days: z.number().int(),
  detectors: z.array(DetectorPrecision),
  services: z.array(ServicePrecision),
});
export type AlarmPrecision = z.infer<typeof AlarmPrecision>;
