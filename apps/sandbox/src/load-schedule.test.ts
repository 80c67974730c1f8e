import { describe, expect, it } from 'vitest';
import { LOAD } from './constants.ts';
import { arrivalRate, spacingMs } from './load-schedule.ts';
import { seededRandom } from './random.ts';

describe('arrivalRate', () => {
  it('rises from the mean, peaks after a quarter of the cycle and is back after half', () => {
    const at = (share: number) => arrivalRate(LOAD.browse, share * LOAD.periodMs);
    expect(at(0)).toBeCloseTo(44);
    expect(at(0.25)).toBeCloseTo(44 * 1.2);
    expect(at(0.5)).toBeCloseTo(44);
    expect(at(0.75)).toBeCloseTo(44 * 0.8);
  });

  it('stays above the mean for the 95 s that a walk lasts', () => {
    for (let second = 1; second <= 95; second += 1)
      expect(arrivalRate(LOAD.checkout, second * 1000)).toBeGreaterThan(7.9);
  });

  it('multiplies by the surge', () => {
    expect(arrivalRate(LOAD.checkout, 0, LOAD.surge)).toBeCloseTo(7.9 * 1.7);
  });
});

describe('spacingMs', () => {
  it('keeps the rate on average and repeats for the same seed', () => {
    const spacings = (seed: string) => {
      const random = seededRandom(seed);
      return Array.from({ length: 4000 }, () => spacingMs(8, random));
    };
    const first = spacings('a');
    expect(first.reduce((sum, one) => sum + one, 0) / first.length).toBeCloseTo(125, 0);
    expect(first).toEqual(spacings('a'));
    expect(first).not.toEqual(spacings('b'));
  });
});
