import { seededRandom } from '@autoops/pipeline';
import { describe, expect, it } from 'vitest';
import { simulatedTraces } from './families.ts';
import { fitLogistic } from './fit-logistic.ts';

describe('fitLogistic', () => {
  it('finds the weights that made the labels, and the same ones again', () => {
    const random = seededRandom('logistic');
    const count = 20_000;
    const features = Float32Array.from({ length: 2 * count }, () => random.normal());
    const label = Uint8Array.from({ length: count }, (_, row) => {
      const sum = -1 + 2 * (features[2 * row] as number) - 0.5 * (features[2 * row + 1] as number);
      return random.uniform() < 1 / (1 + Math.exp(-sum)) ? 1 : 0;
    });
    const rows = { width: 2, features, label, weight: new Float32Array(count).fill(1) };
    const chosen = Uint32Array.from(label.keys());
    const found = fitLogistic(rows, chosen, 1);
    // Five standard errors of such a sample.
    expect(Math.abs(found.bias + 1)).toBeLessThan(0.15);
    expect(Math.abs((found.weights[0] as number) - 2)).toBeLessThan(0.15);
    expect(Math.abs((found.weights[1] as number) + 0.5)).toBeLessThan(0.15);
    expect(fitLogistic(rows, chosen, 1)).toEqual(found);
  });
});

describe('simulatedTraces', () => {
  it('depend on the seed alone and end where they reach the limit', () => {
    const traces = simulatedTraces(1, 'test');
    expect(simulatedTraces(1, 'test')).toEqual(traces);
    for (const { values, breach, id } of traces) {
      const at = values.findIndex((value) => value >= 1);
      expect(at < 0 ? undefined : at, id).toBe(breach);
      expect(breach === undefined ? values.length : breach + 1, id).toBe(values.length);
      expect(
        values.every((value) => Number.isNaN(value) || value >= 0),
        id,
      ).toBe(true);
    }
  });
});
