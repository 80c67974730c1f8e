import { describe, expect, it } from 'vitest';
import { unknownStretches } from './unknown-stretches.ts';

const SECOND = 1000;
const points = (...at: readonly number[]) => at.map((each) => ({ at: each * SECOND, value: 1 }));
const time = { from: 0, to: 100 * SECOND };

describe('what a chart does not know', () => {
  it('is the time before its first and after its last value', () => {
    expect(unknownStretches(points(40, 41, 42, 43, 44, 45), time)).toEqual([
      { from: 0, to: 40 * SECOND },
      { from: 45 * SECOND, to: time.to },
    ]);
  });
  it('is nothing where samples are only as far apart as they usually are', () => {
    expect(unknownStretches(points(4, 50, 96), time)).toEqual([]);
    expect(unknownStretches(points(20, 50, 80), time)).toEqual([]);
  });
  it('is all of it without a value within it', () => {
    expect(unknownStretches([], time)).toEqual([time]);
    expect(unknownStretches([{ at: 50 * SECOND, value: null }, ...points(200)], time)).toEqual([time]);
  });
});
