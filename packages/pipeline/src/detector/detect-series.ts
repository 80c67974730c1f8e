import { LEARNS_AT } from './learning.ts';
import { scoreTick } from './scoring.ts';
import { emptyScore, KIND, LARGEST, S, type ScoringSpec } from './series-state.ts';
import { newSeriesState } from './series-bank.ts';

/** A point of a series; null is a gap. */
export interface DetectPoint {
  readonly at: string;
  readonly value: number | null;
}

export interface DetectSeriesOptions {
  readonly seasonSeconds?: readonly number[];
  /** Grid step; by default the median distance of the points. */
  readonly intervalSeconds?: number | undefined;
  readonly direction?: 'up' | 'down' | 'any';
  /** Floor of the band's half width in the series' unit; by default taken from the range seen while learning. */
  readonly noticeable?: number | undefined;
  /** `early` also alarms on what was never seen before, `precise` only on what leaves the band. */
  readonly preset?: 'early' | 'precise';
}

export interface DetectedAnomaly {
  readonly kind: 'level' | 'novelty';
  readonly direction: 'up' | 'down';
  readonly openedAt: string;
  closedAt: string | undefined;
  readonly observed: number;
  readonly expected: number;
  readonly bandLow: number;
  readonly bandHigh: number;
  score: number;
  readonly novelty: number;
  readonly deviation: number;
  readonly winningView: string;
}

export interface ScoredPoint {
  readonly at: string;
  readonly value: number | null;
  readonly expected: number | null;
  readonly bandLow: number | null;
  readonly bandHigh: number | null;
  readonly score: number;
}

const number = (value: number): number | null => (Number.isNaN(value) ? null : value);

/**
 * Runs the Detector over a series from an empty state: the same code that watches indicators. Points are put in order; several
 * of one moment count once (the last). Deterministic, nothing is kept.
 */
export function detectSeries(
  points: readonly DetectPoint[],
  options: DetectSeriesOptions = {},
): {
  readonly anomalies: readonly DetectedAnomaly[];
  readonly points: readonly ScoredPoint[];
  readonly learning: { readonly samples: number; readonly of: number };
} {
  const ordered = points.map(({ at, value }) => ({ at: Date.parse(at), value })).sort((a, b) => a.at - b.at);
  const steps = ordered
    .slice(1)
    .map((point, i) => point.at - (ordered[i]?.at ?? 0))
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  const intervalMs =
    options.intervalSeconds === undefined ? (steps[steps.length >> 1] ?? 1000) : options.intervalSeconds * 1000;
  const byTick = new Map<number, number>();
  for (const { at, value } of ordered) {
    const known = value === null || !Number.isFinite(value) ? Number.NaN : Math.max(-LARGEST, Math.min(LARGEST, value));
    byTick.set(Math.round(at / intervalMs), known);
  }
  const direction = options.direction ?? 'any';
  const spec: ScoringSpec = {
    intervalMs,
    seasonsMs: (options.seasonSeconds ?? []).slice(0, 2).map((seconds) => seconds * 1000),
    bad: direction === 'any' ? 'none' : direction,
    noticeable: options.noticeable ?? Number.MIN_VALUE,
    windowTicks: 1,
    floorFromRange: options.noticeable === undefined,
    absence: false,
    preset: options.preset ?? 'precise',
  };
  const state = newSeriesState(spec);
  const out = emptyScore();
  const anomalies: DetectedAnomaly[] = [];
  const scored: ScoredPoint[] = [];
  let open: DetectedAnomaly | undefined;
  for (const [tick, value] of byTick) {
    const at = tick * intervalMs;
    const instant = new Date(at).toISOString();
    scoreTick(state, spec, at, value, [], out);
    const { expected, low, high, score } = out;
    scored.push({
      at: instant,
      value: number(value),
      expected: number(expected),
      bandLow: number(low),
      bandHigh: number(high),
      score,
    });
    if (out.event === 'opened') {
      open = {
        kind: out.kind === KIND.novelty ? 'novelty' : 'level',
        direction: out.direction,
        openedAt: instant,
        closedAt: undefined,
        observed: value,
        expected,
        bandLow: low,
        bandHigh: high,
        score,
        novelty: out.novelty,
        deviation: out.deviation,
        winningView: out.view,
      };
      anomalies.push(open);
    } else if (open !== undefined) {
      open.score = Math.max(open.score, score);
      if (out.event === 'closed') {
        open.closedAt = instant;
        open = undefined;
      }
    }
  }
  return {
    anomalies,
    points: scored,
    learning: { samples: Math.min(LEARNS_AT, state.scalars[S.count] as number), of: LEARNS_AT },
  };
}
