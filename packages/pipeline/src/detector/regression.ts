import { compareAcrossChange, type ComparedRow } from './engine/change-comparison.ts';
import { get, ringValue, S, type ScoringSpec, type SeriesState } from './series-state.ts';

/** Ticks after a change at which both sides are compared, how many of each side at most, and from which after the change on. */
const COMPARE_AT = [25, 45, 65];
const COMPARED_TICKS = 60;
const SETTLE_TICKS = 6;

/** One in 4000 by chance per comparison: about 2 % per change over 30 series and three looks. */
const COMPARE_Z = 3.5;

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
    const found = compareAcrossChange(newestRows(state, spec, at), changeMs, {
      // The ring holds minutes: no earlier season to free the values of.
      seasonMs: Number.POSITIVE_INFINITY,
      windowMs: COMPARED_TICKS * spec.intervalMs,
      settleMs: SETTLE_TICKS * spec.intervalMs,
      overlap: spec.windowTicks,
    });
    if (found.kind === 'insufficient-history') continue;
    const sign = spec.bad === 'up' ? 1 : -1;
    if (sign * found.shift >= spec.noticeable / 2 && sign * found.z >= COMPARE_Z) return found.reference;
  }
  return Number.NaN;
}

function newestRows(state: SeriesState, spec: ScoringSpec, at: number): ComparedRow[] {
  const ticks = get(state.scalars, S.ringCount);
  return Array.from({ length: ticks }, (_, index) => {
    const back = ticks - 1 - index;
    return { at: at - back * spec.intervalMs, value: ringValue(state, back) };
  });
}
