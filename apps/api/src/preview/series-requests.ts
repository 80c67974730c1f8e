import { Instant } from '@autoops/contracts';
import { z } from 'zod';

const Points = z
  .array(z.strictObject({ at: Instant, value: z.number().nullable() }))
  .min(1)
  .max(20_000);
/** A series in which anomalies are to be found. */
export const DetectRequest = z.strictObject({
  points: Points,
  seasonSeconds: z.array(z.number().positive()).max(4).default([]),
  intervalSeconds: z.number().positive().optional(),
  direction: z.enum(['up', 'down', 'any']).default('any'),
});
/** A series to be continued. */
export const ForecastRequest = z.strictObject({
  points: Points,
  seasonSeconds: z.array(z.number().positive()).max(4).default([]),
  intervalSeconds: z.number().positive().optional(),
  horizonSeconds: z
    .number()
    .positive()
    .max(30 * 86_400)
    .default(3_600),
});
export type DetectRequest = z.infer<typeof DetectRequest>;
export type ForecastRequest = z.infer<typeof ForecastRequest>;
