import { median, recent, type ScoringSpec, type SeriesState } from './series-state.ts';

/** Ticks after a change at which both sides are compared, and how many on each side. */
const COMPARE_AT = [25, 45, 65];
const SETTLE_TICKS = 5;

/** One in 4000 by chance per comparison: about 2 % per change over 30 series and three looks. */
const COMPARE_Z = 3.5;

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
export function regressionAgainst(
  state: SeriesState,
  spec: ScoringSpec,
  at: number,
  changesMs: readonly number[],
): number {
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
