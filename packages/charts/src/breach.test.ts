import { describe, expect, it } from 'vitest';
import { breachChart } from './breach.ts';

const probability = [1, 2, 4, 8, 16, 24, 36, 48].map((hours) => ({ hours, value: hours / 60 }));
const time = { q025: 3600, q10: 7200, q50: 54_000, q90: 90_000, q975: 160_000 };

describe('breachChart', () => {
  it('draws the chance as one line and the time as two bands with its middle', () => {
    const scene = breachChart({ title: 'disk used of orders', probability, time });
    expect(scene.paths.filter(({ paint }) => paint === 'fill').map(({ ink }) => ink)).toEqual([
      'fan-outer',
      'fan-inner',
    ]);
    const curve = scene.paths.at(-1)?.d ?? '';
    expect(curve.match(/M/g)).toHaveLength(1);
    expect(scene.summary).toBe(
      'disk used of orders: 80 % chance to be full within 48 h; if it comes, half the time within 15 h (80 %: 2 h to 25 h).',
    );
    expect(scene.table.rows).toHaveLength(8);
  });

  it('says nothing of a time that hardly comes', () => {
    const scene = breachChart({ title: 'disk', probability: [{ hours: 48, value: 0.01 }], time });
    expect(scene.paths.some(({ paint }) => paint === 'fill')).toBe(false);
    expect(scene.summary).toBe('disk: 1 % chance to be full within 48 h.');
  });
});
