import type { Decision } from './alarm-policy.ts';
import { CONSTANTS } from './constants.ts';

/** Names of the novelty views, in the order in which they are asked. */
export const SHINGLE_VIEWS: readonly string[] = CONSTANTS.shingles.map((length) => `shingle-${length}`);
export const MEAN_VIEWS: readonly string[] = CONSTANTS.means.map((length) => `mean-${length}`);
export const PHASE_VIEW = 'phase';
export const VIEWS: readonly string[] = [...SHINGLE_VIEWS, ...MEAN_VIEWS, PHASE_VIEW];

/** What a row was found to be. Reused from row to row. */
export interface DeepScore extends Decision {
  /** Mean surprise of the novelty views, -log10 of how rare the row is for this series. */
  novelty: number;
  /** Median residual of the deviation views, in 98 % quantiles of their past residuals: comparable across series. */
  deviation: number;
  /** What the middle deviation view expected, and the band beyond which it would open an event; NaN while learning. */
  expected: number;
  low: number;
  high: number;
  /** The view that was surprised most. */
  view: string;
  /** Rows back to the nearest past instance on that view; 0 where there is none, or only a phase is known of it. */
  nearestRowsAgo: number;
  /** When that was, in ms; NaN where there is none. */
  nearestAt: number;
  /** Less than 50 rows, or less than a season, has been seen. */
  learning: boolean;
}

/** A score before any row. */
export function emptyDeepScore(): DeepScore {
  return {
    score: 0,
    alarm: false,
    flapping: false,
    novelty: 0,
    deviation: 0,
    expected: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    view: '',
    nearestRowsAgo: 0,
    nearestAt: Number.NaN,
    learning: true,
  };
}

/** Makes `out` the score of a row that says nothing: a lost sample, or one that was delivered twice. */
export function clearDeepScore(out: DeepScore): void {
  out.score = 0;
  out.alarm = false;
  out.flapping = false;
  out.novelty = 0;
  out.deviation = 0;
  out.expected = Number.NaN;
  out.low = Number.NaN;
  out.high = Number.NaN;
  out.view = '';
  out.nearestRowsAgo = 0;
  out.nearestAt = Number.NaN;
}
