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

/** Valid samples before a series is scored (loop.md "learning, 12 of 60 samples"). */
export const LEARNS_AT = 60;
export const ENGINE = 'autoops-streaming';
export const ENGINE_VERSION = '1';

/** Half-lives, in ticks, of the two levels. */
const FAST = 1 - 0.5 ** (1 / 8);
const SLOW = 1 - 0.5 ** (1 / 60);
const ERROR = 1 - 0.5 ** (1 / 60);
/** Band half width in running 98 % quantiles of the residual: for a normal residual 2 x 2.33 = 4.7 standard deviations. */
const BAND = 2;
const QUANTILE = 0.98;
const QUANTILE_STEP = 0.05;
/** An anomaly that lasts this long is the new normal: levels are learned anew and it ends. */
const ACCEPT_AFTER_MS = 3_600_000;
/** The same where no direction hurts (more replicas, other holders): nobody has to wait for it. */
const ACCEPT_HARMLESS_AFTER_MS = 300_000;
/** A tick this far beyond the band needs fewer repetitions. */
const STRONG = 6;
const CLEAR = 3;
/** Ticks (and at least ms) inside the band before an anomaly ends; "inside" with some margin, which is the hysteresis. */
const CALM_TICKS = 10;
const CALM_MS = 10_000;
const CALM_SHARE = 0.8;
/** Larger magnitudes are cut to this: squares stay finite and integers exact. */
export const LARGEST = 1e15;
const ABSENT_TICKS = 6;
/** Ticks after a change at which both sides are compared, and how many on each side. */
const COMPARE_AT = [25, 45, 65];
const SETTLE_TICKS = 5;
/** One in 4000 by chance per comparison: about 2 % per change over 30 series and three looks. */
const COMPARE_Z = 3.5;
/** Ticks kept per series: what two-sample comparisons and the replay of a decision look back on. */
export const RING = 128;
const BASE_EVERY = 64;
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

/** Bins of a season's profile: 10 s bins of 10 min up to an hour, quarters of a day, hours of a week. */
export function binsOf(seasonMs: number): number {
  if (seasonMs <= 3_600_000) return 60;
  return seasonMs <= 86_400_000 ? 96 : 168;
}

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

const get = (array: Float64Array, index: number): number => array[index] as number;

/** Value `back` ticks ago (0 = newest) from the ring; NaN where there was a gap or nothing yet. */
export function ringValue(state: SeriesState, back: number): number {
  const { scalars, ring } = state;
  if (back >= get(scalars, S.ringCount)) return Number.NaN;
  return get(ring, (get(scalars, S.ringHead) - 1 - back + 2 * RING) % RING);
}

function pushRing(state: SeriesState, value: number): void {
  const { scalars, ring } = state;
  const head = get(scalars, S.ringHead);
  ring[head] = value;
  scalars[S.ringHead] = (head + 1) % RING;
  scalars[S.ringCount] = Math.min(RING, get(scalars, S.ringCount) + 1);
}

/** Copies the state that later decisions will be replayed from. */
function renewBase(state: SeriesState): void {
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
  return values.length % 2 === 1 ? (values[middle] as number) : ((values[middle - 1] as number) + (values[middle] as number)) / 2;
}

/** The middle one of three. */
function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function recent(state: SeriesState, from: number, count: number): number[] {
  const values: number[] = [];
  for (let back = from; back < from + count; back++) {
    const value = ringValue(state, back);
    if (!Number.isNaN(value)) values.push(value);
  }
  return values;
}

