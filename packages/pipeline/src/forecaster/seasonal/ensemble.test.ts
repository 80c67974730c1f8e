import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import { ENSEMBLE, forecastEnsemble } from './ensemble.ts';
import { continueByLags } from './ridge-lags.ts';
import { findSeason } from './season.ts';

/** An hourly series with a day, a week and noise. */
function hourly(length: number, seed: string, noise = 1): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, (_, t) => {
    const weekend = Math.floor(t / 24) % 7 >= 5 ? 0.7 : 1;
    return weekend * (50 + 20 * Math.sin((2 * Math.PI * t) / 24)) + noise * random.normal();
  });
}

const quantileNames = ['0.025', '0.1', '0.5', '0.9', '0.975'] as const;

describe('forecastEnsemble', () => {
  it('follows day and week, and its intervals hold', () => {
    let within95 = 0;
    let within80 = 0;
    let error = 0;
    const rounds = 12;
    for (let round = 0; round < rounds; round++) {
      const series = hourly(748, `round ${round}`);
      const { point, quantiles, season, sufficientHistory } = forecastEnsemble(series.slice(0, 700), 48);
      expect([season, sufficientHistory]).toEqual([24, true]);
      for (let h = 0; h < 48; h++) {
        const actual = series[700 + h] as number;
        error += Math.abs(actual - (point[h] as number)) / (48 * rounds);
        const inside = (low: readonly number[], high: readonly number[]) =>
          actual >= (low[h] as number) && actual <= (high[h] as number);
        if (inside(quantiles['0.025'], quantiles['0.975'])) within95++;
        if (inside(quantiles['0.1'], quantiles['0.9'])) within80++;
      }
    }
    // The noise alone has a mean absolute error of 0.8.
    expect(error).toBeLessThan(1.1);
    expect(within95 / (48 * rounds)).toBeGreaterThan(0.91);
    expect(within95 / (48 * rounds)).toBeLessThan(0.99);
    expect(within80 / (48 * rounds)).toBeGreaterThan(0.72);
    expect(within80 / (48 * rounds)).toBeLessThan(0.9);
  });

  it('depends on the known values only, and gives the same twice', () => {
    const series = hourly(600, 'known');
    const known = series.subarray(0, 500);
    const answer = forecastEnsemble(known, 24);
    series.subarray(500).reverse();
    expect(forecastEnsemble(series.subarray(0, 500), 24)).toEqual(answer);
    const paths = (values: Float64Array) =>
      continueByLags(values, [300, 400], 24, {
        lags: [1, 24],
        penalty: 0.01,
        difference: 0,
        logarithm: false,
        halfLife: 0,
      });
    const changed = series.slice();
    changed.fill(-1e6, 400);
    expect(paths(changed)).toEqual(paths(series));
  });

  it('is the same in other units', () => {
    const series = hourly(400, 'units');
    const one = forecastEnsemble(series, 12, 24).point;
    const thousand = forecastEnsemble(
      series.map((value) => value * 1000),
      12,
      24,
    ).point;
    one.forEach((value, h) => expect(thousand[h]).toBeCloseTo(1000 * value, 4));
  });

  it('answers with ordered numbers, whatever the series', () => {
    const value = fc.oneof(
      fc.double(),
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, 0),
    );
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 120 }),
        fc.integer({ min: 1, max: 30 }),
        fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
        (values, horizon, season) => {
          if (!values.some(Number.isFinite)) {
            expect(() => forecastEnsemble(values, horizon, season)).toThrow(RangeError);
            return;
          }
          const { point, quantiles } = forecastEnsemble(values, horizon, season);
          expect(point).toHaveLength(horizon);
          for (let h = 0; h < horizon; h++) {
            const row = quantileNames.map((name) => quantiles[name][h] as number);
            expect(row.every(Number.isFinite)).toBe(true);
            row.slice(1).forEach((high, i) => expect(high).toBeGreaterThanOrEqual(row[i] as number));
          }
        },
      ),
      { numRuns: 100, seed: 4 },
    );
  });

  it.each([
    ['constant', new Float64Array(200).fill(7), 7],
    ['one value', Float64Array.of(3), 3],
    ['two values', Float64Array.of(3, 3), 3],
    ['zeros', new Float64Array(50), 0],
  ])('goes on with a series that is %s', (_case, series, expected) => {
    const { point, quantiles } = forecastEnsemble(series, 5);
    for (const value of [...point, ...quantiles['0.025'], ...quantiles['0.975']])
      expect(value).toBeCloseTo(expected, 9);
  });

  it('keeps nothing between series: their order changes no answer', () => {
    const all = ['a', 'b', 'c'].map((seed) => hourly(200, seed));
    const forth = all.map((series) => forecastEnsemble(series, 6));
    const back = all.toReversed().map((series) => forecastEnsemble(series, 6));
    expect(back.toReversed()).toEqual(forth);
  });

  it.each([
    ['two-valued', Float64Array.from({ length: 300 }, (_, t) => (t % 37 < 5 ? 9 : 1))],
    ['zero but for rare spikes', Float64Array.from({ length: 300 }, (_, t) => (t % 101 === 50 ? 1e6 : 0))],
    ['as large as is taken', Float64Array.from({ length: 300 }, (_, t) => (t % 2 === 0 ? 1e150 : -1e150))],
    ['larger than the others may be', Float64Array.from({ length: 300 }, (_, t) => (t % 2 === 0 ? 1e308 : -1e308))],
    ['a step', Float64Array.from({ length: 300 }, (_, t) => (t < 290 ? 1 : 1e9))],
  ])('answers with ordered numbers on a series that is %s', (_case, series) => {
    const { quantiles } = forecastEnsemble(series, 8);
    for (let h = 0; h < 8; h++) {
      const row = quantileNames.map((name) => quantiles[name][h] as number);
      expect(row.every(Number.isFinite)).toBe(true);
      expect(row).toEqual(row.toSorted((a, b) => a - b));
    }
  });

  it('goes on with what is known where all is huge, and where nothing is known of the newest steps', () => {
    const huge = forecastEnsemble(new Float64Array(100).fill(-1e308), 3);
    for (const value of [...huge.point, ...huge.quantiles['0.975']]) expect(value / -1e308).toBeCloseTo(1, 9);
    const silent = new Float64Array(ENSEMBLE.newest + 500).fill(Number.NaN);
    silent.fill(7, 0, 400);
    expect(forecastEnsemble(silent, 2).point).toEqual([7, 7]);
  });

  it('depends on the newest steps alone where a series is longer than a fit may take', () => {
    const random = seededRandom('long');
    const long = Float64Array.from({ length: ENSEMBLE.newest + 300 }, (_, t) => (t % 7) + random.normal());
    const other = long.slice();
    other.fill(1e6, 0, 300);
    expect(forecastEnsemble(other, 3, 7)).toEqual(forecastEnsemble(long, 3, 7));
  });

  it('does not go below zero where the series never did, and says when history is short', () => {
    const series = hourly(200, 'positive', 30).map((value) => Math.max(0, value - 40));
    expect(forecastEnsemble(series, 24, 24).quantiles['0.025'].every((value) => value >= 0)).toBe(true);
    expect(forecastEnsemble(series.subarray(0, 30), 24, 24).sufficientHistory).toBe(false);
  });

  it('refuses a horizon or season that is no number of steps', () => {
    expect(() => forecastEnsemble([1, 2], 0)).toThrow(/horizon/);
    expect(() => forecastEnsemble([1, 2], 1, 1.5)).toThrow(/season/);
  });
});

describe('findSeason', () => {
  it('finds a day of hours and nothing in noise', () => {
    expect(findSeason(hourly(300, 'season'))).toBe(24);
    const random = seededRandom('noise');
    expect(findSeason(Float64Array.from({ length: 500 }, () => random.normal()))).toBe(1);
  });
});
