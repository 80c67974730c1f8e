import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import type { Preset } from './alarm-policy.ts';
import { readDeepSeries, writeDeepSeries } from './deep-snapshot.ts';
import { emptyDeepScore, type DeepScore } from './deep-score.ts';
import { DeepSeries } from './deep-series.ts';

const MINUTE = 60_000;
const PRESETS: readonly Preset[] = ['early', 'precise'];

/** A noisy level with a daily swing, and one step of 10 rows (50 min). */
function aSeries(rows: number, seed = 'series', stepAt = Number.NaN): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, (_, row) => {
    const swing = 20 * Math.sin((row / 288) * 2 * Math.PI);
    return 100 + swing + random.normal() + (row >= stepAt && row < stepAt + 10 ? 60 : 0);
  });
}

function scoresOf(
  values: readonly number[],
  preset: Preset,
  series = new DeepSeries({ preset }),
  from = 0,
): DeepScore[] {
  return values.map((value, row) => {
    const out = emptyDeepScore();
    series.step((from + row) * 5 * MINUTE, value, out);
    return out;
  });
}

const alarmsOf = (scores: readonly DeepScore[]) => scores.flatMap(({ alarm }, row) => (alarm ? [row] : []));

describe.each(PRESETS)('the deep tier, %s', (preset) => {
  it('opens one event for a departure and its return, at its start', () => {
    const alarms = alarmsOf(scoresOf(aSeries(1200, 'step', 900), preset));
    expect(alarms.filter((row) => row >= 895 && row < 945)).toEqual([alarms.find((row) => row >= 899 && row < 906)]);
  });

  it('stays silent on a flat line, and on a square wave once it has seen two periods', () => {
    const flat = Array.from({ length: 1500 }, () => 0.1);
    expect(alarmsOf(scoresOf(flat, preset))).toEqual([]);
    const square = Array.from({ length: 1500 }, (_, row) => (row % 96 < 48 ? 20 : 80));
    expect(alarmsOf(scoresOf(square, preset)).filter((row) => row >= 192)).toEqual([]);
  });

  it('gives past rows the same output whatever the future is', () => {
    const values = aSeries(700, 'future', 500);
    const random = seededRandom('shuffle');
    const future = values.slice(450).map((value) => ({ value, key: random.uniform() }));
    const shuffled = future.sort((a, b) => a.key - b.key).map(({ value }) => value);
    const past = scoresOf(values, preset).slice(0, 450);
    expect(scoresOf([...values.slice(0, 450), ...shuffled], preset).slice(0, 450)).toEqual(past);
    expect(scoresOf(values.slice(0, 450), preset)).toEqual(past);
  });

  it('goes on from a snapshot as if it had never stopped, to the last bit', () => {
    const values = aSeries(900, 'restart', 700);
    const straight = new DeepSeries({ preset });
    const expected = scoresOf(values, preset, straight);
    let series = new DeepSeries({ preset });
    const found: DeepScore[] = [];
    for (let from = 0; from < values.length; from += 113) {
      found.push(...scoresOf(values.slice(from, from + 113), preset, series, from));
      series = readDeepSeries(writeDeepSeries(series));
    }
    expect(found).toEqual(expected);
    expect(writeDeepSeries(series)).toEqual(writeDeepSeries(straight));
  });

  it('refuses a snapshot of another version or one that was cut', () => {
    const bytes = writeDeepSeries(new DeepSeries({ preset }));
    expect(() => readDeepSeries(bytes.slice(0, bytes.length >> 1))).toThrow(RangeError);
    const other = bytes.slice();
    other[0] = 99;
    expect(() => readDeepSeries(other)).toThrow('start this series anew');
  });

  it('scores a series the same alone and among others', () => {
    const a = aSeries(300, 'a');
    const b = aSeries(300, 'b', 200);
    const together = [new DeepSeries({ preset }), new DeepSeries({ preset })] as const;
    const out = emptyDeepScore();
    const mixed = b.map((value, row) => {
      together[0].step(row * 5 * MINUTE, a[row] ?? 0, out);
      together[1].step(row * 5 * MINUTE, value, out);
      return { ...out };
    });
    expect(mixed.map(({ score }) => score)).toEqual(scoresOf(b, preset).map(({ score }) => score));
  });

  it('answers any numbers with numbers', () => {
    const hostile = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1e308, Number.MIN_VALUE, 0, -0, 1, 2 ** 53),
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 150 }), (values) => {
        for (const { score, novelty, deviation } of scoresOf(values, preset)) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(Number.isFinite(novelty) && Number.isFinite(deviation)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('treats lost samples as unknown and takes repeated and backward times as they come', () => {
    const series = new DeepSeries({ preset });
    const out = emptyDeepScore();
    for (const [row, value] of aSeries(400, 'gaps').entries()) {
      series.step(row % 7 === 0 ? 0 : row * MINUTE, row % 11 === 0 ? Number.NaN : value, out);
      if (row % 11 === 0) expect(out).toMatchObject({ score: 0, alarm: false, novelty: 0, deviation: 0 });
      expect(out.score).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('the two axes', () => {
  it('names the band, the winning view and the nearest past instance', () => {
    const scores = scoresOf(aSeries(1000, 'axes', 900), 'precise');
    const quiet = scores[880];
    const step = scores[900];
    expect(quiet?.low).toBeLessThan(quiet?.expected ?? 0);
    expect(step?.deviation).toBeGreaterThan(3.4);
    expect(step?.novelty).toBeGreaterThan(quiet?.novelty ?? 0);
    expect(step?.view).not.toBe('');
    expect(step?.learning).toBe(false);
    expect(scores[100]?.learning).toBe(true);
  });
});