/** Starts (or restarts) the levels and spreads from the ring's newest values. */
function learn(state: SeriesState, spec: ScoringSpec): void {
  const { scalars } = state;
  const values = recent(state, 0, LEARNS_AT);
  const centre = median(values);
  scalars[S.slow] = centre;
  scalars[S.fast] = median(recent(state, 0, 10));
  const distances = values.map((value) => Math.abs(value - centre)).sort((a, b) => a - b);
  // For a normal residual q98 = 2.02 x q75; q75 survives a start-up transient of a quarter of the samples.
  const spread = 2.02 * (distances[Math.floor(distances.length * 0.75)] ?? 0);
  scalars[S.spreadUp] = spread;
  scalars[S.spreadDown] = spread;
  scalars[S.scale] = distances.reduce((sum, distance) => sum + distance / distances.length, 0);
  scalars[S.low] = Math.min(...values);
  scalars[S.high] = Math.max(...values);
  const range = get(scalars, S.high) - get(scalars, S.low);
  scalars[S.floor] = spec.floorFromRange ? Math.max(0.5 * range, 0.05 * Math.abs(centre), Number.MIN_VALUE) : spec.noticeable;
  const error = Math.max(get(scalars, S.scale), get(scalars, S.floor) / 100);
  for (const view of [S.errorSlow, S.errorFast, S.errorSeason0, S.errorSeason1]) scalars[view] = error;
}

function seasonValue(profile: Float32Array, offset: number, bins: number, seasonMs: number, at: number): number {
  // Linear between the centres of neighbouring bins, so that a bin's edge is no step.
  const position = ((at % seasonMs) / seasonMs) * bins - 0.5;
  const left = Math.floor(position);
  const share = position - left;
  const a = profile[offset + ((left + bins) % bins)] as number;
  const b = profile[offset + ((left + 1) % bins)] as number;
  return a * (1 - share) + b * share;
}

function updateSeason(state: SeriesState, season: number, offset: number, bins: number, seasonMs: number, at: number, value: number): void {
  const { scalars, profile } = state;
  const [binIndex, sumIndex, countIndex] = season === 0 ? [S.bin0, S.binSum0, S.binCount0] : [S.bin1, S.binSum1, S.binCount1];
  const bin = Math.floor(((at % seasonMs) / seasonMs) * bins) % bins;
  if (bin !== get(scalars, binIndex)) {
    const count = get(scalars, countIndex);
    if (count > 0) {
      const left = offset + get(scalars, binIndex);
      const mean = get(scalars, sumIndex) / count;
      const known = profile[left] as number;
      // Committed only on leaving the bin: a forecast never stands on the pass it is judged in.
      profile[left] = Number.isNaN(known) ? mean : 0.7 * known + 0.3 * mean;
    }
    scalars[binIndex] = bin;
    scalars[sumIndex] = 0;
    scalars[countIndex] = 0;
  }
  scalars[sumIndex] = get(scalars, sumIndex) + value;
  scalars[countIndex] = get(scalars, countIndex) + 1;
}

/** Surprise (-log10 p) of the distance from the pair (previous, value) to the nearest prototype on raw scale; learns it. */
function noveltyOf(state: SeriesState, previous: number, value: number, learnIt: boolean): number {
  const { scalars, prototypes } = state;
  const range = get(scalars, S.high) - get(scalars, S.low);
  const radius = Math.max(0.02 * range, get(scalars, S.floor) * 0.02);
  let nearest = Number.POSITIVE_INFINITY;
  let which = -1;
  let weakest = 0;
  let weakestWeight = Number.POSITIVE_INFINITY;
  for (let i = 0; i < PROTOTYPES; i++) {
    const at = i * 3;
    const weight = prototypes[at + 2] as number;
    if (weight < weakestWeight) {
      weakestWeight = weight;
      weakest = at;
    }
    if (weight === 0) continue;
    const distance = Math.max(Math.abs((prototypes[at] as number) - previous), Math.abs((prototypes[at + 1] as number) - value));
    if (distance < nearest) {
      nearest = distance;
      which = at;
    }
  }
  const q95 = get(scalars, S.noveltyQ95);
  const excess = get(scalars, S.noveltyExcess);
  const floor = Math.max(radius, Number.MIN_VALUE);
  const distance = Number.isFinite(nearest) ? nearest : 0;
  // Exponential tail over the running q95; below it a straight line through (0, 0) and (q95, 1.3).
  const surprise =
    distance <= Math.max(q95, floor)
      ? (1.3 * distance) / Math.max(q95, floor)
      : 1.3 + (distance - Math.max(q95, floor)) / Math.max(excess, floor) / Math.LN10;
  if (learnIt) {
    const count = get(scalars, S.noveltyCount) + 1;
    scalars[S.noveltyCount] = count;
    const step = Math.max(excess, floor) * Math.max(0.05, 1 / count);
    scalars[S.noveltyQ95] = Math.max(0, q95 + step * (distance > q95 ? 0.95 : -0.05));
    if (distance > q95) scalars[S.noveltyExcess] = excess + 0.05 * (distance - q95 - excess);
    if (count % 16 === 0) for (let at = 2; at < prototypes.length; at += 3) prototypes[at] = (prototypes[at] as number) * 0.984;
    if (which >= 0 && nearest <= radius) {
      prototypes[which + 2] = (prototypes[which + 2] as number) + 1;
    } else {
      prototypes[weakest] = previous;
      prototypes[weakest + 1] = value;
      prototypes[weakest + 2] = 1;
    }
  }
  return Math.min(12, surprise);
}

