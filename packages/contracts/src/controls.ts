import { z } from 'zod';
import { Actor, Instant } from './primitives.ts';

/** `open`: work goes on. `no-new`: no new run starts. `freeze`: nothing leaves, rollbacks neither. */
export const ControlLevel = z.enum(['open', 'no-new', 'freeze']);
export type ControlLevel = z.infer<typeof ControlLevel>;

/** Scope is `workspace`, `environment:<name>` or `runbook:<name>`. */
export const ControlScope = z.string().regex(/^(workspace|environment:[a-z0-9._-]+|runbook:[a-z0-9._-]+)$/);
export const Control = z.object({
  scope: ControlScope,
  level: ControlLevel,
  version: z.number().int(),
  reason: z.string(),
  changedBy: Actor,
  changedAt: Instant,
});
export type Control = z.infer<typeof Control>;
