import { z } from 'zod';
import { Instant, JsonObject, Name, Uuid } from './primitives.ts';

/**
 * What `GET /api/v1/events` sends: `id:` is the event's sequence in its workspace, `event:` its type, `data:` this JSON.
 * Durable types are resumed by Last-Event-ID; `*.tick` types are hints to refetch and are not replayed.
 */
export const LiveEventType = z.enum([
  'incident.opened',
  'incident.changed',
  'incident.closed',
  'anomaly.opened',
  'anomaly.changed',
  'anomaly.labelled',
  'annotation.changed',
  'forecast.frozen',
  'plan.changed',
  'approval.changed',
  'run.changed',
  'run.log',
  'narrative.written',
  'audit.appended',
  'control.changed',
  'config.changed',
  'delivery.changed',
  'service.tick',
]);
export type LiveEventType = z.infer<typeof LiveEventType>;

export const LiveEvent = z.object({
  seq: z.number().int(),
  type: LiveEventType,
  at: Instant,
  subject: z.object({ kind: z.string(), id: z.string() }),
  incidentId: Uuid.optional(),
  environment: Name.optional(),
  service: Name.optional(),
  data: JsonObject.default({}),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
export const LiveEventDraft = LiveEvent.omit({ seq: true, at: true });
export type LiveEventDraft = z.input<typeof LiveEventDraft>;