/** Stochastic quantile tracking. The step is never small against the quantile itself, so that a too large one is forgotten. */
function trackQuantile(current: number, scale: number, distance: number): number {
  return Math.max(0, current + QUANTILE_STEP * Math.max(scale, current / 2) * (distance > current ? QUANTILE : QUANTILE - 1));
}

/** Mann-Whitney z of `after` being larger than `before` (normal approximation), thinned by the overlap of windows. */
export function rankShift(before: readonly number[], after: readonly number[], overlap: number): number {
  if (before.length === 0 || after.length === 0) return 0;
  let wins = 0;
  for (const b of after) for (const a of before) wins += b > a ? 1 : b === a ? 0.5 : 0;
  const n = before.length;
  const m = after.length;
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return (wins - (n * m) / 2) / deviation / Math.sqrt(Math.max(1, overlap));
}

/**
 * Compares both sides of a change, when this tick is one of those at which that is done. Returns the reference level that
 * the series was worse than, or NaN. Worse = in the bad direction by half of what is noticeable, and hardly by chance.
 */
function regressionAgainst(state: SeriesState, spec: ScoringSpec, at: number, changesMs: readonly number[]): number {
  if (spec.bad === 'none' || spec.floorFromRange) return Number.NaN;
  for (const changeMs of changesMs) {
    const ticks = Math.floor((at - changeMs) / spec.intervalMs);
    if (!COMPARE_AT.includes(ticks)) continue;
    const after = recent(state, 0, ticks - SETTLE_TICKS);
    const before = recent(state, ticks + 1, 60);
    if (before.length < 30 || after.length < 15) continue;
    const z = rankShift(before, after, spec.windowTicks);
    const reference = median(before);
    const shift = median(after) - reference;
    const worse = spec.bad === 'up' ? shift : -shift;
    const strength = spec.bad === 'up' ? z : -z;
    if (worse >= spec.noticeable / 2 && strength >= COMPARE_Z) return reference;
  }
  return Number.NaN;
}

function needed(margin: number, spec: ScoringSpec): number {
  if (margin >= STRONG) return 2;
  // One event stays in `windowTicks` values: only more of them in a row are more than one event.
  return margin >= CLEAR ? 3 : Math.max(3, spec.windowTicks + 1);
}

function open(state: SeriesState, at: number, kind: number, up: boolean, reference: number, observed: number, out: TickScore): void {
  const { scalars } = state;
  scalars[S.open] = kind;
  scalars[S.openedAt] = at;
  scalars[S.calm] = 0;
  scalars[S.direction] = up ? 1 : -1;
  scalars[S.reference] = reference;
  scalars[S.peak] = observed;
  out.event = 'opened';
  out.kind = kind;
  out.direction = up ? 'up' : 'down';
}

