import { z } from 'zod';
import { Actor, Instant, Name, Uuid } from './primitives.ts';

/** A note of a person on a service's charts: at a moment, or over a stretch of time where it has an end. */
export const Annotation = z.object({
  id: Uuid,
  environment: Name,
  service: Name,
  from: Instant,
  to: Instant.optional(),
  text: z.string(),
  author: Actor,
  createdAt: Instant,
});
export type Annotation = z.infer<typeof Annotation>;

/** What `POST /api/v1/annotations` takes; without `from` it stands at this moment. */
export const AnnotationRequest = z
  .strictObject({
    environment: Name,
    service: Name,
    from: Instant.optional(),
    to: Instant.optional(),
    text: z.string().trim().min(1).max(280),
  })
  .refine(({ from, to }) => to === undefined || (from !== undefined && Date.parse(from) <= Date.parse(to)), {
    message: 'Must not be before `from`, which it needs.',
    path: ['to'],
  });
export type AnnotationRequest = z.infer<typeof AnnotationRequest>;
