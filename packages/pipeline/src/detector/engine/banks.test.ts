import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import type { Preset } from './alarm-policy.ts';
import { emptyDeepScore, type DeepScore } from './deep-score.ts';
import { DeepSeries } from './deep-series.ts';
import { FastBank } from './fast-bank.ts';
import { readFastBank, writeFastBank } from './fast-snapshot.ts';
import { WideBank } from './wide-bank.ts';
import { readWideBank, writeWideBank } from './wide-snapshot.ts';

const MINUTE = 60_000;
const SERIES = 5;

interface Row {
  readonly series: number;
  readonly at: number;
  readonly value: number;
}

/** Interleaved rows of a few series: noise around a swing, a constant, two values, a sparse one, and one with a step. */
function rows(count: number): Row[] {
  const random = seededRandom('wide');
  const kinds = [
    (row: number) => 100 + 20 * Math.sin(row / 40) + random.normal(),
    () => 7,
    (row: number) => (row % 6 < 3 ? 0 : 1),
    (row: number) => (row % 50 === 0 ? 5 : 0),
    (row: number) => 10 + random.normal() + (row >= 300 && row < 306 ? 40 : 0),
  ];
  return Array.from({ length: count }, (_, row) =>
    kinds.map((kind, series) => ({ series, at: row * MINUTE, value: kind(row) })),
  ).flat();
}

function scores(bank: WideBank | FastBank, all: readonly Row[]): DeepScore[] {
  return all.map(({ series, at, value }) => {
    const out = emptyDeepScore();
    bank.step(series, at, value, out);
    return out;
  });
}

const bySeries = (all: readonly Row[], found: readonly DeepScore[]) =>
  Array.from({ length: SERIES }, (_, series) => found.filter((_score, index) => all[index]?.series === series));

interface Tier {
  readonly name: string;
  readonly mostBytes: number;
  readonly open: (series: number, preset: Preset) => WideBank | FastBank;
  readonly read: (bytes: Uint8Array) => WideBank | FastBank;
}

const write = (bank: WideBank | FastBank) => (bank instanceof WideBank ? writeWideBank(bank) : writeFastBank(bank));
const TIERS: readonly Tier[] = [
  {
    name: 'wide',
    mostBytes: 4096,
    open: (series, preset) => new WideBank({ series, preset }),
    read: readWideBank,
  },
  {
    name: 'fast',
    mostBytes: 1024,
    open: (series, preset) => new FastBank({ series, preset }),
    read: readFastBank,
  },
];
const CASES = TIERS.flatMap((tier) => (['early', 'precise'] as const).map((preset) => ({ ...tier, preset })));

describe.each(CASES)('the $name tier, $preset', ({ mostBytes, open, read, preset }) => {
  const all = rows(400);
  const straight = open(SERIES, preset);
  const expected = scores(straight, all);

  it('opens an event for a step, and none for a constant, two values or a rare value that keeps coming', () => {
    const alarms = bySeries(all, expected).map((found) =>
      found.flatMap(({ alarm }, row) => (alarm && row > 150 ? [row] : [])),
    );
    expect(alarms.slice(1, 3)).toEqual([[], []]);
    expect(alarms[4]?.filter((row) => row >= 300 && row < 306)).toHaveLength(1);
  });

  it('keeps a few kB a series at most, in memory that never grows', () => {
    expect(straight.bytesPerSeries()).toBeLessThanOrEqual(mostBytes);
    const bank = open(SERIES, preset);
    const before = bank.state();
    scores(bank, all);
    expect(bank.state()).toBe(before);
    expect(before.length).toBe(SERIES * bank.bytesPerSeries());
  });

  it('gives the same scores whatever the order of the series, the size of the batches and the restarts between', () => {
    const byMoment = all.toSorted((a, b) => a.at - b.at || b.series - a.series);
    let bank = open(SERIES, preset);
    const found: DeepScore[] = [];
    for (let from = 0, size = 1; from < byMoment.length; from += size, size = 1 + ((size * 31) % 271)) {
      found.push(...scores(bank, byMoment.slice(from, from + size)));
      bank = read(write(bank));
    }
    expect(bySeries(byMoment, found)).toEqual(bySeries(all, expected));
    expect(write(bank)).toEqual(write(straight));
  });

  it('gives past rows the same scores whatever comes after them', () => {
    const past = all.slice(0, 1000);
    const future = all.slice(1000).map((row) => ({ ...row, value: -row.value }));
    const found = scores(open(SERIES, preset), [...past, ...future.toReversed()]);
    expect(found.slice(0, 1000)).toEqual(expected.slice(0, 1000));
  });

  it('answers any numbers with numbers', () => {
    const hostile = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1e308, Number.MIN_VALUE, 0, -0, 1, 2 ** 53),
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 200 }), (values) => {
        const bank = open(1, preset);
        const hostileRows = values.map((value, row) => ({ series: 0, at: row * MINUTE, value }));
        for (const { score, novelty, deviation } of scores(bank, hostileRows)) {
          expect(score >= 0 && score <= 1).toBe(true);
          expect(Number.isFinite(novelty) && Number.isFinite(deviation)).toBe(true);
        }
        // The next row is answered with numbers, too, whatever these have left behind.
        const [next] = scores(bank, [{ series: 0, at: values.length * MINUTE, value: 1 }]);
        expect(Number.isFinite(next?.novelty) && Number.isFinite(next?.deviation)).toBe(true);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('refuses a snapshot of another version or one that was cut', () => {
    const bytes = write(open(1, preset));
    expect(() => read(bytes.slice(0, bytes.length >> 1))).toThrow(RangeError);
    const other = bytes.slice();
    other[0] = 99;
    expect(() => read(other)).toThrow('start these series anew');
  });
});