function close(state: SeriesState, at: number, out: TickScore): void {
  const { scalars } = state;
  out.event = 'closed';
  out.kind = get(scalars, S.open);
  // The ring of past instances: the oldest of four is overwritten.
  let slot = 0;
  for (let i = 1; i < 4; i++) if (get(scalars, S.past + 2 * i) < get(scalars, S.past + 2 * slot)) slot = i;
  scalars[S.past + 2 * slot] = get(scalars, S.openedAt);
  scalars[S.past + 2 * slot + 1] = get(scalars, S.peak);
  scalars[S.open] = KIND.none;
  scalars[S.pending] = 0;
  scalars[S.ended] = at;
}

/** A tick without value: unknown, neither good nor bad; only a long absence of what must be there is a sign by itself. */
function scoreGap(state: SeriesState, spec: ScoringSpec, at: number, out: TickScore): void {
  const { scalars } = state;
  const gaps = get(scalars, S.gaps) + 1;
  scalars[S.gaps] = gaps;
  out.kind = get(scalars, S.open);
  out.direction = get(scalars, S.direction) < 0 ? 'down' : 'up';
  if (get(scalars, S.count) < LEARNS_AT) return;
  if (spec.absence && gaps >= ABSENT_TICKS && get(scalars, S.open) === KIND.none) {
    out.score = 1;
    out.view = 'absence';
    open(state, at, KIND.absence, false, get(scalars, S.slow), 0, out);
  } else if (get(scalars, S.open) !== KIND.none && get(scalars, S.open) !== KIND.absence && gaps * spec.intervalMs >= 6 * CALM_MS) {
    close(state, at, out);
  }
}

/**
 * Scores one tick of one series and updates its state. Causal: `out` depends on this and earlier ticks only. `value` NaN is a
 * gap. `changesMs` are the times of deploys and configuration changes of the service in the last minutes.
 */
