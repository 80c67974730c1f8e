import { z } from 'zod';

/** RFC 3339 instant in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const Instant = z.iso.datetime({ offset: true });
export type Instant = z.infer<typeof Instant>;

export const Uuid = z.uuid();
export type Uuid = z.infer<typeof Uuid>;

/** Lower-case hexadecimal SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export type Sha256 = z.infer<typeof Sha256>;

/** A DNS-label-like name: services, environments, runbooks, rules, sources. */
export const Name = z.string().regex(/^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/);
export type Name = z.infer<typeof Name>;

/** W3C trace context of the trace that an incident, outbox row or run belongs to. */
export const Traceparent = z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
export type Traceparent = z.infer<typeof Traceparent>;

/** JSON as data: what policy inputs, action arguments and evidence are made of. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export const Json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
export const JsonObject = z.record(z.string(), Json);
export type JsonObject = z.infer<typeof JsonObject>;

/** Money as a decimal string, never a float. */
export const Money = z.object({
  amount: z.string().regex(/^-?\d+(\.\d{1,4})?$/),
  currency: z.string().length(3),
});
export type Money = z.infer<typeof Money>;

/** P10, P50 and P90 of a distribution; `null` where the quantile lies beyond the horizon. */
export const Quantiles = z.object({
  p10: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
});
export type Quantiles = z.infer<typeof Quantiles>;

export const Severity = z.enum(['critical', 'high', 'medium', 'low']);
export type Severity = z.infer<typeof Severity>;

/** Who did something: a person, a stage of the product, an agent (language model) or another system. */
export const Actor = z.object({
  kind: z.enum(['person', 'system', 'agent', 'service']),
  id: z.string().min(1).max(200),
});
export type Actor = z.infer<typeof Actor>;
