import { STEPS_PER_HOUR, type LevelVisit, type ResourceFacts } from './facts.ts';
import type { TurningPoint } from './turning-points.ts';

/** Widest answer of a feature: what lies beyond says no more. */
const LIMIT = 4;
const clip = (value: number, limit = LIMIT): number =>
  Number.isNaN(value) ? 0 : Math.min(limit, Math.max(-limit, value));

/** log(horizon / time to the limit): positive where `headroom` is used up within the horizon at `perHour`. */
function reach(headroom: number, perHour: number, hours: number): number {
  return perHour <= 0 ? -LIMIT : clip(Math.log((perHour * hours) / Math.max(headroom, 1e-6)));
}

/** What the hazard looks at, apart from the horizon. Bounded numbers, 0 where nothing is known. */
function momentFeatures(facts: ResourceFacts): number[] {
  const { now, level, trends, noise, turning, visits, halves, values } = facts;
  const headroom = Math.max(1e-4, 1 - level);
  const history = values.length / STEPS_PER_HOUR;
  const { peaks, trough } = turning;
  const last = peaks.at(-1);
  const highest = peaks.reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const climbed = Math.max(0, level - trough.value);
  const climbHours = Math.max(1 / STEPS_PER_HOUR, (values.length - 1 - trough.at) / STEPS_PER_HOUR);
  const gaps = peaks.slice(1).map((peak, i) => (peak.at - (peaks[i]?.at ?? 0)) / STEPS_PER_HOUR);
  const period = gaps.length === 0 ? Number.NaN : (gaps.toSorted((a, b) => a - b)[gaps.length >> 1] as number);
  const sinceLast = last === undefined ? Number.NaN : (values.length - 1 - last.at) / STEPS_PER_HOUR;
  const meanPeak = peaks.reduce((sum, { value }) => sum + value, 0) / Math.max(1, peaks.length);
  const peakSpread = Math.sqrt(
    peaks.reduce((sum, { value }) => sum + (value - meanPeak) ** 2, 0) / Math.max(1, peaks.length),
  );
  return [
    level,
    Math.log(headroom),
    clip(now - level, 0.2) * 5,
    Math.log(0.002 + noise),
    clip(Math.log(history / 72)),
    ...trends.map(({ explained, slope }) => Math.sign(slope) * explained),
    ...trends.slice(0, 3).map(({ noise: residual }) => Math.log(0.002 + residual)),
    ...halves.map(([older, newer]) =>
      clip((newer.slope - older.slope) / (Math.abs(newer.slope) + Math.abs(older.slope) + 1e-5)),
    ),
    Math.log1p(visits.length),
    facts.sinceHigher === Number.POSITIVE_INFINITY ? 1 : 0,
    clip(Math.log((Math.min(facts.sinceHigher, 4032) + 1) / 144)),
    Math.log1p(peaks.length),
    peaks.length === 0 ? 0 : clip((level - highest) * 10),
    peaks.length === 0 ? 0 : clip((1 - highest) * 10),
    last === undefined ? 0 : clip((level - last.value) * 10),
    clip(Math.log(sinceLast / period)),
    peaks.length < 2 ? 0 : clip(Math.log(0.005 + peakSpread) + 3),
    clip(climbed * 5),
    clip(Math.log(climbHours / 12)),
    peaks.length < 2 ? 0 : clip((climbed / Math.max(0.01, highest - trough.value) - 1) * 3),
  ];
}

function maximum(values: Float64Array, from: number, to: number): number {
  let most = Number.NaN;
  for (let i = Math.max(0, from); i < Math.min(to, values.length); i++)
    if (!((values[i] as number) <= most) && !Number.isNaN(values[i] as number)) most = values[i] as number;
  return most;
}

const highestOf = (peaks: readonly TurningPoint[]): number =>
  peaks.reduce((most, { value }) => Math.max(most, value), 0);

