import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random/seeded.ts';
import { forecastDemand } from './demand.ts';
import { forecastSeries } from './forecast-series.ts';
import { incidentRisk } from './risk.ts';

const START = Date.UTC(2026, 0, 15);
const at = (i: number, step = 60): string => new Date(START + i * step * 1000).toISOString();

describe('forecastSeries', () => {
  const daily = (i: number, noise: number): number => 100 + 40 * Math.sin((2 * Math.PI * i) / 96) + noise;

  it('follows a season, and its 80 % interval holds about as often as it says', () => {
    const random = seededRandom('season');
    const values = Array.from({ length: 480 }, (_, i) => daily(i, 4 * random.normal()));
    const points = values.slice(0, 384).map((value, i) => ({ at: at(i, 900), value }));
    const { points: ahead, sufficientHistory } = forecastSeries(points, {
      seasonSeconds: [86_400],
      intervalSeconds: 900,
      horizonSeconds: 86_400,
    });
    expect(sufficientHistory).toBe(true);
    expect(ahead).toHaveLength(96);
    const error = ahead.reduce((sum, { p50 }, h) => sum + Math.abs(p50 - (values[384 + h] as number)) / 96, 0);
    expect(error).toBeLessThan(7);
    const held =
      ahead.filter(({ p10, p90 }, h) => (values[384 + h] as number) >= p10 && (values[384 + h] as number) <= p90)
        .length / 96;
    expect(held).toBeGreaterThan(0.7);
  });

  it('goes on with a level, follows a trend, and bridges gaps', () => {
    const level = forecastSeries(
      Array.from({ length: 100 }, (_, i) => ({ at: at(i), value: i % 10 === 3 ? null : 7 })),
      { horizonSeconds: 600 },
    );
    expect(level.points).toHaveLength(10);
    for (const { p10, p50, p90 } of level.points)
      expect([p10, p50, p90].map((value) => value.toFixed(6))).toEqual(['7.000000', '7.000000', '7.000000']);
    const trend = forecastSeries(
      Array.from({ length: 200 }, (_, i) => ({ at: at(i), value: 2 * i })),
      { horizonSeconds: 600 },
    );
    expect(trend.points.at(-1)?.p50).toBeGreaterThan(408);
    expect(trend.points.at(-1)?.p50).toBeLessThan(425);
  });

  it('is deterministic whatever the order of points, and answers on little, nothing and extremes', () => {
    const points = Array.from({ length: 120 }, (_, i) => ({ at: at(i), value: (i * 7919) % 13 }));
    expect(forecastSeries([...points].reverse())).toEqual(forecastSeries(points));
    expect(forecastSeries([]).points).toEqual([]);
    expect(forecastSeries([{ at: at(0), value: 3 }], { horizonSeconds: 5, intervalSeconds: 1 }).points).toMatchObject([
      { p50: 3 },
      {},
      {},
      {},
      {},
    ]);
    const wild = forecastSeries(points.map(({ at: when }, i) => ({ at: when, value: i % 2 === 0 ? 1e308 : -1e308 })));
    expect(wild.points.every(({ p10, p50, p90 }) => [p10, p50, p90].every(Number.isFinite))).toBe(true);
  });
});

describe('forecastDemand', () => {
  const seconds = 1200;
  const demand = (s: number): number => 44 * (1 + 0.2 * Math.sin((2 * Math.PI * s) / 600));
  const times = Array.from({ length: seconds }, (_, i) => START + (i + 1) * 1000);
  const history = {
    timestampMs: times,
    seconds: times.map(() => 1),
    total: times.map((_, i) => demand(i + 1)),
    bad: times.map(() => 0),
  };

  it('continues the season', () => {
    const now = START + seconds * 1000;
    const ahead = [150, 300, 450, 600].map((s) => now + s * 1000);
    forecastDemand(history, [600], now, ahead).forEach((value, i) =>
      expect(Math.abs(value - demand(seconds + [150, 300, 450, 600][i]!))).toBeLessThan(2),
    );
    expect(
      forecastDemand(history, [86_400], now, ahead).every(
        (value) => value === forecastDemand(history, [86_400], now, ahead)[0],
      ),
    ).toBe(true);
  });
});

describe('incidentRisk', () => {
  const now = new Date(START + 86_400_000);
  const times = Array.from({ length: 2880 }, (_, i) => START + (i + 1) * 30_000);
  const history = (episodes: number) => ({
    timestampMs: times,
    seconds: times.map(() => 30),
    total: times.map(() => 1500),
    bad: times.map((_, i) => (episodes > 0 && i % Math.floor(2880 / episodes) < 5 ? 300 : 0)),
  });
  const calm = { burn: 0, changes: 0, openAnomalies: 0 };

  it('rises with past episodes, present signs and the horizon, and stays a probability', () => {
    const quiet = incidentRisk(history(0), 0.995, [], now, calm);
    const troubled = incidentRisk(history(8), 0.995, [], now, calm);
    const stressed = incidentRisk(history(0), 0.995, [], now, {
      burn: 10,
      saturation: 0.95,
      changes: 2,
      openAnomalies: 2,
    });
    expect(quiet.within1h).toBeLessThan(0.02);
    expect(troubled.within1h).toBeGreaterThan(3 * quiet.within1h);
    expect(stressed.within1h).toBeGreaterThan(3 * quiet.within1h);
    for (const risk of [quiet, troubled, stressed]) {
      expect(risk.within1h).toBeLessThanOrEqual(risk.within4h);
      expect(risk.within4h).toBeLessThanOrEqual(risk.within24h);
      expect(risk.within24h).toBeLessThanOrEqual(1);
    }
  });
});