export function scoreTick(state: SeriesState, spec: ScoringSpec, at: number, sample: number, changesMs: readonly number[], out: TickScore): void {
  const { scalars, profile } = state;
  const value = Math.max(-LARGEST, Math.min(LARGEST, sample));
  if (get(scalars, S.ringCount) > 0 && at - get(scalars, S.lastAt) !== spec.intervalMs) {
    // The grid jumped (nothing was observed for long): neighbours in the ring would no longer be neighbours in time.
    scalars[S.ringCount] = 0;
    scalars[S.pending] = 0;
    renewBase(state);
  }
  out.event = 'none';
  out.score = 0;
  out.deviation = 0;
  out.novelty = 0;
  out.view = 'level';
  out.kind = get(scalars, S.open);
  out.direction = get(scalars, S.direction) < 0 ? 'down' : 'up';
  if (get(scalars, S.baseAge) >= BASE_EVERY && get(scalars, S.pending) === 0) renewBase(state);
  else if (get(scalars, S.baseAge) >= RING - 8) renewBase(state);
  scalars[S.lastAt] = at;
  scalars[S.baseAge] = get(scalars, S.baseAge) + 1;
  pushRing(state, value);
  if (Number.isNaN(value)) {
    out.expected = Number.NaN;
    out.low = Number.NaN;
    out.high = Number.NaN;
    scoreGap(state, spec, at, out);
    return;
  }
  scalars[S.gaps] = 0;
  const previous = get(scalars, S.count) === 0 ? value : get(scalars, S.lastValue);
  scalars[S.lastValue] = value;
  const count = get(scalars, S.count) + 1;
  scalars[S.count] = count;

  if (count <= LEARNS_AT) {
    out.expected = Number.NaN;
    out.low = Number.NaN;
    out.high = Number.NaN;
    let offset = 0;
    for (const [season, seasonMs] of spec.seasonsMs.entries()) {
      updateSeason(state, season, offset, binsOf(seasonMs), seasonMs, at, value);
      offset += binsOf(seasonMs);
    }
    noveltyOf(state, previous, value, true);
    if (count === LEARNS_AT) learn(state, spec);
    else {
      scalars[S.low] = count === 1 ? value : Math.min(get(scalars, S.low), value);
      scalars[S.high] = count === 1 ? value : Math.max(get(scalars, S.high), value);
      scalars[S.floor] = spec.floorFromRange ? 0 : spec.noticeable;
    }
    return;
  }

  // Expected: levels and seasons weighted by 1 / error^2 of their own recent forecasts.
  const floor = get(scalars, S.floor);
  const slow = get(scalars, S.slow);
  const fast = get(scalars, S.fast);
  let weightSum = 0;
  let expected = 0;
  const tiny = floor * 1e-3;
  const add = (prediction: number, errorIndex: number): void => {
    const weight = 1 / (get(scalars, errorIndex) + tiny) ** 2;
    weightSum += weight;
    expected += weight * prediction;
  };
  add(slow, S.errorSlow);
  let offset = 0;
  let seasonMatched = false;
  for (const [season, seasonMs] of spec.seasonsMs.entries()) {
    const prediction = seasonValue(profile, offset, binsOf(seasonMs), seasonMs, at);
    offset += binsOf(seasonMs);
    if (Number.isNaN(prediction)) continue;
    add(prediction, S.errorSeason0 + season);
    seasonMatched ||= get(scalars, S.errorSeason0 + season) < get(scalars, S.errorSlow);
  }
  expected /= weightSum;
  if (!Number.isFinite(expected)) expected = slow;
  if (get(scalars, S.open) === KIND.regression) expected = get(scalars, S.reference);

  const halfUp = Math.max(floor, BAND * get(scalars, S.spreadUp));
  const halfDown = Math.max(floor, BAND * get(scalars, S.spreadDown));
  out.expected = expected;
  out.low = expected - halfDown;
  out.high = expected + halfUp;
  const residual = value - expected;
  const up = residual >= 0;
  const half = up ? halfUp : halfDown;
  const margin = Math.abs(residual) / half;
  const hurts = spec.bad === 'none' || (spec.bad === 'up') === up;
  out.deviation = Math.min(1e6, middle(margin, Math.abs(value - slow) / half, Math.abs(value - fast) / half));
  const isOpen = get(scalars, S.open) !== KIND.none;
  const outside = hurts && margin > 1;
  out.novelty = noveltyOf(state, previous, value, !outside && !isOpen);
  const bounded = Math.min(margin, 1e3);
  out.score = hurts ? (bounded * bounded) / (1 + bounded * bounded) : 0;
  out.view = seasonMatched ? 'season' : Math.abs(value - fast) > Math.abs(value - slow) ? 'trend' : 'level';

  if (isOpen) {
    followOpen(state, spec, at, value, margin, hurts, out);
  } else {
    watch(state, spec, at, value, margin, outside, up, expected, changesMs, out);
  }
  if (get(scalars, S.open) === KIND.none && get(scalars, S.pending) === 0) {
    adapt(state, spec, at, value, residual, half);
  }
}

function followOpen(state: SeriesState, spec: ScoringSpec, at: number, value: number, margin: number, hurts: boolean, out: TickScore): void {
  const { scalars } = state;
  const kind = get(scalars, S.open);
  if (Math.abs(value - get(scalars, S.reference)) > Math.abs(get(scalars, S.peak) - get(scalars, S.reference))) scalars[S.peak] = value;
  let calm = !hurts || margin < CALM_SHARE;
  if (kind === KIND.regression) {
    const shift = median(recent(state, 0, 10)) - get(scalars, S.reference);
    calm = (spec.bad === 'up' ? shift : -shift) < spec.noticeable / 2;
    out.view = 'regression';
  }
  if (kind === KIND.absence) calm = true;
  scalars[S.calm] = calm ? get(scalars, S.calm) + 1 : 0;
  const calmTicks = get(scalars, S.calm);
  if (calmTicks >= CALM_TICKS && calmTicks * spec.intervalMs >= CALM_MS) {
    close(state, at, out);
  } else if (at - get(scalars, S.openedAt) >= (spec.bad === 'none' ? ACCEPT_HARMLESS_AFTER_MS : ACCEPT_AFTER_MS)) {
    close(state, at, out);
    learn(state, spec);
  }
}

