import type { SeriesAxes } from './series-axes.ts';

/** What the scorer has to know of a series. Times in ms; `noticeable` in the series' unit. */
export interface ScoringSpec {
  readonly intervalMs: number;
  readonly seasonsMs: readonly number[];
  readonly bad: 'up' | 'down' | 'none';
  /** Smallest departure anybody would care about: the floor of the band's half width. */
  readonly noticeable: number;
  /** Overlap of neighbouring values: ticks in the indicator's window. One event stays in as many values. */
  readonly windowTicks: number;
  /** For series nobody described: take the floor from the range seen while learning instead of `noticeable`. */
  readonly floorFromRange: boolean;
  /** Its disappearance is an anomaly. */
  readonly absence: boolean;
  readonly preset: 'early' | 'precise';
}

/** Larger magnitudes are cut to this: squares stay finite and integers exact. */
export const LARGEST = 1e15;

/** Ticks kept per series: what two-sample comparisons and the replay of a decision look back on. */
export const RING = 128;

/** Indices into a series' scalars. */
export const S = {
  count: 0,
  slow: 1,
  spreadUp: 2,
  spreadDown: 3,
  scale: 4,
  errorSlow: 5,
  errorSeason0: 6,
  errorSeason1: 7,
  floor: 8,
  lastValue: 9,
  lastAt: 10,
  pending: 11,
  calm: 12,
  open: 13,
  openedAt: 14,
  direction: 15,
  reference: 16,
  gaps: 17,
  bin0: 18,
  binSum0: 19,
  binCount0: 20,
  bin1: 21,
  binSum1: 22,
  binCount1: 23,
  ringCount: 24,
  ringHead: 25,
  baseAge: 26,
  peak: 27,
  past: 28, // 4 x (at, observed): earlier anomalies
} as const;

export const SCALARS = S.past + 8;

export const KIND = { none: 0, level: 1, novelty: 2, regression: 3, absence: 4 } as const;

/** Result of one tick; reused, never kept. */
export interface TickScore {
  expected: number;
  low: number;
  high: number;
  /** [0,1]; 0.5 at the edge of the band. */
  score: number;
  /** The engine's axes, each as large as it has been since the series left its band: spreads beyond what is usual ... */
  deviation: number;
  /** ... and mean surprise, -log10 of how rare such a row is for this series. */
  novelty: number;
  /** The engine's view that was surprised most; of a regression, an absence, or a series without surprise what was compared. */
  view: string;
  /** When that view had last been nearest to this (ms), and its value then; NaN where nothing is known. */
  nearestAt: number;
  nearestValue: number;
  direction: 'up' | 'down';
  event: 'none' | 'opened' | 'closed';
  /** A member of KIND: of the open anomaly, also on the tick that closes it. */
  kind: number;
}

/** A fresh result to pass to `scoreTick`. */
export function emptyScore(): TickScore {
  return {
    expected: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    score: 0,
    deviation: 0,
    novelty: 0,
    view: 'level',
    nearestAt: Number.NaN,
    nearestValue: Number.NaN,
    direction: 'up',
    event: 'none',
    kind: KIND.none,
  };
}

/** Views into one series' state. */
export interface SeriesState {
  readonly scalars: Float64Array;
  readonly ring: Float64Array;
  readonly profile: Float32Array;
  readonly axes: SeriesAxes;
  /** The state `baseAge` ticks ago. */
  readonly base: { readonly scalars: Float64Array; readonly profile: Float32Array; readonly axes: Uint32Array };
}

/** The number at an index that is known to be inside. */
export const get = (array: Float64Array, index: number): number => array[index] as number;

/** Value `back` ticks ago (0 = newest) from the ring; NaN where there was a gap or nothing yet. */
export function ringValue(state: SeriesState, back: number): number {
  const { scalars, ring } = state;
  if (back >= get(scalars, S.ringCount)) return Number.NaN;
  return get(ring, (get(scalars, S.ringHead) - 1 - back + 2 * RING) % RING);
}

/** Appends a tick's value (NaN for a gap) to the ring. */
export function pushRing(state: SeriesState, value: number): void {
  const { scalars, ring } = state;
  const head = get(scalars, S.ringHead);
  ring[head] = value;
  scalars[S.ringHead] = (head + 1) % RING;
  scalars[S.ringCount] = Math.min(RING, get(scalars, S.ringCount) + 1);
}

/** Copies the state that later decisions will be replayed from. */
export function renewBase(state: SeriesState): void {
  state.base.scalars.set(state.scalars);
  state.base.profile.set(state.profile);
  state.axes.copyTo(state.base.axes);
  state.scalars[S.baseAge] = 0;
}

/** Median of the numbers in `values`, NaN when empty; sorts in place. */
export function median(values: number[]): number {
  if (values.length === 0) return Number.NaN;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1
    ? (values[middle] as number)
    : ((values[middle - 1] as number) + (values[middle] as number)) / 2;
}

/** The numbers among `count` ticks ending `from` ticks ago, newest first; gaps left out. */
export function recent(state: SeriesState, from: number, count: number): number[] {
  const values: number[] = [];
  for (let back = from; back < from + count; back++) {
    const value = ringValue(state, back);
    if (!Number.isNaN(value)) values.push(value);
  }
  return values;
}
