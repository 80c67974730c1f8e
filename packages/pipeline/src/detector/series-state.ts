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

export const PROTOTYPES = 16;

/** Indices into a series' scalars. */
export const S = {
  count: 0,
  fast: 1,
  slow: 2,
  spreadUp: 3,
  spreadDown: 4,
  scale: 5,
  errorSlow: 6,
  errorFast: 7,
  errorSeason0: 8,
  errorSeason1: 9,
  low: 10,
  high: 11,
  floor: 12,
  noveltyQ95: 13,
  noveltyExcess: 14,
  noveltyCount: 15,
  lastValue: 16,
  lastAt: 17,
  pending: 18,
  calm: 19,
  open: 20,
  openedAt: 21,
  direction: 22,
  reference: 23,
  gaps: 24,
  bin0: 25,
  binSum0: 26,
  binCount0: 27,
  bin1: 28,
  binSum1: 29,
  binCount1: 30,
  onset: 31,
  ringCount: 32,
  ringHead: 33,
  baseAge: 34,
  baseAt: 35,
  peak: 36,
  novelTicks: 37,
  ended: 38,
  past: 39, // 4 x (at, observed): the nearest past instance is looked up here
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
  /** Median over the views of |residual| / band half width. */
  deviation: number;
  /** -log10 of the tail probability of the distance to what was seen before. */
  novelty: number;
  view: 'level' | 'trend' | 'season' | 'novelty' | 'regression' | 'absence';
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
  /** PROTOTYPES x (previous, current, weight). */
  readonly prototypes: Float32Array;
  /** The state `baseAge` ticks ago: scalars, profile, prototypes. */
  readonly base: { readonly scalars: Float64Array; readonly profile: Float32Array; readonly prototypes: Float32Array };
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
  state.base.prototypes.set(state.prototypes);
  state.scalars[S.baseAge] = 0;
  state.scalars[S.baseAt] = get(state.scalars, S.lastAt);
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

/** The middle one of three. */
export function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
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
