import { forecastEnsemble } from './seasonal/ensemble.ts';

/** A point of a series; null is a gap. */
export interface SeriesPoint {
  readonly at: string;
  readonly value: number | null;
}

export interface ForecastSeriesOptions {
  readonly seasonSeconds?: readonly number[];
  /** Grid step; by default the median distance of the points. */
  readonly intervalSeconds?: number | undefined;
  readonly horizonSeconds?: number;
}

export interface SeriesForecast {
  readonly points: readonly { readonly at: string; readonly p10: number; readonly p50: number; readonly p90: number }[];
  readonly intervalSeconds: number;
  readonly sufficientHistory: boolean;
  /** Weight of each member in the combination, in [0,1]. */
  readonly weights: Readonly<Record<string, number>>;
  readonly backtests: number;
}

const MAX_STEPS = 500;
/** What a request may cost: the time of a fit grows with the history. */
const MAX_HISTORY = 2000;
const LARGEST = 1e15;

/** Points on a regular grid, gaps filled by the line between neighbours; at most the newest 2000. Empty without any value. */
export function toGrid(
  points: readonly SeriesPoint[],
  intervalSeconds?: number,
): { values: Float64Array; endMs: number; stepMs: number } {
  const known = points
    .filter((point): point is { at: string; value: number } => point.value !== null && Number.isFinite(point.value))
    .map(({ at, value }) => ({ at: Date.parse(at), value: Math.max(-LARGEST, Math.min(LARGEST, value)) }))
    .sort((a, b) => a.at - b.at);
  const steps = known
    .slice(1)
    .map((point, i) => point.at - (known[i]?.at ?? 0))
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  const stepMs = intervalSeconds === undefined ? (steps[steps.length >> 1] ?? 1000) : intervalSeconds * 1000;
  const end = known.at(-1);
  if (end === undefined) return { values: new Float64Array(0), endMs: Number.NaN, stepMs };
  const length = Math.min(MAX_HISTORY, Math.floor((end.at - (known[0]?.at ?? end.at)) / stepMs) + 1);
  const values = new Float64Array(length);
  let right = 0;
  for (let i = 0; i < length; i++) {
    const at = end.at - (length - 1 - i) * stepMs;
    while (right < known.length - 1 && (known[right]?.at ?? 0) < at) right++;
    const b = known[right] as { at: number; value: number };
    const a = known[Math.max(0, right - 1)] as { at: number; value: number };
    values[i] =
      b.at <= at || b.at === a.at ? b.value : a.value + ((b.value - a.value) * Math.max(0, at - a.at)) / (b.at - a.at);
  }
  return { values, endMs: end.at, stepMs };
}

/**
 * Continues a series with the seasonal ensemble on a regular grid: median and 80 % interval per step. The first declared season counts,
 * none declared lets it be found. Deterministic, whatever the order of the points; empty for a series without a value.
 */
export function forecastSeries(points: readonly SeriesPoint[], options: ForecastSeriesOptions = {}): SeriesForecast {
  const { values, endMs, stepMs } = toGrid(points, options.intervalSeconds);
  const horizonMs = (options.horizonSeconds ?? 3600) * 1000;
  const horizon = Math.max(1, Math.min(MAX_STEPS, Math.round(horizonMs / stepMs)));
  const intervalSeconds = stepMs / 1000;
  if (values.length === 0) return { points: [], intervalSeconds, weights: {}, backtests: 0, sufficientHistory: false };
  const [season] = options.seasonSeconds ?? [];
  const period = season === undefined ? undefined : Math.max(1, Math.round((season * 1000) / stepMs));
  const { quantiles, weights, backtests, sufficientHistory } = forecastEnsemble(values, horizon, period);
  return {
    points: quantiles['0.5'].map((p50, h) => ({
      at: new Date(endMs + (h + 1) * stepMs).toISOString(),
      p10: quantiles['0.1'][h] as number,
      p50,
      p90: quantiles['0.9'][h] as number,
    })),
    intervalSeconds,
    weights,
    backtests,
    sufficientHistory,
  };
}
