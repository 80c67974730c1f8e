import {
  detectSeries,
  FORECASTER_VERSION,
  forecastIncident,
  forecastSeries,
  type IncidentForecastInput,
} from '@autoops/pipeline';
import type { DetectRequest, ForecastRequest } from './series-requests.ts';

/** The Detector over a series from an empty state: the code that watches indicators. */
export function detectPreview({ points, ...options }: DetectRequest): object {
  return detectSeries(points, options);
}

/** The Forecaster's combination over a series. */
export function forecastPreview({ points, ...options }: ForecastRequest): object {
  return forecastSeries(points, options);
}

/** How a replay freezes a forecast again from the inputs that were stored with it. */
export const FORECASTER = {
  forecasterVersion: FORECASTER_VERSION,
  forecastHash: (inputs: unknown): string => forecastIncident(inputs as IncidentForecastInput).forecast.hash,
};
