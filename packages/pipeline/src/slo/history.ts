import type { IndicatorWindow } from '../ports/readers.ts';
import { sliNames, type Objective } from './objective.ts';

/** Observed counts of an SLO's events, oldest first: each point covers `seconds` up to its timestamp. Unobserved time has no point. */
export interface SloHistory {
  readonly timestampMs: readonly number[];
  readonly seconds: readonly number[];
  readonly total: readonly number[];
  readonly bad: readonly number[];
}

/** Detail kept at full resolution; older points are summed into steps of COARSE. */
const FINE_MS = 300_000;
const COARSE_MS = 30_000;

/** The SLO's counts from its indicators' ticks (`sliIndicators`); gaps are left out, bad is never below 0. */
export function sloHistory(objective: Objective, windows: readonly IndicatorWindow[]): SloHistory {
  const names = sliNames(objective);
  const total = windows.find((window) => window.indicator === names.total && window.service === objective.service);
  const counted = windows.find((window) => window.indicator === names.counted && window.service === objective.service);
  const history = { timestampMs: [] as number[], seconds: [] as number[], total: [] as number[], bad: [] as number[] };
  if (total === undefined || counted === undefined) return history;
  const countedAt = new Map(counted.timestampMs.map((at, i) => [at, counted.value[i] as number]));
  const seconds = total.intervalMs / 1000;
  total.timestampMs.forEach((at, i) => {
    const events = (total.value[i] as number) * seconds;
    const part = (countedAt.get(at) ?? Number.NaN) * seconds;
    if (!Number.isFinite(events) || !Number.isFinite(part)) return;
    history.timestampMs.push(at);
    history.seconds.push(seconds);
    history.total.push(events);
    history.bad.push(Math.min(events, Math.max(0, objective.counted.kind === 'bad' ? part : events - part)));
  });
  return history;
}

/** The same counts with older detail summed up: what a forecast stands on, small enough to be stored with it. Idempotent. */
export function condense(history: SloHistory, nowMs: number): SloHistory {
  const result = { timestampMs: [] as number[], seconds: [] as number[], total: [] as number[], bad: [] as number[] };
  const fineFrom = Math.floor((nowMs - FINE_MS) / COARSE_MS) * COARSE_MS;
  let bucket = Number.NaN;
  history.timestampMs.forEach((at, i) => {
    const end = at > fineFrom ? at : Math.ceil(at / COARSE_MS) * COARSE_MS;
    const last = result.timestampMs.length - 1;
    if (at <= fineFrom && end === bucket) {
      result.seconds[last] = (result.seconds[last] as number) + (history.seconds[i] as number);
      result.total[last] = (result.total[last] as number) + (history.total[i] as number);
      result.bad[last] = (result.bad[last] as number) + (history.bad[i] as number);
      return;
    }
    bucket = at <= fineFrom ? end : Number.NaN;
    result.timestampMs.push(end);
    result.seconds.push(history.seconds[i] as number);
    result.total.push(history.total[i] as number);
    result.bad.push(history.bad[i] as number);
  });
  return result;
}

/** Sums over (fromMs, toMs]. */
export interface Counts {
  readonly total: number;
  readonly bad: number;
  readonly observedSeconds: number;
}

/** Cumulative sums over a history, so that any number of windows costs one pass and a look-up each. */
export class HistorySums {
  private readonly total: Float64Array;
  private readonly bad: Float64Array;
  private readonly observed: Float64Array;

  constructor(private readonly history: SloHistory) {
    const n = history.timestampMs.length;
    this.total = new Float64Array(n + 1);
    this.bad = new Float64Array(n + 1);
    this.observed = new Float64Array(n + 1);
    for (let i = 0; i < n; i++) {
      this.total[i + 1] = (this.total[i] as number) + (history.total[i] as number);
      this.bad[i + 1] = (this.bad[i] as number) + (history.bad[i] as number);
      this.observed[i + 1] = (this.observed[i] as number) + (history.seconds[i] as number);
    }
  }

  /** Number of points with a timestamp at or before `ms`. */
  private upTo(ms: number): number {
    let low = 0;
    let high = this.history.timestampMs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.history.timestampMs[middle] as number) <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  between(fromMs: number, toMs: number): Counts {
    const from = this.upTo(fromMs);
    const to = this.upTo(toMs);
    return {
      total: (this.total[to] as number) - (this.total[from] as number),
      bad: (this.bad[to] as number) - (this.bad[from] as number),
      observedSeconds: (this.observed[to] as number) - (this.observed[from] as number),
    };
  }
}
