import { describe, expect, it } from 'vitest';
import { backtestChart } from './backtest.ts';
import { sceneSvg } from './svg.ts';
import { ThinnedLine } from './thinned-line.ts';

const points = (rows: number) =>
  Array.from({ length: rows }, (_, row) => ({ at: row * 1000, value: row === 700 ? 99 : row % 10 }));

describe('ThinnedLine', () => {
  it('keeps the extremes of a line of any length, in order, in bounded space', () => {
    const line = new ThinnedLine(50);
    for (const point of points(12_345)) line.add(point);
    const kept = line.points();
    expect(kept.length).toBeLessThanOrEqual(200);
    expect(kept.some(({ value }) => value === 99)).toBe(true);
    expect(Math.min(...kept.map(({ value }) => value ?? 0))).toBe(0);
    for (const [index, { at }] of kept.entries()) expect(at).toBeGreaterThanOrEqual(kept[index - 1]?.at ?? 0);
  });

  it('keeps every point of a short line, and gaps', () => {
    const line = new ThinnedLine(50);
    const short = [
      { at: 0, value: 1 },
      { at: 1, value: null },
      { at: 2, value: 3 },
    ];
    for (const point of short) line.add(point);
    expect(line.points()).toEqual(short);
  });
});

describe('backtestChart', () => {
  it('draws alarms by verdict, labels as strips, and says all of it in words', () => {
    const scene = backtestChart({
      title: 'rate <a&b>',
      points: points(100),
      alarms: [
        { at: 30_000, verdict: 'hit' },
        { at: 60_000, verdict: 'false' },
      ],
      segments: [{ from: 28_000, to: 35_000 }],
      learnedAt: 10_000,
    });
    expect(scene.summary).toContain('2 alarms: 1 right (green), 1 false (red), 0 not judged');
    expect(scene.paths.filter(({ ink }) => ink === 'allow' || ink === 'critical')).toHaveLength(2);
    const svg = sceneSvg(scene);
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="320"')).toBe(true);
    expect(svg).toContain('rate &lt;a&amp;b&gt;');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(sceneSvg(scene)).toBe(svg);
  });

  it('draws a series without any known value', () => {
    const svg = sceneSvg(backtestChart({ title: 'none', points: [], alarms: [], segments: [] }));
    expect(svg).toContain('no data in this time range');
    expect(svg).not.toContain('NaN');
  });
});