describe.each<Preset>(['early', 'precise'])('both tiers, %s', (preset) => {
  it('take a row that is delivered twice as one', () => {
    const once = rows(120).filter(({ series }) => series === 4);
    const twice = once.flatMap((row) => [row, row]);
    const wide = { once: new WideBank({ series: 5, preset }), twice: new WideBank({ series: 5, preset }) };
    scores(wide.once, once);
    scores(wide.twice, twice);
    expect(writeWideBank(wide.twice)).toEqual(writeWideBank(wide.once));
    const deep = { once: new DeepSeries({ preset }), twice: new DeepSeries({ preset }) };
    const out = emptyDeepScore();
    const found = { once: [] as number[], twice: [] as number[] };
    for (const { at, value } of once) {
      deep.once.step(at, value, out);
      found.once.push(out.score);
    }
    for (const [index, { at, value }] of twice.entries()) {
      deep.twice.step(at, value, out);
      if (index % 2 === 0) found.twice.push(out.score);
      else expect(out).toMatchObject({ score: 0, alarm: false });
    }
    expect(found.twice).toEqual(found.once);
  });

  it('do not count a gap as learned, nor zero', () => {
    const series = new DeepSeries({ preset });
    const bank = new WideBank({ series: 1, preset });
    const out = emptyDeepScore();
    for (let row = 0; row < 100; row += 1) {
      const at = (row < 60 ? row : row + 5000) * MINUTE; // three and a half days of silence
      series.step(at, 10 + (row % 3), out);
      expect(out).toMatchObject({ learning: true });
      bank.step(0, at, 10 + (row % 3), out);
      expect(out).toMatchObject({ learning: true });
      if (row >= 55) expect(out.alarm).toBe(false);
    }
  });
});

describe.each(TIERS)('ten thousand series of the $name tier', ({ open }) => {
  it('leave the heap flat over a million samples', { timeout: 180_000 }, () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const count = 10_000;
    const bank = open(count, 'precise');
    const out = emptyDeepScore();
    const round = (row: number): void => {
      for (let series = 0; series < count; series += 1)
        bank.step(series, row * MINUTE, (series % 97) + ((row * 7919 + series * 104_729) % 1000) / 100, out);
    };
    for (let row = 0; row < 5; row += 1) round(row);
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    for (let row = 5; row < 105; row += 1) round(row);
    collect();
    const after = process.memoryUsage();
    // Keeping a number for each sample would be sixteen times as much.
    expect(after.heapUsed - heapUsed).toBeLessThan(1_000_000);
    expect(after.arrayBuffers - arrayBuffers).toBeLessThan(1_000_000);
  });
});
