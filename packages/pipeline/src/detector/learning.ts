import { get, median, recent, S, type ScoringSpec, type SeriesState } from './series-state.ts';
import { binsOf, seasonValue, updateSeason } from './views.ts';

/** Valid samples before a series is scored (loop.md "learning, 12 of 60 samples"). */
export const LEARNS_AT = 60;

/** Half-life, in ticks, of the level. */
const SLOW = 1 - 0.5 ** (1 / 60);

const ERROR = 1 - 0.5 ** (1 / 60);
const QUANTILE = 0.98;

const QUANTILE_STEP = 0.05;

/** Starts (or restarts) the levels and spreads from the ring's newest values. */
export function learn(state: SeriesState, spec: ScoringSpec): void {
  const { scalars } = state;
  const values = recent(state, 0, LEARNS_AT);
  const centre = median(values);
  scalars[S.slow] = centre;
  const distances = values.map((value) => Math.abs(value - centre)).sort((a, b) => a - b);
  // For a normal residual q98 = 2.02 x q75; q75 survives a start-up transient of a quarter of the samples.
  const spread = 2.02 * (distances[Math.floor(distances.length * 0.75)] ?? 0);
  scalars[S.spreadUp] = spread;
  scalars[S.spreadDown] = spread;
  scalars[S.scale] = distances.reduce((sum, distance) => sum + distance / distances.length, 0);
  const range = Math.max(...values) - Math.min(...values);
  scalars[S.floor] = spec.floorFromRange
    ? Math.max(0.1 * range, 0.02 * Math.abs(centre), Number.MIN_VALUE)
    : spec.noticeable;
  const error = Math.max(get(scalars, S.scale), get(scalars, S.floor) / 100);
  for (const view of [S.errorSlow, S.errorSeason0, S.errorSeason1]) scalars[view] = error;
}

/** Stochastic quantile tracking. The step is never small against the quantile itself, so that a too large one is forgotten. */
function trackQuantile(current: number, scale: number, distance: number): number {
  return Math.max(
    0,
    current + QUANTILE_STEP * Math.max(scale, current / 2) * (distance > current ? QUANTILE : QUANTILE - 1),
  );
}

/** Learns a tick that was inside the band; a residual moves the levels by at most the band's half width. */
export function adapt(
  state: SeriesState,
  spec: ScoringSpec,
  at: number,
  value: number,
  residual: number,
  half: number,
): void {
  const { scalars, profile } = state;
  const distance = Math.abs(residual);
  scalars[S.scale] = get(scalars, S.scale) + ERROR * (distance - get(scalars, S.scale));
  const step = Math.max(get(scalars, S.scale), get(scalars, S.floor) * 1e-3);
  if (residual >= 0) scalars[S.spreadUp] = trackQuantile(get(scalars, S.spreadUp), step, distance);
  else scalars[S.spreadDown] = trackQuantile(get(scalars, S.spreadDown), step, distance);
  const toward = (current: number, rate: number): number =>
    current + rate * Math.max(-half, Math.min(half, value - current));
  const track = (errorIndex: number, prediction: number): void => {
    scalars[errorIndex] = get(scalars, errorIndex) + ERROR * (Math.abs(value - prediction) - get(scalars, errorIndex));
  };
  track(S.errorSlow, get(scalars, S.slow));
  let offset = 0;
  for (const [season, seasonMs] of spec.seasonsMs.entries()) {
    const bins = binsOf(seasonMs);
    const prediction = seasonValue(profile, offset, bins, seasonMs, at);
    if (!Number.isNaN(prediction)) track(S.errorSeason0 + season, prediction);
    updateSeason(state, season, offset, bins, seasonMs, at, value);
    offset += bins;
  }
  scalars[S.slow] = toward(get(scalars, S.slow), SLOW);
}
