import { engineConfiguration } from './engine/configuration.ts';
import { adapt, learn, LEARNS_AT } from './learning.ts';
import { regressionAgainst } from './regression.ts';
import {
  get,
  KIND,
  LARGEST,
  median,
  pushRing,
  recent,
  renewBase,
  RING,
  S,
  type ScoringSpec,
  type SeriesState,
  type TickScore,
} from './series-state.ts';
import { binsOf, seasonValue, updateSeason } from './views.ts';

/**
 * Name and version that decisions are recorded under. The number rises with every change of this scorer's outcome; what follows is the
 * digest of the engine's configuration, so that neither can change without the other being told.
 */
export const ENGINE = 'autoops-streaming';
export const ENGINE_VERSION = `3+${engineConfiguration().digest.slice(0, 8)}`;

/** Band half width in running 98 % quantiles of the residual: for a normal residual 2 x 2.33 = 4.7 standard deviations. */
const BAND = 2;

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
const ABSENT_TICKS = 6;
/** Without a value for this long, an anomaly ends. */
const UNKNOWN_MS = 6 * CALM_MS;

const BASE_EVERY = 64;

function needed(margin: number, spec: ScoringSpec): number {
  // A series nobody described pages nobody: one value far outside is worth an anomaly that joins.
  if (spec.floorFromRange) return margin >= CLEAR ? 1 : 2;
  if (margin >= STRONG) return 2;
  // One event stays in `windowTicks` values: only more of them in a row are more than one event.
  return margin >= CLEAR ? 3 : Math.max(3, spec.windowTicks + 1);
}

export function open(
  state: SeriesState,
  at: number,
  kind: number,
  up: boolean,
  reference: number,
  observed: number,
  out: TickScore,
): void {
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
}

function readAxes(state: SeriesState, out: TickScore): void {
  const { novelty, deviation, view, nearestAt, nearestValue } = state.axes.read();
  out.novelty = novelty;
  out.deviation = deviation;
  out.nearestAt = nearestAt;
  out.nearestValue = nearestValue;
  if (view !== '') out.view = view;
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
  } else if (
    get(scalars, S.open) !== KIND.none &&
    get(scalars, S.open) !== KIND.absence &&
    gaps * spec.intervalMs >= UNKNOWN_MS
  ) {
    close(state, at, out);
  }
}

/** Whether so many ticks may be left out without anything having begun or ended for want of them. */
function isShort(missing: number, state: SeriesState, spec: ScoringSpec): boolean {
  const gaps = get(state.scalars, S.gaps) + missing;
  return Number.isInteger(missing) && missing > 0 && gaps < ABSENT_TICKS && gaps * spec.intervalMs < UNKNOWN_MS;
}

/**
 * Scores one tick of one series and updates its state. Causal: `out` depends on this and earlier ticks only. `value` NaN is a
 * gap. `changesMs` are the times of deploys and configuration changes of the service in the last minutes.
 */
export function scoreTick(
  state: SeriesState,
  spec: ScoringSpec,
  at: number,
  sample: number,
  changesMs: readonly number[],
  out: TickScore,
): void {
  const { scalars, profile } = state;
  const value = Math.max(-LARGEST, Math.min(LARGEST, sample));
  if (get(scalars, S.ringCount) > 0 && at - get(scalars, S.lastAt) !== spec.intervalMs) {
    const missing = (at - get(scalars, S.lastAt)) / spec.intervalMs - 1;
    if (isShort(missing, state, spec)) {
      // A source that is read late leaves out ticks, for all of its series: they are unknown, as a tick without value is.
      for (let i = 0; i < missing; i++)
        scoreTick(state, spec, get(scalars, S.lastAt) + spec.intervalMs, Number.NaN, changesMs, out);
    } else {
      // The grid jumped (nothing was observed for long): neighbours in the ring would no longer be neighbours in time.
      scalars[S.ringCount] = 0;
      scalars[S.pending] = 0;
      renewBase(state);
    }
  }
  out.event = 'none';
  out.score = 0;
  out.deviation = 0;
  out.novelty = 0;
  out.view = 'level';
  out.nearestAt = Number.NaN;
  out.nearestValue = Number.NaN;
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
  scalars[S.lastValue] = value;
  const isOpen = get(scalars, S.open) !== KIND.none;
  state.axes.step(at, value, isOpen || get(scalars, S.pending) > 0);
  readAxes(state, out);
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
    if (count === LEARNS_AT) learn(state, spec);
    else scalars[S.floor] = spec.floorFromRange ? 0 : spec.noticeable;
    return;
  }

  // Expected: levels and seasons weighted by 1 / error^2 of their own recent forecasts.
  const floor = get(scalars, S.floor);
  const slow = get(scalars, S.slow);
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
  for (const [season, seasonMs] of spec.seasonsMs.entries()) {
    const prediction = seasonValue(profile, offset, binsOf(seasonMs), seasonMs, at);
    offset += binsOf(seasonMs);
    if (Number.isNaN(prediction)) continue;
    add(prediction, S.errorSeason0 + season);
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
  const outside = hurts && margin > 1;
  const bounded = Math.min(margin, 1e3);
  out.score = hurts ? (bounded * bounded) / (1 + bounded * bounded) : 0;

  if (isOpen) {
    followOpen(state, spec, at, value, margin, hurts, out);
  } else {
    watch(state, spec, at, value, margin, outside, up, expected, changesMs, out);
  }
  if (get(scalars, S.open) === KIND.none && get(scalars, S.pending) === 0) {
    adapt(state, spec, at, value, residual, half);
  }
}

function followOpen(
  state: SeriesState,
  spec: ScoringSpec,
  at: number,
  value: number,
  margin: number,
  hurts: boolean,
  out: TickScore,
): void {
  const { scalars } = state;
  const kind = get(scalars, S.open);
  if (Math.abs(value - get(scalars, S.reference)) > Math.abs(get(scalars, S.peak) - get(scalars, S.reference)))
    scalars[S.peak] = value;
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
  // The engine's own policy (budget, cool-down, youth) says when a row is new enough to be an event.
  if (spec.preset === 'early' && state.axes.row.alarm) {
    open(state, at, KIND.novelty, up, expected, value, out);
    return;
  }
  if (outside) {
    const same = get(scalars, S.pending) > 0 && get(scalars, S.direction) === (up ? 1 : -1);
    const pending = same ? get(scalars, S.pending) + 1 : 1;
    scalars[S.pending] = pending;
    scalars[S.direction] = up ? 1 : -1;
    out.direction = up ? 'up' : 'down';
    if (pending >= needed(margin, spec)) open(state, at, KIND.level, up, expected, value, out);
    return;
  }
  scalars[S.pending] = 0;
  const reference = changesMs.length === 0 ? Number.NaN : regressionAgainst(state, spec, at, changesMs);
  if (!Number.isNaN(reference)) {
    out.view = 'regression';
    out.expected = reference;
    out.score = Math.max(out.score, 0.5);
    open(state, at, KIND.regression, spec.bad === 'up', reference, median(recent(state, 0, 20)), out);
  }
}
