import { dampedTrend, level, ridge, seasonal, type Member } from './series-members.ts';

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
const MAX_HISTORY = 4000;
const ORIGINS = 12;
const MINIMUM = 10;
/** Members count by 1 / error^4: the best ones carry the forecast, a bad one hardly matters. */
const POWER = 4;
/** The combination was fitted on what its residuals are measured on. */
const INFLATION = 1.05;
const LARGEST = 1e15;

/** Points on a regular grid, gaps filled by the line between neighbours; at most the newest 4000. Empty without any value. */
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

function membersFor(length: number, periods: readonly number[]): [string, Member][] {
  const members: [string, Member][] = [
    ['level', level],
    ['damped-trend', dampedTrend],
  ];
  if (length >= 30) members.push(['autoregression', ridge([1, 2, 3])]);
  for (const period of periods) {
    members.push([`season-${period}`, seasonal(period)]);
    if (length >= 2 * period + 20)
      members.push([
        `autoregression-${period}`,
        ridge([1, 2, 3, period - 1, period, period + 1].filter((lag) => lag > 0)),
      ]);
  }
  return members;
}

/**
 * Continues a series: members (level, damped trend, seasons, ridge autoregressions) weighted by 1 / error^4 at up to 12 earlier
 * origins; 80 % interval from the residuals of the weighted combination there, per horizon, never narrowing. Deterministic.
 */
export function forecastSeries(points: readonly SeriesPoint[], options: ForecastSeriesOptions = {}): SeriesForecast {
  const { values, endMs, stepMs } = toGrid(points, options.intervalSeconds);
  const horizonMs = (options.horizonSeconds ?? 3600) * 1000;
  const horizon = Math.max(1, Math.min(MAX_STEPS, Math.round(horizonMs / stepMs)));
  const base = { intervalSeconds: stepMs / 1000, weights: {}, backtests: 0, sufficientHistory: false };
  if (values.length === 0) return { ...base, points: [] };
  const periods = (options.seasonSeconds ?? [])
    .map((seconds) => Math.round((seconds * 1000) / stepMs))
    .filter((period) => period >= 2 && values.length >= 1.5 * period);
  const members = membersFor(values.length, periods);

  const origins: number[] = [];
  const earliest = Math.max(MINIMUM, Math.min(values.length - horizon, Math.floor(values.length / 2)));
  const span = values.length - 1 - earliest;
  for (let i = 0; i < ORIGINS && span > 0; i++) {
    const origin = earliest + Math.floor((i * span) / ORIGINS);
    if (origin !== origins.at(-1)) origins.push(origin);
  }
  const attempts = origins.map((origin) => {
    const ahead = Math.min(horizon, values.length - origin);
    const train = values.subarray(0, origin);
    return { origin, ahead, paths: members.map(([, member]) => member(train, ahead)) };
  });
  const errors = members.map((_, m) => {
    let sum = 0;
    let count = 0;
    for (const { origin, ahead, paths } of attempts) {
      for (let h = 0; h < ahead; h++) sum += Math.abs((paths[m]?.[h] ?? 0) - (values[origin + h] as number));
      count += ahead;
    }
    return count > 0 ? sum / count : 1;
  });
  const smallest = Math.max(Math.min(...errors), Number.MIN_VALUE);
  const raw = errors.map((error) => (smallest / Math.max(error, Number.MIN_VALUE)) ** POWER);
  const totalWeight = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / totalWeight);
  const combine = (paths: readonly Float64Array[], h: number): number =>
    paths.reduce((sum, path, m) => sum + (weights[m] as number) * (path[h] as number), 0);

  const residuals: number[][] = Array.from({ length: horizon }, () => []);
  for (const { origin, ahead, paths } of attempts) {
    for (let h = 0; h < ahead; h++) residuals[h]?.push(Math.abs(combine(paths, h) - (values[origin + h] as number)));
  }
  const final = members.map(([, member]) => member(values, horizon));
  const backtests = attempts.length;
  // While few origins were tried the interval is widened (a t-like factor).
  const widen = INFLATION * (1 + 2 / Math.max(1, backtests));
  let width = 0;
  const result = Array.from({ length: horizon }, (_, h) => {
    // Neighbouring horizons share their residuals, so that an interval stands on more than a dozen numbers.
    const near = residuals
      .slice(Math.max(0, h - 2), h + 3)
      .flat()
      .sort((a, b) => a - b);
    width = Math.max(width, widen * (near[Math.min(near.length - 1, Math.floor(near.length * 0.8))] ?? width));
    const p50 = combine(final, h);
    return { at: new Date(endMs + (h + 1) * stepMs).toISOString(), p10: p50 - width, p50, p90: p50 + width };
  });
  return {
    ...base,
    points: result,
    weights: Object.fromEntries(members.map(([name], m) => [name, weights[m] as number])),
    backtests,
    sufficientHistory: values.length >= Math.max(MINIMUM * 3, 2 * Math.max(0, ...periods)) && backtests >= 3,
  };
}
