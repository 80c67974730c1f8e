import { Body, Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { Operation } from '../answers/operation.ts';
import { ADAPTERS } from '../tokens.ts';
import { DetectRequest, ForecastRequest } from './series-requests.ts';

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
