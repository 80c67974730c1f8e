import { describe, expect, it } from 'vitest';
import {
  budgetBar,
  budgetChart,
  densityStrip,
  durationText,
  intervalBar,
  lineChart,
  percentDigits,
  plainNumber,
  runsOfKnown,
  sparkline,
  ticksWithUnit,
  tickText,
  valueDomain,
  valueText,
} from './index.ts';

const start = Date.parse('2026-01-15T14:00:00Z');
const at = (seconds: number): number => start + seconds * 1000;
const subpaths = (d: string): number => (d.match(/M/g) ?? []).length;

describe('words', () => {
  it('prints percent with the digits that matter', () => {
    expect([0.047, 0.0092, 0.31, 0, 1, 0.0004].map(percentDigits)).toEqual(['4.7', '0.92', '31', '0', '100', '0.04']);
  });
  it('prints durations in one or two parts', () => {
    expect([0.004, 2.8, 42, 90, 1620, 3900, 7200, 200_000].map(durationText)).toEqual([
      '4 ms',
      '2.8 s',
      '42 s',
      '1 min 30 s',
      '27 min',
      '1 h 5 min',
      '2 h',
      '2 d 7 h',
    ]);
  });
  it('groups thousands by a thin space and says unknown for a gap', () => {
    expect(plainNumber(41_250, 0)).toBe('41\u202F250');
    expect(plainNumber(2176, 0)).toBe('2\u202F176');
    expect(plainNumber(-3.5)).toBe('\u22123.5');
    expect(valueText(null, '0-1')).toBe('unknown');
    expect(valueText(9.4, '1/s')).toBe('9.4/s');
  });
});

describe('axes', () => {
  it('takes round limits around the values', () => {
    expect(valueDomain([0.001, 0.047])).toMatchObject({ from: 0, to: 0.05 });
    expect(valueDomain([])).toMatchObject({ from: 0, to: 1 });
  });
  it('writes ticks of ratios as percent', () => {
    expect(tickText(0.02, '0-1', 0.02)).toBe('2');
    expect(tickText(12_500, '1/s', 2500)).toBe('12.5k');
  });
  it('writes the unit at every tick where nothing else says it', () => {
    expect(ticksWithUnit([0, 0.5, 1], 's')).toEqual(['0\u00A0s', '0.5\u00A0s', '1\u00A0s']);
    expect(ticksWithUnit([0, 0.25, 0.5], 's')).toEqual(['0\u00A0ms', '250\u00A0ms', '500\u00A0ms']);
    expect(ticksWithUnit([0, 60, 120], 'seconds')).toEqual(['0\u00A0min', '1\u00A0min', '2\u00A0min']);
    expect(ticksWithUnit([0, 0.05, 0.1], 'ratio')).toEqual(['0\u202F%', '5\u202F%', '10\u202F%']);
    expect(ticksWithUnit([0, 10_000], '1/s')).toEqual(['0/s', '10k/s']);
    expect(ticksWithUnit([0, 2, 4], 'n')).toEqual(['0', '2', '4']);
    expect(ticksWithUnit([0, 512], 'MB')).toEqual(['0\u202FMB', '512\u202FMB']);
    expect(ticksWithUnit([], 's')).toEqual([]);
  });
});

