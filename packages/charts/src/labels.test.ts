import { describe, expect, it } from 'vitest';
import { budgetChart } from './budget.ts';
import { boxOf, wordRows } from './labels.ts';
import { lineChart } from './line.ts';
import type { Ink, Scene } from './scene.ts';

const start = Date.parse('2026-01-15T14:00:00Z');
const at = (seconds: number): number => start + seconds * 1000;

/** Points along the strokes of an ink, close enough to each other that none steps over a word. */
function pointsAlong(scene: Scene, ink: Ink): (readonly [number, number])[] {
  return scene.paths
    .filter((path) => path.ink === ink && path.paint === 'stroke')
    .flatMap(({ d }) => d.split('M').slice(1))
    .flatMap((run) => {
      const points = run.split('L').map((pair) => pair.split(/[ ,]/u).map(Number) as [number, number]);
      return points.slice(1).flatMap(([x, y], index) => {
        const [x0, y0] = points[index] ?? [x, y];
        return Array.from(
          { length: 51 },
          (_, step) => [x0 + ((x - x0) * step) / 50, y0 + ((y - y0) * step) / 50] as const,
        );
      });
    });
}

/** How many points of the strokes of these inks lie under the words `text`. */
function under(scene: Scene, text: string, ...inks: readonly Ink[]): number {
  const label = scene.texts.find((each) => each.text === text);
  if (label === undefined) throw new Error(`The chart does not say ${text}`);
  const box = boxOf(label);
  return inks
    .flatMap((ink) => pointsAlong(scene, ink))
    .filter(([x, y]) => x > box.left && x < box.right && y > box.top && y < box.bottom).length;
}

const touching = (scene: Scene): string[] =>
  scene.texts.flatMap((one, index) =>
    scene.texts.slice(index + 1).flatMap((other) => {
      const [a, b] = [boxOf(one), boxOf(other)];
      return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
        ? [`${one.text}/${other.text}`]
        : [];
    }),
  );

