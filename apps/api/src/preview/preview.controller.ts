import { Body, Controller, Inject } from '@nestjs/common';
import { Instant } from '@autoops/contracts';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { Operation } from '../answers/operation.ts';
import { ADAPTERS } from '../tokens.ts';

const Points = z.array(z.strictObject({ at: Instant, value: z.number().nullable() })).min(1).max(20_000);
export const DetectRequest = z.strictObject({
  points: Points,
  seasonSeconds: z.array(z.number().positive()).max(4).default([]),
  intervalSeconds: z.number().positive().optional(),
  direction: z.enum(['up', 'down', 'any']).default('any'),
});
export const ForecastRequest = z.strictObject({
  points: Points,
  seasonSeconds: z.array(z.number().positive()).max(4).default([]),
  intervalSeconds: z.number().positive().optional(),
  horizonSeconds: z.number().positive().max(30 * 86_400).default(3_600),
});
export type DetectRequest = z.infer<typeof DetectRequest>;
export type ForecastRequest = z.infer<typeof ForecastRequest>;
const Detected = z.looseObject({ anomalies: z.array(z.looseObject({})) });
const Forecasted = z.looseObject({ points: z.array(z.looseObject({})) });

/** Previews: a series in, the engine's answer out, nothing stored. */
@Controller()
export class PreviewController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('detect', { response: Detected })
  detect(@Body({ schema: DetectRequest }) body: DetectRequest) {
    return this.adapters.engines.detect(body);
  }

  @Operation('forecast', { response: Forecasted })
  forecast(@Body({ schema: ForecastRequest }) body: ForecastRequest) {
    return this.adapters.engines.forecast(body);
  }
}