function watch(
  state: SeriesState,
  spec: ScoringSpec,
  at: number,
  value: number,
  margin: number,
  outside: boolean,
  up: boolean,
  expected: number,
  changesMs: readonly number[],
  out: TickScore,
): void {
  const { scalars } = state;
  if (outside) {
    const same = get(scalars, S.pending) > 0 && get(scalars, S.direction) === (up ? 1 : -1);
    const pending = same ? get(scalars, S.pending) + 1 : 1;
    if (pending === 1) scalars[S.onset] = at;
    scalars[S.pending] = pending;
    scalars[S.direction] = up ? 1 : -1;
    out.direction = up ? 'up' : 'down';
    if (pending >= needed(margin, spec)) open(state, at, KIND.level, up, expected, value, out);
    return;
  }
  scalars[S.pending] = 0;
  if (spec.preset === 'early') {
    const novel = out.novelty >= 4 ? get(scalars, S.novelTicks) + 1 : 0;
    scalars[S.novelTicks] = novel;
    if (novel >= 2) {
      out.view = 'novelty';
      open(state, at, KIND.novelty, up, expected, value, out);
      scalars[S.novelTicks] = 0;
      return;
    }
  }
  const reference = changesMs.length === 0 ? Number.NaN : regressionAgainst(state, spec, at, changesMs);
  if (!Number.isNaN(reference)) {
    out.view = 'regression';
    out.expected = reference;
    out.score = Math.max(out.score, 0.5);
    open(state, at, KIND.regression, spec.bad === 'up', reference, median(recent(state, 0, 20)), out);
  }
}

/** Learns a tick that was inside the band; a residual moves the levels by at most the band's half width. */
function adapt(state: SeriesState, spec: ScoringSpec, at: number, value: number, residual: number, half: number): void {
  const { scalars, profile } = state;
  const distance = Math.abs(residual);
  scalars[S.scale] = get(scalars, S.scale) + ERROR * (distance - get(scalars, S.scale));
  const step = Math.max(get(scalars, S.scale), get(scalars, S.floor) * 1e-3);
  if (residual >= 0) scalars[S.spreadUp] = trackQuantile(get(scalars, S.spreadUp), step, distance);
  else scalars[S.spreadDown] = trackQuantile(get(scalars, S.spreadDown), step, distance);
  const toward = (current: number, rate: number): number => current + rate * Math.max(-half, Math.min(half, value - current));
  const track = (errorIndex: number, prediction: number): void => {
    scalars[errorIndex] = get(scalars, errorIndex) + ERROR * (Math.abs(value - prediction) - get(scalars, errorIndex));
  };
  track(S.errorSlow, get(scalars, S.slow));
  track(S.errorFast, get(scalars, S.fast));
  let offset = 0;
  for (const [season, seasonMs] of spec.seasonsMs.entries()) {
    const bins = binsOf(seasonMs);
    const prediction = seasonValue(profile, offset, bins, seasonMs, at);
    if (!Number.isNaN(prediction)) track(S.errorSeason0 + season, prediction);
    updateSeason(state, season, offset, bins, seasonMs, at, value);
    offset += bins;
  }
  scalars[S.slow] = toward(get(scalars, S.slow), SLOW);
  scalars[S.fast] = toward(get(scalars, S.fast), FAST);
  // The range forgets slowly, so that one spike does not dull novelty for ever.
  scalars[S.low] = Math.min(value, get(scalars, S.low) + 0.0005 * (get(scalars, S.slow) - get(scalars, S.low)));
  scalars[S.high] = Math.max(value, get(scalars, S.high) + 0.0005 * (get(scalars, S.slow) - get(scalars, S.high)));
}