describe('the words of a chart', () => {
  it('keep clear of its lines: "expected" and the words of a forecast', () => {
    // The line runs along the upper edge of its band, exactly where "expected" would stand.
    const scene = lineChart({
      title: 'checkout error ratio',
      unit: '0-1',
      points: Array.from({ length: 60 }, (_, second) => ({
        at: at(second),
        value: second < 40 ? 0.021 + (second % 2) * 0.001 : 0.02 + (second - 40) * 0.002,
        low: 0.005,
        high: 0.02,
      })),
      forecast: [60, 70, 80].map((second) => ({ at: at(second), p10: 0.04, p50: 0.055 - second / 10_000, p90: 0.07 })),
      forecastText: 'forecast without action',
      bound: { value: 0.05, text: 'allowed' },
      markers: [{ at: at(30), text: 'detected', ink: 'critical' }],
    });
    expect(under(scene, 'expected', 'observed', 'critical')).toBe(0);
    expect(under(scene, 'forecast without action', 'observed', 'forecast', 'muted')).toBe(0);
    expect(touching(scene)).toEqual([]);
  });

  it('of marks stand above the plot, where neither its line nor another mark runs', () => {
    const markers = ['09:42 anomaly', 'back in its band', 'incident closed'].map((text, index) => ({
      at: at([310, 400, 415][index] ?? 0),
      text,
      ink: (['critical', 'allow', 'axis'] as const)[index] ?? 'axis',
    }));
    for (const width of [220, 300, 400, 800]) {
      const scene = lineChart({
        title: 'checkout error ratio',
        unit: '0-1',
        width,
        points: Array.from({ length: 440 }, (_, second) => ({ at: at(second), value: second < 310 ? 0 : 0.8 })),
        markers,
      });
      const plotTop = Math.min(...pointsAlong(scene, 'grid').map(([, y]) => y));
      for (const { text } of markers) {
        const words = scene.texts.find((each) => each.text === text);
        expect({ width, text, above: words !== undefined && words.y < plotTop }).toMatchObject({ above: true });
        expect(under(scene, text, 'observed', 'critical', 'allow', 'axis', 'grid')).toBe(0);
        expect(words === undefined ? -1 : boxOf(words).top).toBeGreaterThanOrEqual(0);
      }
      expect(touching(scene)).toEqual([]);
    }
  });

  it('of a band stay out of what nobody knows', () => {
    const scene = lineChart({
      title: 'checkout error ratio',
      unit: '0-1',
      width: 200,
      points: Array.from({ length: 40 }, (_, second) => ({ at: at(second), value: 0.02, low: 0, high: 0.01 })),
      time: { from: at(0), to: at(60) },
      knownUntil: at(39),
    });
    const words = scene.texts.find(({ text }) => text === 'expected');
    const hatched = Number(/^M([\d.]+)/u.exec(scene.paths.find(({ paint }) => paint === 'hatch')?.d ?? '')?.[1]);
    expect(words === undefined || boxOf(words).right <= hatched + 1).toBe(true);
  });

  it('of a fan are fewer where "now" leaves them little room', () => {
    const said = (width: number): string[] => {
      const scene = budgetChart({
        title: 'checkout',
        width,
        observed: [
          { at: at(-120), value: 0.8 },
          { at: at(0), value: 0.5 },
        ],
        fan: [0, 120, 240].map((second) => ({
          at: at(second),
          p10: Math.max(0, 0.5 - second / 240),
          p50: Math.max(0, 0.5 - second / 400),
          p90: 0.5 - second / 800,
        })),
        now: at(0),
      });
      return scene.texts.flatMap(({ text }) =>
        text.startsWith('forecast') && under(scene, text, 'muted', 'observed', 'forecast') === 0 ? [text] : [],
      );
    };
    expect([said(290), said(400)]).toEqual([['forecast'], ['forecast, 80 % and 95 %']]);
  });

  it.each([60, 90, 120])('of a band are left out where marks %i seconds apart leave no room for them', (apart) => {
    const markers = ['03:33 anomaly', 'back in its band', 'incident closed'].map((text, index) => ({
      at: at(60 + index * apart),
      text,
      ink: 'critical' as const,
    }));
    const scene = lineChart({
      title: 'checkout error ratio',
      unit: '0-1',
      width: 300,
      height: 80,
      points: Array.from({ length: 360 }, (_, second) => ({ at: at(second), value: 0.9, low: 0.1, high: 0.95 })),
      markers,
    });
    expect(touching(scene).filter((pair) => pair.includes('expected'))).toEqual([]);
  });

  it('keep clear of its lines: "now", "observed" and the words of a fan', () => {
    const fan = [0, 60, 120, 180, 240].map((second) => ({
      at: at(second),
      p10: Math.max(0, 0.3 - second / 300),
      p50: Math.max(0, 0.3 - second / 800),
      p90: 0.3,
    }));
    for (const observed of [0.99, 0.5, 0.3]) {
      const scene = budgetChart({
        title: 'checkout',
        observed: [
          { at: at(-120), value: observed },
          { at: at(0), value: 0.3 },
        ],
        observedText: 'observed',
        fan,
        exhaustion: { issuedAt: at(0), p10: 90, p50: 240, p90: null },
        now: at(0),
      });
      for (const words of ['now', 'observed', 'forecast, 80 % and 95 %'])
        expect({ words, under: under(scene, words, 'observed', 'forecast', 'muted') }).toEqual({ words, under: 0 });
      expect(touching(scene)).toEqual([]);
    }
  });

  it('of events that crowd stand in rows without touching, inside the plot, or are left out', () => {
    const words = Array.from({ length: 14 }, (_, index) => ({
      x: 40 + ((index * 37) % 280),
      width: 30 + ((index * 53) % 150),
      side: index % 2 === 0 ? ('left' as const) : ('right' as const),
    })).toSorted((a, b) => a.x - b.x);
    const places = wordRows(words, { left: 40, right: 320, rows: 3, gap: 4 });
    const spans = places.flatMap((place, index) => {
      const width = words[index]?.width ?? 0;
      return place === undefined
        ? []
        : [
            {
              x: words[index]?.x ?? 0,
              row: place.row,
              from: place.anchor === 'end' ? place.x - width : place.x,
              width,
            },
          ];
    });
    expect(spans.length).toBeGreaterThan(3);
    for (const [index, one] of spans.entries()) {
      expect(one.from).toBeGreaterThanOrEqual(40);
      expect(one.from + one.width).toBeLessThanOrEqual(320);
      expect(one.row).toBeLessThan(3);
      for (const other of spans.slice(index + 1))
        expect(one.row === other.row && one.from < other.from + other.width && other.from < one.from + one.width).toBe(
          false,
        );
      // No line that reaches up to a word's row goes through it.
      for (const { x, row } of spans)
        if (row >= one.row)
          expect({ one, x, through: x > one.from && x < one.from + one.width }).toMatchObject({ through: false });
    }
  });
});