/** Slope per hour, end and standard error of the line through the last (up to eight) peaks. */
function peakLine(facts: ResourceFacts): { perHour: number; end: number; noise: number } | undefined {
  const peaks = facts.turning.peaks.slice(-8);
  if (peaks.length < 3) return undefined;
  const newest = facts.values.length - 1;
  let sumT = 0;
  let sumV = 0;
  for (const { at, value } of peaks) {
    sumT += at - newest;
    sumV += value;
  }
  const meanT = sumT / peaks.length;
  const meanV = sumV / peaks.length;
  let spread = 0;
  let together = 0;
  for (const { at, value } of peaks) {
    spread += (at - newest - meanT) ** 2;
    together += (at - newest - meanT) * (value - meanV);
  }
  const slope = spread > 0 ? together / spread : 0;
  let residual = 0;
  for (const { at, value } of peaks) residual += (value - meanV - slope * (at - newest - meanT)) ** 2;
  return {
    perHour: slope * STEPS_PER_HOUR,
    end: meanV - slope * meanT,
    noise: Math.sqrt(residual / Math.max(1, peaks.length - 2)),
  };
}

/** Hours ahead that tables by hour reach. */
const FARTHEST = 48;

/** Greatest rise that the history holds within each number of hours, 0 to 48. */
function greatestRises(high: Float64Array, low: Float64Array): Float64Array {
  const most = new Float64Array(FARTHEST + 1);
  for (let i = 0; i < low.length; i++) {
    const start = low[i] as number;
    if (Number.isNaN(start)) continue;
    const end = Math.min(high.length - 1, i + FARTHEST);
    let top = start;
    for (let j = i; j <= end; j++) {
      const value = high[j] as number;
      if (value > top) top = value;
      if (top - start > (most[j - i] as number)) most[j - i] = top - start;
    }
  }
  for (let h = 1; h <= FARTHEST; h++) most[h] = Math.max(most[h] as number, most[h - 1] as number);
  return most;
}

