import { describe, expect, it } from 'vitest';
import { aiopsCounts, bestF1, eventCounts, f1, UNJUDGED_ROWS, type ScoredKpi } from './kpi-score.ts';
import { segmentsOf } from './labelled-series.ts';
import { vusPr } from './vus-pr.ts';

/** A day of minutes after the two that are not judged, with flags at rows counted from there. */
function kpi(flags: readonly number[], segments: readonly (readonly [number, number])[]): ScoredKpi {
  const length = UNJUDGED_ROWS + 1440;
  return {
    at: Float64Array.from({ length }, (_, row) => row * 60_000),
    segments: segments.map(([start, end]) => [start + UNJUDGED_ROWS, end + UNJUDGED_ROWS] as const),
    scores: Float64Array.from({ length }, (_, row) => (flags.includes(row - UNJUDGED_ROWS) ? 1 : 0)),
  };
}

describe('event F1', () => {
  it('counts a burst once, from 5 min before to 15 min after the start of a segment', () => {
    expect(eventCounts(kpi([95, 99, 100, 110], [[100, 120]]), 0.5)).toEqual({ found: 1, missed: 0, wrong: 0 });
    expect(eventCounts(kpi([115], [[100, 120]]), 0.5)).toEqual({ found: 1, missed: 0, wrong: 0 });
    expect(eventCounts(kpi([116], [[100, 120]]), 0.5)).toEqual({ found: 0, missed: 1, wrong: 1 });
    expect(eventCounts(kpi([94], [[100, 120]]), 0.5)).toEqual({ found: 0, missed: 1, wrong: 1 });
  });

  it('re-arms only after an hour without a flag', () => {
    expect(eventCounts(kpi([50, 100], [[100, 120]]), 0.5)).toEqual({ found: 0, missed: 1, wrong: 1 });
    expect(eventCounts(kpi([40, 100], [[100, 120]]), 0.5)).toEqual({ found: 1, missed: 0, wrong: 1 });
  });
});

describe('AIOps F1', () => {
  it('counts a segment whole when one of its first 8 rows is flagged', () => {
    expect(aiopsCounts(kpi([107], [[100, 119]]), 0.5)).toEqual({ found: 20, missed: 0, wrong: 0 });
    expect(aiopsCounts(kpi([108], [[100, 119]]), 0.5)).toEqual({ found: 0, missed: 20, wrong: 0 });
    expect(aiopsCounts(kpi([99, 120], [[100, 119]]), 0.5)).toEqual({ found: 0, missed: 20, wrong: 2 });
  });
});

describe('best F1 and VUS-PR', () => {
  it('finds the threshold that separates', () => {
    const one = kpi([100], [[100, 119]]);
    expect(bestF1([one], eventCounts)).toMatchObject({ f1: 1, threshold: 1 });
    expect(f1({ found: 0, missed: 3, wrong: 0 })).toBe(0);
  });

  it('is near 1 for the labels themselves and near their share for noise', () => {
    const segments = [[200, 239]] as const;
    const labels = Array.from({ length: 40 }, (_, index) => 200 + index);
    const perfect = vusPr(kpi(labels, segments), 0);
    expect(perfect).toBeGreaterThan(0.95);
    const noise = kpi([], segments);
    const scores = Float64Array.from(noise.scores, (_, row) => (row * 7919) % 1009);
    expect(vusPr({ ...noise, scores }, 0)).toBeLessThan(0.15);
  });

  it('reads segments from labels', () => {
    expect(segmentsOf([false, true, true, false, true])).toEqual([
      [1, 2],
      [4, 4],
    ]);
  });
});
