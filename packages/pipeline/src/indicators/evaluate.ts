import type { SampleRings } from './sample-rings.ts';

/** Missed scrapes after which a series no longer holds its value: then a tick that needs it is a gap. */
export const FRESH_INTERVALS = 2;
/** Intervals without a sample after which a series is gone (a replica that was taken away), not merely missing. */
export const LIVE_INTERVALS = 5;

/** What the evaluation of a tick reads: rings, and which counters were born at 0 in a target already observed. */
export interface TickInput {
  readonly rings: SampleRings;
  readonly bornAtZero: (slot: number) => boolean;
  readonly intervalMs: number;
}

/** Increase of one counter over a window and whether a sample stands at its start, so that the whole window was observed. */
export interface Increase {
  increase: number;
  covered: boolean;
  observed: boolean;
}

/**
 * Increase of a counter over (at - windowMs, at]: differences of its samples, each reset counting from 0. A start older than
 * two intervals before the window is an outage: what happened in it is unobserved and not counted into this window.
 */
export function increaseOf(input: TickInput, slot: number, at: number, windowMs: number, out: Increase): void {
  const { rings } = input;
  out.increase = 0;
  out.covered = false;
  out.observed = false;
  const last = rings.positionAt(slot, at);
  if (last < 0) return;
  const from = at - windowMs;
  const oldestBase = from - FRESH_INTERVALS * input.intervalMs;
  if (rings.timestamp(slot, last) <= from) {
    out.covered = rings.timestamp(slot, last) >= oldestBase;
    return;
  }
  out.observed = true;
  let position = last;
  while (position > 0 && rings.timestamp(slot, position - 1) > from) position--;
  // `position` is the first sample inside the window; the one before it, when recent, is the base.
  let previous: number;
  if (position > 0 && rings.timestamp(slot, position - 1) >= oldestBase) {
    previous = rings.value(slot, position - 1);
    out.covered = true;
  } else if (position === 0 && input.bornAtZero(slot) && rings.count(slot) < rings.capacity) {
    previous = 0;
  } else {
    previous = rings.value(slot, position);
    position++;
  }
  for (; position <= last; position++) {
    const value = rings.value(slot, position);
    out.increase += value >= previous ? value - previous : value;
    previous = value;
  }
}

/** A gauge's value at a tick, NaN when missing (a gap), undefined when the series is gone or was never there. */
export function gaugeAt(input: TickInput, slot: number, at: number): number | undefined {
  const position = input.rings.positionAt(slot, at);
  if (position < 0) return undefined;
  const age = at - input.rings.timestamp(slot, position);
  if (age < FRESH_INTERVALS * input.intervalMs) return input.rings.value(slot, position);
  return age <= LIVE_INTERVALS * input.intervalMs ? Number.NaN : undefined;
}

/** Sum, largest or smallest; NaN (a gap) when one that should be there is missing or none is there. */
export function aggregateGauges(
  input: TickInput,
  slots: readonly number[],
  at: number,
  aggregate: 'sum' | 'max' | 'min',
): number {
  let result = Number.NaN;
  for (const slot of slots) {
    const value = gaugeAt(input, slot, at);
    if (value === undefined) continue;
    if (Number.isNaN(value)) return Number.NaN;
    if (Number.isNaN(result)) result = value;
    else if (aggregate === 'sum') result += value;
    else result = aggregate === 'max' ? Math.max(result, value) : Math.min(result, value);
  }
  return result;
}

const scratch: Increase = { increase: 0, covered: false, observed: false };

/** Sum of counters' increases; NaN when no counter was observed over the whole window. */
export function sumIncreases(input: TickInput, slots: readonly number[], at: number, windowMs: number): number {
  let sum = 0;
  let covered = false;
  let observed = false;
  for (const slot of slots) {
    increaseOf(input, slot, at, windowMs, scratch);
    sum += scratch.increase;
    covered ||= scratch.covered;
    observed ||= scratch.observed;
  }
  return covered && observed ? sum : Number.NaN;
}

/** Increases of counters that may not exist yet (no failure ever happened): 0 then, never a gap. */
export function sumPresentIncreases(input: TickInput, slots: readonly number[], at: number, windowMs: number): number {
  let sum = 0;
  for (const slot of slots) {
    increaseOf(input, slot, at, windowMs, scratch);
    sum += scratch.increase;
  }
  return sum;
}

/**
 * Quantile of a histogram from increases per bucket, linear inside the bucket as Prometheus' histogram_quantile; the highest
 * finite bound when it falls into +Inf. `bounds` ascend and end with Infinity, `cumulative` are counts up to each bound.
 */
export function histogramQuantile(
  quantile: number,
  bounds: readonly number[],
  cumulative: Float64Array,
  minimum: number,
): number {
  const last = bounds.length - 1;
  if (last < 1 || bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN;
  // Buckets of series scraped at different moments may run apart by a few; a cumulative count never falls.
  for (let i = 1; i <= last; i++) cumulative[i] = Math.max(cumulative[i] as number, cumulative[i - 1] as number);
  const total = cumulative[last] as number;
  if (!(total >= Math.max(minimum, 1e-9))) return Number.NaN;
  const rank = quantile * total;
  let bucket = 0;
  while (bucket < last && (cumulative[bucket] as number) < rank) bucket++;
  if (bucket === last) return bounds[last - 1] as number;
  const upper = bounds[bucket] as number;
  const lower = bucket === 0 ? Math.min(0, upper) : (bounds[bucket - 1] as number);
  const before = bucket === 0 ? 0 : (cumulative[bucket - 1] as number);
  const inside = (cumulative[bucket] as number) - before;
  if (bucket === 0 && upper <= 0) return upper;
  return inside > 0 ? lower + ((upper - lower) * (rank - before)) / inside : upper;
}