/** What followed the earlier visits of this level: highest, mean and spread of the maxima within each number of hours, 0 to 48. */
interface AfterVisits {
  readonly highest: Float64Array;
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

function afterVisits(high: Float64Array, visits: readonly LevelVisit[]): AfterVisits {
  const highest = new Float64Array(FARTHEST + 1);
  const mean = new Float64Array(FARTHEST + 1);
  const spread = new Float64Array(FARTHEST + 1);
  for (const { hour } of visits) {
    let top = 0;
    for (let h = 0; h <= FARTHEST; h++) {
      const value = high[hour + h] as number;
      if (value > top) top = value;
      if (top > (highest[h] as number)) highest[h] = top;
      mean[h] = (mean[h] as number) + top;
      spread[h] = (spread[h] as number) + top * top;
    }
  }
  const count = Math.max(1, visits.length);
  for (let h = 0; h <= FARTHEST; h++) {
    const average = (mean[h] as number) / count;
    mean[h] = average;
    spread[h] = Math.sqrt(Math.max(0, (spread[h] as number) / count - average * average));
  }
  return { highest, mean, spread };
}

/** What the hazard looks at for one horizon. */
function horizonFeatures(facts: ResourceFacts, hours: number, rises: Float64Array, after: AfterVisits): number[] {
  const { level, trends, noise, turning, halves, visits, dayMean, dayHigh, values } = facts;
  const headroom = Math.max(1e-4, 1 - level);
  const steps = hours * STEPS_PER_HOUR;
  const reaches = trends.map(({ slope }) => reach(headroom, slope * STEPS_PER_HOUR, hours));
  const scores = trends.map(({ slope, slopeError, noise: residual, end }) =>
    clip(
      (end + slope * steps - 1) /
        Math.sqrt(residual * residual + (3 * slopeError * steps) ** 2 + (0.1 * slope * steps) ** 2 + 1e-4),
    ),
  );
  const bends = halves.map(([older, newer], i) => {
    const half = [18, 36, 144][i] as number;
    const ratio = older.slope > 1e-6 ? newer.slope / older.slope : Number.NaN;
    // The rise that is left if each half keeps losing speed as the last one did.
    const left =
      newer.slope <= 0
        ? 0
        : ratio < 1
          ? (newer.slope * half * (1 - ratio ** (steps / half)) * ratio) / (1 - ratio)
          : newer.slope * steps;
    return clip(Math.log((left + 1e-4) / headroom));
  });
  const whole = Math.min(FARTHEST, Math.max(1, Math.round(hours)));
  const rise = rises[whole] as number;
  const counted = visits.length;
  const highestAfter = after.highest[whole] as number;
  const spreadAfter = after.spread[whole] as number;
  const samePhase = (days: number): number => {
    const from = values.length - 1 - days * 24 * STEPS_PER_HOUR;
    if (from < 0) return Number.NaN;
    const before = maximum(values, from - 6, from + 1);
    return maximum(values, from, from + Math.min(steps, days * 24 * STEPS_PER_HOUR) + 1) - before;
  };
  const dayDrift = ((dayMean[0] as number) - (dayMean[1] as number)) / 24;
  const highDrift = ((dayHigh[0] as number) - (dayHigh[1] as number)) / 24;
  const longDrift = ((dayHigh[0] as number) - (dayHigh[3] as number)) / 72;
  const dayLeft = headroom - samePhase(1) - Math.max(0, dayDrift) * hours;
  const weekLeft = headroom - samePhase(7);
  const climbHours = Math.max(0.25, (values.length - 1 - turning.trough.at) / STEPS_PER_HOUR);
  const climb = reach(headroom, (level - turning.trough.value) / climbHours, hours);
  const line = peakLine(facts);
  const peakReach = line === undefined ? 0 : reach(Math.max(1e-3, 1 - line.end), line.perHour, hours);
  const peakScore =
    line === undefined
      ? 0
      : clip((line.end + line.perHour * hours - 1) / Math.sqrt(line.noise ** 2 + noise ** 2 + 1e-4));
  const past = highestOf(turning.peaks);
  // Above every level that it ever came back from, only the trend speaks; below, the precedents do.
  const unprecedented = clip((level - past) / (0.02 + 3 * noise)) / LIMIT;
  const precedented = visits.length === 0 ? 0 : Math.min(1, visits.length / 3);
  const fastest = Math.max(...reaches);
  const slowest = Math.min(...reaches.slice(0, 3));
  const sameWay = trends.slice(0, 3).reduce((share, { slope, explained }) => share * (slope > 0 ? explained : 0), 1);
  const bend = Math.min(...bends);
  return [
    Math.log(hours / 12),
    ...reaches.map((value) => Math.max(0, value)),
    ...reaches.map((value) => unprecedented * value),
    ...reaches.slice(0, 3).map((value) => precedented * value),
    fastest,
    slowest,
    sameWay * slowest,
    sameWay * Math.log(hours / 12),
    Math.max(0, bend),
    bend * unprecedented,
    bend,
    unprecedented,
    precedented * Math.log(hours / 12),
    Math.max(0, slowest) * (1 - precedented),
    ...reaches,
    ...scores,
    ...reaches.map((value, i) => value * (trends[i]?.explained ?? 0)),
    ...bends,
    clip(Math.log((rise + 1e-3) / headroom)),
    counted === 0 ? 0 : clip((1 - highestAfter) * 10),
    counted === 0 ? 0 : clip((1 - highestAfter) / (spreadAfter + noise + 0.01) / 4),
    counted === 0 ? 0 : clip(((1 - highestAfter) / headroom - 1) * 2),
    Number.isNaN(dayLeft) ? 0 : clip(dayLeft * 8),
    Number.isNaN(weekLeft) ? 0 : clip(weekLeft * 8),
    Number.isNaN(weekLeft) ? 0 : 1,
    Number.isNaN(dayDrift) ? -1 : reach(headroom, dayDrift, hours),
    Number.isNaN(highDrift) ? -1 : reach(Math.max(1e-4, 1 - (dayHigh[0] as number)), highDrift, hours),
    Number.isNaN(longDrift) ? -1 : reach(Math.max(1e-4, 1 - (dayHigh[0] as number)), longDrift, hours),
    climb,
    peakReach,
    peakScore,
    line === undefined ? 0 : 1,
  ];
}

/** The numbers the hazard is computed from: those of the moment once, those of each horizon after them. */
export function hazardFeatures(facts: ResourceFacts, horizonHours: readonly number[]): Float64Array[] {
  const moment = momentFeatures(facts);
  const rises = greatestRises(facts.hourHigh, facts.hourLow);
  const after = afterVisits(facts.hourHigh, facts.visits);
  return horizonHours.map((hours) => Float64Array.from([...moment, ...horizonFeatures(facts, hours, rises, after)]));
}
