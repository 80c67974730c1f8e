import { z } from 'zod';
import { Uuid } from './primitives.ts';

/** Jobs carry ids only: a lost queue loses nothing and a forged job does nothing. */
export const ShardJob = z.strictObject({ shardId: Uuid });
export const IncidentJob = z.strictObject({ incidentId: Uuid });
export const StepJob = z.strictObject({ stepId: Uuid });
export const DeliveryJob = z.strictObject({ deliveryId: Uuid });

/** BullMQ queue names, one a stage, and one for outgoing notifications. */
export const QueueName = z.enum([
  'detector',
  'forecaster',
  'planner',
  'policy',
  'remediator',
  'explainer',
  'deliveries',
]);
export type QueueName = z.infer<typeof QueueName>;
