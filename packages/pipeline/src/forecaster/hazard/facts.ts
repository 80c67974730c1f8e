import { lineFit, type LineFit } from './line-fit.ts';
import { turningPoints, type TurningPoints } from './turning-points.ts';

/** Steps of the grid that a resource is kept on: 5 min. */
export const STEP_SECONDS = 300;
export const STEPS_PER_HOUR = 12;
const DAY = 24 * STEPS_PER_HOUR;
/** Windows of the trends, in steps: 1.5, 6, 24 and 72 hours. */
export const TREND_STEPS = [18, 72, DAY, 3 * DAY] as const;
/** Earlier visits of a level that are looked at, newest first. */
const MOST_VISITS = 64;

/** An earlier time at which the present level was passed upwards and come back from. */
export interface LevelVisit {
  /** Hour (index of `hourHigh`) in which it began. */
  readonly hour: number;
}

/** What is known of a bounded resource at one moment; shares of the limit, times in steps. */
export interface ResourceFacts {
  /** The grid, oldest first, NaN where nothing is known; its last step is now. */
  readonly values: Float64Array;
  readonly now: number;
  /** Median of the last half hour. */
  readonly level: number;
  readonly trends: readonly LineFit[];
  /** Lines over the newer and the older half of the last 6 and 24 hours. */
  readonly halves: readonly (readonly [older: LineFit, newer: LineFit])[];
  /** Standard deviation of a step's change, robust. */
  readonly noise: number;
  readonly turning: TurningPoints;
  /** Highest and lowest value of each hour, the newest hour last. */
  readonly hourHigh: Float64Array;
  readonly hourLow: Float64Array;
  readonly visits: readonly LevelVisit[];
  /** Steps since the present level was last exceeded; infinite when never. */
  readonly sinceHigher: number;
  /** Mean and highest value of each of the last eight days, today first; NaN where nothing is known. */
  readonly dayMean: readonly number[];
  readonly dayHigh: readonly number[];
}

function median(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : (Float64Array.from(values).sort()[values.length >> 1] as number);
}

/** Robust spread of the changes from one known value to the next: 1.4826 x the median absolute change over the last two days. */
function stepNoise(values: Float64Array): number {
  const changes: number[] = [];
  let last = Number.NaN;
  for (let i = Math.max(0, values.length - 2 * DAY); i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(last)) changes.push(Math.abs(value - last));
    last = value;
  }
  const found = median(changes);
  return Number.isNaN(found) ? 0 : 1.4826 * found;
}

/** Highest and lowest of each whole hour that ends now, oldest first; NaN for an hour nobody observed. */
function hours(values: Float64Array): { high: Float64Array; low: Float64Array } {
  const count = Math.ceil(values.length / STEPS_PER_HOUR);
  const high = new Float64Array(count).fill(Number.NaN);
  const low = new Float64Array(count).fill(Number.NaN);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const hour = count - 1 - Math.floor((values.length - 1 - i) / STEPS_PER_HOUR);
    if (!(value <= (high[hour] as number))) high[hour] = value;
    if (!(value >= (low[hour] as number))) low[hour] = value;
  }
  return { high, low };
}

function days(values: Float64Array): { mean: number[]; high: number[] } {
  const mean: number[] = [];
  const high: number[] = [];
  for (let day = 0; day < 8; day++) {
    const to = values.length - day * DAY;
    let sum = 0;
    let known = 0;
    let highest = Number.NaN;
    for (let i = Math.max(0, to - DAY); i < to; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      sum += value;
      known++;
      if (!(value <= highest)) highest = value;
    }
    // A day of which less than half was observed says nothing of its mean.
    mean.push(known >= DAY / 24 && to >= DAY ? sum / known : Number.NaN);
    high.push(known >= DAY / 24 && to >= DAY ? highest : Number.NaN);
  }
  return { mean, high };
}

function visitsOf(values: Float64Array, level: number, band: number): LevelVisit[] {
  const found: LevelVisit[] = [];
  const count = Math.ceil(values.length / STEPS_PER_HOUR);
  let start = -1;
  let below = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    if (below && value >= level) {
      below = false;
      start = i;
    } else if (!below && value < level - band) {
      below = true;
      found.push({ hour: count - 1 - Math.floor((values.length - 1 - start) / STEPS_PER_HOUR) });
    }
  }
  return found.slice(-MOST_VISITS);
}

/** Gathers what is known at the newest step of `values` (shares of the limit on the 5-minute grid); undefined while nothing is. */
export function resourceFacts(values: Float64Array): ResourceFacts | undefined {
  let newest = values.length - 1;
  while (newest >= 0 && Number.isNaN(values[newest] as number)) newest--;
  if (newest < 0) return undefined;
  const now = values[newest] as number;
  const recent: number[] = [];
  for (let i = Math.max(0, values.length - 6); i < values.length; i++)
    if (!Number.isNaN(values[i] as number)) recent.push(values[i] as number);
  const level = recent.length === 0 ? now : median(recent);
  const { length } = values;
  const fit = (from: number, to: number) => lineFit(values, length - from, length - to, level);
  const noise = stepNoise(values);
  const { high, low } = hours(values);
  const { mean, high: dayHigh } = days(values);
  let higher = newest;
  while (higher >= 0 && !((values[higher] as number) > level + 3 * noise + 0.002)) higher--;
  return {
    values,
    now,
    level,
    trends: TREND_STEPS.map((steps) => fit(steps, 0)),
    halves: [
      [fit(36, 18), fit(18, 0)],
      [fit(72, 36), fit(36, 0)],
      [fit(288, 144), fit(144, 0)],
    ],
    noise,
    turning: turningPoints(values, Math.max(0.04, 6 * noise)),
    hourHigh: high,
    hourLow: low,
    visits: visitsOf(values, level, Math.max(0.03, 4 * noise)),
    sinceHigher: higher < 0 ? Number.POSITIVE_INFINITY : length - 1 - higher,
    dayMean: mean,
    dayHigh,
  };
}
