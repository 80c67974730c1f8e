import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import { PrototypeStore } from './prototype-store.ts';
import { Slab } from './slab.ts';

describe('PrototypeStore', () => {
  it('finds what a search of everything kept finds, series by series', () => {
    const random = seededRandom('prototypes');
    const [series, places, length] = [3, 8, 4];
    // Behind a word of something else.
    const slab = new Slab(series, 1 + PrototypeStore.words(places, length));
    const store = new PrototypeStore(slab, 1, places, length);
    const kept: { window: Float64Array; row: number }[][] = [[], [], []];
    const distance = (a: Float64Array, b: Float64Array) =>
      Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? 0))));
    for (let row = 1; row <= 400; row += 1) {
      const own = kept[row % series] ?? [];
      const window = Float64Array.from({ length }, () => random.uniform());
      const nearest = own.toSorted((a, b) => distance(a.window, window) - distance(b.window, window))[0];
      expect(store.nearest(row % series, window)).toBe(nearest ? distance(nearest.window, window) : Infinity);
      expect(store.nearestStamp).toBe(nearest?.row ?? 0);
      if (nearest) expect(store.newestAt(row % series, nearest.row)).toBe(nearest.window[0]);
      // Behind another number, to show that only the window itself is read.
      store.learn(row % series, Float64Array.of(9, ...window), 0.2, row, 1);
      if (nearest && distance(nearest.window, window) <= 0.2) nearest.row = row;
      else if (own.length < places) own.push({ window, row });
      else own[own.indexOf(own.toSorted((a, b) => a.row - b.row)[0] as (typeof own)[0])] = { window, row };
    }
    expect(store.newestAt(0, 4000)).toBeNaN();
    for (let one = 0; one < series; one += 1) expect(slab.numbers[one * slab.stride]).toBe(0);
  });
});
