import { describe, expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

const line = (values: readonly number[]) => values.map((value, at) => ({ at, value }));

describe('slopeOf', () => {
  it('is that of a line, whose pairs all agree', () => {
    expect(slopeOf(line([1, 3, 5, 7, 9]))).toEqual({ median: 2, low: 2, high: 2 });
  });

  it('is not moved by one wild sample', () => {
    const { median } = slopeOf(line([10, 10, 10, 500, 10, 10, 10, 10, 10]));
    expect(median).toBe(0);
  });

  it('has an interval on both sides of zero where the values only go up and down', () => {
    const { low, high } = slopeOf(line([5, 6, 4, 6, 5, 4, 6, 5, 5, 6, 4, 5]));
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeGreaterThanOrEqual(0);
  });

  it('agrees with the worked example of Sen (1968)', () => {
    const at = [1, 2, 3, 4, 10, 12, 18];
    const value = [9, 15, 19, 20, 45, 55, 78];
    const { median, low, high } = slopeOf(at.map((time, index) => ({ at: time, value: value[index] ?? 0 })));
    expect(median).toBeCloseTo(4, 1);
    expect(low).toBeGreaterThan(3.5);
    expect(high).toBeLessThan(5.1);
  });

  it('is unknown with fewer than three points', () => {
    expect(slopeOf(line([1, 2])).median).toBeNaN();
  });
});
