import type { ChartPoint } from '@autoops/charts';
import type { SeriesResource } from '@autoops/contracts';
import type { EarlierSeries } from '../chart/dense-columns.ts';

export const START = Date.UTC(2026, 0, 15, 14);
const MINUTE_MS = 60_000;

/** Forty minutes of an error ratio with its band: calm, four minutes that nobody measured, then a rise. */
export const ERRORS: readonly ChartPoint[] = Array.from({ length: 41 }, (_none, minute) => ({
  at: START + minute * MINUTE_MS,
  value:
    minute > 12 && minute < 17
      ? null
      : minute < 28
        ? 0.004 + 0.001 * Math.sin(minute)
        : 0.004 + 0.0036 * Math.min(12, minute - 27),
  low: 0.002,
  high: 0.009,
}));

/** A day of a latency, a value a minute, as the dense charts of a service show it. */
export const LATENCY: SeriesResource = {
  id: 'design-latency',
  service: 'checkout',
  environment: 'prod',
  indicator: 'latency_p95',
  unit: 's',
  labels: {},
  view: 'service',
  source: 'sample',
  state: 'ready',
  samples: 1440,
  learnsAt: 60,
  points: Array.from({ length: 1440 }, (_none, minute) => {
    const usual = 0.18 + 0.05 * Math.sin((minute / 1440) * 2 * Math.PI);
    return {
      at: new Date(START + minute * MINUTE_MS).toISOString(),
      value: usual + 0.012 * Math.sin(minute * 1.7),
      bandLow: usual - 0.03,
      bandHigh: usual + 0.03,
    };
  }),
};

const DAY_MS = 86_400_000;

/** The same latency a day and a week before, a little lower, and with two hours that nobody measured. */
export const LATENCY_BEFORE: readonly EarlierSeries[] = [
  { label: 'a day before', shiftMs: DAY_MS, lower: 0.015 },
  { label: 'a week before', shiftMs: 7 * DAY_MS, lower: 0.03 },
].map(({ label, shiftMs, lower }) => ({
  label,
  shiftMs,
  points: LATENCY.points
    .filter((_point, minute) => minute < 500 || minute > 620)
    .map(({ at, value }) => ({
      at: new Date(Date.parse(at) - shiftMs).toISOString(),
      value: value === null ? null : value - lower,
    })),
}));
