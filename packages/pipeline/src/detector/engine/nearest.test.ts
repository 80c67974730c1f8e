import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestShingle } from './nearest.ts';
import { SortedRing } from './sorted-ring.ts';

/** The definition, without any index: every earlier shingle still inside, the largest difference. */
function nearestByHand(values: readonly number[], capacity: number, length: number, recent: number): number {
  const kept = values.slice(-capacity);
  const last = kept.length - 1;
  let best = Number.POSITIVE_INFINITY;
  for (let end = length - 1; end < last - recent; end += 1) {
    let distance = 0;
    for (let back = 0; back < length; back += 1)
      distance = Math.max(distance, Math.abs((kept[end - back] ?? 0) - (kept[last - back] ?? 0)));
    best = Math.min(best, distance);
  }
  return best;
}

describe('SortedRing', () => {
  it('ranks its newest numbers as a sorted list does, duplicates and evictions included', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 80 }), (numbers) => {
        const ring = new SortedRing(16);
        for (const number of numbers) ring.push(number);
        const expected = numbers.slice(-16).sort((a, b) => a - b);
        expect(Array.from({ length: ring.size }, (_, rank) => ring.at(rank))).toEqual(expected);
        for (let value = -10; value <= 10; value += 1)
          expect(ring.below(value)).toBe(expected.filter((each) => each < value).length);
      }),
    );
  });
});

describe('nearestShingle', () => {
  it('finds what looking at every earlier shingle finds', () => {
    const near = { distance: 0, rowsAgo: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 70 }),
        fc.constantFrom(1, 2, 4, 8),
        (numbers, length) => {
          const ring = new SortedRing(32);
          for (const number of numbers) ring.push(number);
          nearestShingle(ring, length, length, near);
          expect(near.distance).toBe(nearestByHand(numbers, 32, length, length));
        },
      ),
    );
  });

  it('says how long ago the nearest instance was', () => {
    const ring = new SortedRing(64);
    for (const number of [1, 1, 5, 9, 1, 1, 1, 1, 5, 9]) ring.push(number);
    const near = { distance: 0, rowsAgo: 0 };
    nearestShingle(ring, 2, 2, near);
    expect(near).toEqual({ distance: 0, rowsAgo: 6 });
  });
});
