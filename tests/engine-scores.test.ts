import { describe, expect, it } from 'vitest';
import { alertScore, episodesOf } from '../bench/engines/breach-score.ts';
import { csvRows } from '../bench/engines/csv.ts';
import { overallWeightedAverage, scoreForecast } from '../bench/engines/forecast-score.ts';
import { groupingScore } from '../bench/engines/grouping-score.ts';

describe('groupingScore', () => {
  it('counts lines of groups that agree exactly, and templates', () => {
    expect(groupingScore(['a', 'a', 'b'], [1, 1, 2])).toEqual({ accuracy: 1, f1: 1 });
    // b is split: its two lines and both halves are wrong, a is right
    expect(groupingScore(['a', 'a', 'b', 'b'], [1, 1, 2, 3])).toEqual({ accuracy: 0.5, f1: 2 / 5 });
    // joined: everything is wrong
    expect(groupingScore(['a', 'a', 'b'], [1, 1, 1])).toEqual({ accuracy: 0, f1: 0 });
  });
});

describe('csvRows', () => {
  it('reads quotes, commas and line ends within fields', () => {
    expect(csvRows('a,b\r\n"x, ""y""\nz",\n')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', ''],
    ]);
    expect(() => csvRows('a"b,c\n"d"e\n')).toThrow(SyntaxError);
  });
});

describe('scoreForecast', () => {
  it('scales by the seasonal naive errors of the known part and punishes misses forty times', () => {
    const known = [0, 10, 2, 12, 4, 14];
    const score = scoreForecast(
      known,
      [6, 16],
      { point: [6, 14], low95: [5, 17], high95: [7, 18], low80: [5.5, 13], high80: [5.9, 17] },
      2,
    );
    expect(score.mase).toBeCloseTo(1 / 2, 12);
    expect(score.smape).toBeCloseTo((200 * 2) / 30 / 2, 12);
    expect(score.msis).toBeCloseTo((2 + 1 + 40) / 2 / 2, 12);
    expect([score.coverage95, score.coverage80]).toEqual([0.5, 0.5]);
    expect(overallWeightedAverage({ smape: 18.383, mase: 2.395 })).toBeCloseTo(1, 12);
  });
});

describe('alertScore', () => {
  const hour = 3600;
  const on = (...hours: number[]) => hours.map((at) => ({ seconds: at * hour, alert: true }));

  it('joins alerts less than three hours apart, and knows right, early and missed episodes', () => {
    const foretold = episodesOf(on(30, 32, 40), { breachSeconds: 50 * hour });
    expect(foretold).toEqual({ episodes: 2, rightEpisodes: 2, breached: true, leadSeconds: 20 * hour });
    const early = episodesOf(on(10), { breachSeconds: 50 * hour });
    expect(early).toEqual({ episodes: 1, rightEpisodes: 0, breached: true, leadSeconds: 40 * hour });
    const missed = episodesOf([], { breachSeconds: 50 * hour });
    const wrong = episodesOf(on(1, 2), {});
    expect(alertScore([foretold, early, missed, wrong])).toEqual({
      precision: 0.5,
      recall: 2 / 3,
      f1: expect.closeTo(4 / 7, 12) as number,
      medianLeadHours: 40,
      episodes: 4,
      falseEpisodes: 2,
    });
  });
});