describe('lineChart', () => {
  const points = [0, 1, 2, 3, 4, 5].map((second) => ({
    at: at(second),
    value: second === 3 ? null : 0.01 * second,
    low: 0.002,
    high: 0.009,
  }));
  const observed = (scene: ReturnType<typeof lineChart>): string =>
    scene.paths.find((path) => path.ink === 'observed')?.d ?? '';

  it('breaks the line at a gap', () => {
    expect(subpaths(observed(lineChart({ title: 'error ratio', unit: '0-1', points })))).toBe(2);
  });
  it('breaks the line where ticks are missing without a null', () => {
    expect(runsOfKnown([0, 1, 2, 9, 10].map((second) => ({ at: at(second), value: 1 })))).toHaveLength(2);
  });
  it('hatches what nobody observed and never draws into it', () => {
    const scene = lineChart({
      title: 'x',
      unit: 'n',
      points,
      time: { from: at(0), to: at(10) },
      knownUntil: at(5),
      width: 142,
      margins: { top: 0, right: 0, bottom: 0, left: 42 },
    });
    expect(scene.paths.find((path) => path.paint === 'hatch')?.d).toContain('M92 0');
    const xs = [...observed(scene).matchAll(/[ML](-?[\d.]+)/g)].map((match) => Number(match[1]));
    expect(Math.max(...xs)).toBeLessThanOrEqual(92);
  });
  it('says in the hatched part that nobody observed it, where it has room', () => {
    const said = (unknownFrom: number): boolean =>
      lineChart({
        title: 'x',
        unit: 'n',
        points,
        time: { from: at(0), to: at(60) },
        knownUntil: at(unknownFrom),
        unknownText: 'not observed',
      }).texts.some(({ text }) => text === 'not observed');
    expect([said(5), said(55)]).toEqual([true, false]);
  });
  it('puts letters of markers that crowd beside each other above the plot, in their order', () => {
    const scene = lineChart({
      title: 'x',
      unit: 'n',
      points,
      lettersAbove: true,
      margins: { top: 22, right: 8, bottom: 20, left: 34 },
      time: { from: at(0), to: at(600) },
      markers: ['D', 'P', 'A', 'N'].map((text, index) => ({ at: at(200 + index), text, ink: 'axis' })),
    });
    const letters = scene.texts.filter(({ text }) => /^[DPAN]$/u.test(text));
    expect(letters.map(({ text }) => text).join('')).toBe('DPAN');
    expect(letters.every(({ y }) => y < 22)).toBe(true);
    const steps = letters.slice(1).map(({ x }, index) => x - (letters[index]?.x ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(11, 0);
  });
  it('says value and band in one sentence and lists the numbers', () => {
    const scene = lineChart({ title: 'checkout error ratio', unit: '0-1', points });
    expect(scene.summary).toBe(
      'checkout error ratio is 5\u202F% at 14:00:05 UTC, expected 0.2\u202F% to 0.9\u202F%; highest in this range 5\u202F%.',
    );
    expect(scene.table.rows).toHaveLength(6);
    expect(scene.table.rows[3]?.[1]).toBe('unknown');
  });
  it('puts marker words that would touch on different rows', () => {
    const scene = lineChart({
      title: 'x',
      unit: 'n',
      points,
      markers: [
        { at: at(4), text: 'detected', ink: 'critical' },
        { at: at(4.2), text: 'approved', ink: 'muted' },
      ],
    });
    const rows = scene.texts.filter((text) => text.bold).map((text) => text.y);
    expect(new Set(rows).size).toBe(2);
  });
  it('says so when there is no data', () => {
    expect(lineChart({ title: 'x', unit: 'n', points: [] }).summary).toBe('x: no data in this time range.');
  });
});

describe('budgetChart', () => {
  const fan = [0, 60, 120, 180].map((second) => ({
    at: at(second),
    p10: 0.6 - second / 200,
    p50: 0.6 - second / 300,
    p90: 0.6 - second / 500,
  }));
  it('draws the fan below the line and the time at which nothing is left', () => {
    const scene = budgetChart({
      title: 'checkout',
      observed: [
        { at: at(-60), value: 0.7 },
        { at: at(0), value: 0.6 },
      ],
      fan,
      exhaustion: { issuedAt: at(0), p10: 120, p50: 180, p90: 300 },
      now: at(0),
    });
    const inks = scene.paths.map((path) => path.ink);
    expect(inks.indexOf('fan-outer')).toBeLessThan(inks.indexOf('observed'));
    expect(scene.texts.map((text) => text.text)).toContain('14:03:00');
    expect(scene.summary).toBe(
      'checkout: 60 % of the budget is left; if nothing is done it is gone in 3 min (80 %: 2 min to 5 min).',
    );
  });
  it('does not invent an end beyond the horizon', () => {
    const scene = budgetChart({
      title: 'x',
      observed: [{ at: at(0), value: 1 }],
      exhaustion: { issuedAt: at(0), p10: null, p50: null, p90: null },
    });
    expect(scene.summary).toContain('does not run out within');
  });
});

describe('small charts', () => {
  it('keeps gaps in a sparkline and omits the dot of an unknown end', () => {
    const scene = sparkline('latency', [1, 2, null, 3, null], 's');
    expect(scene.paths).toHaveLength(1);
    expect(subpaths(scene.paths[0]?.d ?? '')).toBe(2);
  });
  it('colours a budget bar by what is left', () => {
    expect([0.9, 0.31, 0.1, -0.2].map((left) => budgetBar(left).ink)).toEqual([
      'allow',
      'high',
      'critical',
      'critical',
    ]);
    expect(budgetBar(-0.2).summary).toBe('Budget overspent by 20 %');
  });
  it('draws no interval that is not known', () => {
    expect(
      intervalBar('avoided', { p10: null, p50: 4, p90: null }, 10, 'min').paths.some((path) => path.ink === 'interval'),
    ).toBe(false);
  });
  it('counts every entry in the density strip', () => {
    const rows = densityStrip([at(0), at(1), at(10)], 5).table.rows;
    expect(rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(3);
  });
});
