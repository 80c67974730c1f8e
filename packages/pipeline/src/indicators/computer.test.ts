import type { SourceConfig } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import type { SeriesRow, ShardBatch } from '../ports/shard-store.ts';
import { seededRandom } from '../random/seeded.ts';
import { IndicatorComputer } from './computer.ts';
import { parseIndicators } from './definition.ts';

const START = 1_768_000_000_000;
const FAR = START + 1e9;

function source(latenessSeconds: number): SourceConfig {
  return {
    name: 'shop',
    type: 'push',
    targets: [],
    intervalSeconds: 1,
    latenessSeconds,
    seasonSeconds: [600],
    labels: {},
    queries: [],
    auth: { kind: 'none' },
  };
}

const shared = { view: 'service', services: ['checkout'], bad: 'up', noticeable: 1, help: 'x' } as const;
const definitions = parseIndicators({
  apiVersion: 'autoops.dev/v1',
  kind: 'Indicators',
  defaults: { source: 'shop', interval: 1, window: 3 },
  indicators: [
    { ...shared, name: 'rate', unit: '1/s', kind: 'rate', counter: { metric: 'requests' } },
    {
      ...shared,
      name: 'errors',
      unit: 'ratio',
      kind: 'ratio',
      of: 'counter',
      minimum: 2,
      numerator: { metric: 'requests', match: { code: ['500', '503'] } },
      denominator: { metric: 'requests' },
    },
    { ...shared, name: 'ready', unit: 'n', kind: 'gauge', gauge: { metric: 'ready' } },
    {
      ...shared,
      name: 'busiest',
      unit: 'ratio',
      kind: 'ratio',
      of: 'gauge',
      aggregate: 'max',
      numerator: { metric: 'used' },
      denominator: { metric: 'cap' },
    },
    { ...shared, name: 'p50', unit: 's', kind: 'quantile', histogram: { metric: 'seconds' }, quantile: 0.5 },
    { ...shared, name: 'held', unit: 'n', kind: 'gauge', gauge: { metric: 'held' }, by: ['holder'] },
  ],
});

interface Sample {
  readonly row: SeriesRow;
  readonly at: number;
  readonly value: number;
}

function series(metric: string, labels: Record<string, string> = {}): SeriesRow {
  return { id: `${metric}${JSON.stringify(labels)}`, metric, labels, source: 'shop' };
}

function batch(samples: readonly Sample[]): ShardBatch {
  const ids = [...new Set(samples.map(({ row }) => row.id))];
  return {
    sequence: 1,
    source: 'shop',
    seriesIds: ids,
    seriesIndex: Uint32Array.from(samples, ({ row }) => ids.indexOf(row.id)),
    timestampMs: Float64Array.from(samples, ({ at }) => START + at),
    value: Float64Array.from(samples, ({ value }) => value),
  };
}

/** Values by indicator and second, from batches pushed in order. */
class Bench {
  readonly values = new Map<string, Map<number, number>>();
  computer: IndicatorComputer;

  constructor(private readonly latenessSeconds = 0) {
    this.computer = new IndicatorComputer({ service: 'checkout', definitions, sources: [source(latenessSeconds)] });
  }

  push(samples: readonly Sample[]): this {
    const rows = new Map(samples.map(({ row }) => [row.id, row]));
    this.computer.push(batch(samples), rows, FAR, (instance, at, value) => {
      const known = this.values.get(instance.key) ?? new Map<number, number>();
      expect(known.has(at)).toBe(false);
      known.set(at, value);
      this.values.set(instance.key, known);
    });
    return this;
  }

  restart(): this {
    const record = new RecordWriter();
    this.computer.serialize(record);
    const bytes = record.finish();
    this.computer = new IndicatorComputer({
      service: 'checkout',
      definitions,
      sources: [source(this.latenessSeconds)],
    });
    this.computer.read(new RecordReader(bytes));
    const again = new RecordWriter();
    this.computer.serialize(again);
    expect(again.finish()).toEqual(bytes);
    return this;
  }

  at(key: string, second: number): number | undefined {
    return this.values.get(key)?.get(START + second * 1000);
  }
}

const requests = series('requests', { replica: 'a', code: '200' });
const seconds = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('IndicatorComputer', () => {
  it('computes a rate over the window, and a gap until the window was observed', () => {
    const bench = new Bench().push(seconds(8).map((s) => ({ row: requests, at: s * 1000, value: 10 * s })));
    expect(bench.at('rate', 0)).toBeNaN();
    expect(bench.at('rate', 2)).toBeNaN();
    expect(bench.at('rate', 5)).toBe(10);
  });

  it('counts a reset from zero', () => {
    const values = [100, 110, 120, 130, 5, 15, 25, 35];
    const bench = new Bench().push(values.map((value, s) => ({ row: requests, at: s * 1000, value })));
    expect(bench.at('rate', 4)).toBeCloseTo((10 + 10 + 5) / 3, 12);
    expect(bench.at('rate', 6)).toBeCloseTo((5 + 10 + 10) / 3, 12);
  });

  it('counts a series that appears in a watched target from zero, and one of a new target from its first sample', () => {
    const failed = series('requests', { replica: 'a', code: '503' });
    const other = series('requests', { replica: 'b', code: '200' });
    const bench = new Bench();
    for (const s of seconds(10)) {
      const samples: Sample[] = [{ row: requests, at: s * 1000, value: 10 * s }];
      if (s >= 6) samples.push({ row: failed, at: s * 1000, value: 3 });
      if (s >= 6) samples.push({ row: other, at: s * 1000, value: 1000 });
      bench.push(samples);
    }
    expect(bench.at('errors', 6)).toBeCloseTo(3 / 33, 12);
    expect(bench.at('rate', 6)).toBe(11);
    expect(bench.at('errors', 9)).toBe(0);
  });

  it('gives a gap, never 0, while a replica is missing, and goes on without it when it is gone', () => {
    const [a, b] = [series('ready', { replica: 'a' }), series('ready', { replica: 'b' })];
    const bench = new Bench();
    for (const s of seconds(20)) {
      const samples = [{ row: a, at: s * 1000, value: 1 }];
      if (s < 8) samples.push({ row: b, at: s * 1000, value: 1 });
      bench.push(samples);
    }
    expect([bench.at('ready', 7), bench.at('ready', 8)]).toEqual([2, 2]);
    expect([9, 10, 12].map((s) => bench.at('ready', s))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(bench.at('ready', 13)).toBe(1);
  });

  it('keeps unobserved time out of the rate after an outage', () => {
    const bench = new Bench();
    for (const s of [0, 1, 2, 3, 4, 30, 31, 32, 33, 34, 35])
      bench.push([{ row: requests, at: s * 1000, value: 10 * s }]);
    expect(bench.at('rate', 10)).toBeNaN();
    expect(bench.at('rate', 30)).toBeNaN();
    expect(bench.at('rate', 34)).toBe(10);
  });

  it('jumps over a night without data instead of writing gaps for it', () => {
    const bench = new Bench();
    for (const s of [0, 1, 2, 3, 40_000, 40_001, 40_002, 40_003, 40_004])
      bench.push([{ row: requests, at: s * 1000, value: s }]);
    expect(bench.values.get('rate')?.size).toBeLessThan(100);
    expect(bench.at('rate', 40_004)).toBe(1);
  });

  it('waits for every live series, but no longer than the lateness', () => {
    const [a, b] = [series('ready', { replica: 'a' }), series('ready', { replica: 'b' })];
    const bench = new Bench(5);
    for (const s of seconds(4))
      bench.push([
        { row: a, at: s * 1000, value: 1 },
        { row: b, at: s * 1000, value: 1 },
      ]);
    for (const s of [4, 5, 6]) bench.push([{ row: a, at: s * 1000, value: 1 }]);
    expect(bench.at('ready', 4)).toBeUndefined();
    bench.push([
      { row: b, at: 4000, value: 1 },
      { row: b, at: 5000, value: 1 },
    ]);
    expect(bench.at('ready', 5)).toBe(2);
    expect(bench.at('ready', 6)).toBeUndefined();
    bench.push([{ row: a, at: 11_000, value: 1 }]);
    expect(bench.at('ready', 6)).toBe(2);
  });

  it('puts late samples in their place within the lateness, and refuses later and repeated ones', () => {
    const inOrder = new Bench(4).push(seconds(8).map((s) => ({ row: requests, at: s * 1000, value: s * s })));
    const swapped = new Bench(4).push(seconds(3).map((s) => ({ row: requests, at: s * 1000, value: s * s })));
    for (const s of [4, 3, 6, 5, 7]) swapped.push([{ row: requests, at: s * 1000, value: s * s }]);
    // Tick 3 was computed when a sample at or after it came (loop.md); the late ones count from then on.
    expect(swapped.at('rate', 7)).toBe(inOrder.at('rate', 7));
    expect(swapped.computer.refused).toBe(0);
    swapped.push([
      { row: requests, at: 1000, value: 77 },
      { row: requests, at: 7000, value: 77 },
    ]);
    expect(swapped.computer.refused).toBe(2);
    const strict = new Bench()
      .push([{ row: requests, at: 5000, value: 1 }])
      .push([{ row: requests, at: 4000, value: 1 }]);
    expect(strict.computer.refused).toBe(1);
  });

  it('refuses what is no number or from the future, which would make all others late', () => {
    const bench = new Bench();
    bench.push([Number.NaN, Number.POSITIVE_INFINITY].map((value, s) => ({ row: requests, at: s * 1000, value })));
    bench.push([{ row: requests, at: 1e12, value: 1 }]);
    expect(bench.computer.refused).toBe(3);
    bench.push(seconds(6).map((s) => ({ row: requests, at: s * 1000, value: s })));
    expect(bench.at('rate', 5)).toBe(1);
  });

  it('computes quantiles, extreme quotients and instances by label', () => {
    const bench = new Bench();
    const bounds: [string, number][] = [
      ['0.1', 2],
      ['0.5', 6],
      ['1', 8],
      ['+Inf', 8],
    ];
    for (const s of seconds(8)) {
      const samples: Sample[] = bounds.map(([le, n]) => ({
        row: series('seconds_bucket', { le }),
        at: s * 1000,
        value: n * s,
      }));
      for (const [replica, used] of [
        ['a', 10],
        ['b', 30],
      ] as const) {
        samples.push({ row: series('used', { replica }), at: s * 1000, value: used });
        samples.push({ row: series('cap', { replica }), at: s * 1000, value: 40 });
      }
      for (const [holder, n] of [
        ['checkout', 12],
        ['reindex', 2],
      ] as const)
        samples.push({ row: series('held', { holder }), at: s * 1000, value: n });
      bench.push(samples);
    }
    // Rank 12 of 24 in (0.1, 0.5]: 6 before it, 12 in it.
    expect(bench.at('p50', 6)).toBeCloseTo(0.1 + (0.4 * 6) / 12, 12);
    expect(bench.at('busiest', 6)).toBe(0.75);
    expect(bench.at('held{holder="reindex"}', 6)).toBe(2);
  });

  it('gives the same ticks whatever the order within a batch, the batching and the restarts', () => {
    const random = seededRandom('order');
    const rows = ['a', 'b', 'c'].flatMap((replica) =>
      ['200', '503'].map((code) => series('requests', { replica, code })),
    );
    const counters = rows.map(() => 0);
    const all: Sample[][] = seconds(60).map((s) =>
      rows.flatMap((row, i) => {
        counters[i] = (counters[i] as number) + Math.floor(5 * random.uniform());
        if (random.uniform() < 0.05) counters[i] = 0;
        const gone = row.labels['replica'] === 'c' && s > 30;
        return gone || random.uniform() < 0.05 ? [] : [{ row, at: s * 1000 + 100 * i, value: counters[i] as number }];
      }),
    );
    const reference = new Bench().push(all.flat());
    const bySecond = new Bench();
    for (const samples of all) bySecond.push(samples).restart();
    expect(bySecond.values).toEqual(reference.values);
    const shuffled = all
      .flat()
      .map((sample) => ({ sample, key: random.uniform() }))
      .sort((x, y) => x.key - y.key)
      .map(({ sample }) => sample);
    expect(new Bench().push(shuffled).values).toEqual(reference.values);
  });
});

describe('parseIndicators', () => {
  it('names the place of a fault and refuses a window that does not fit the interval', () => {
    const document = (over: object) => ({
      apiVersion: 'autoops.dev/v1',
      kind: 'Indicators',
      defaults: { source: 'shop', interval: 2, window: 4 },
      indicators: [{ ...shared, name: 'ready', unit: 'n', kind: 'gauge', gauge: { metric: 'ready' }, ...over }],
    });
    expect(() => parseIndicators(document({ noticeable: -1 }))).toThrow(/noticeable/);
    expect(() => parseIndicators(document({ window: 3 }))).toThrow(/multiple of its interval/);
    expect(() => parseIndicators(document({ kind: 'age', aggregate: 'max', limit: 5 }))).toThrow(
      /a limit belongs to a gauge or a ratio of gauges, not to kind age/,
    );
    expect(() => parseIndicators(document({ limit: 0 }))).toThrow(/limit/);
    expect(parseIndicators(document({ limit: 5 }))[0]).toMatchObject({ limit: 5 });
    expect(parseIndicators(document({ window: 6 }))[0]).toMatchObject({
      intervalMs: 2000,
      windowMs: 6000,
      source: 'shop',
      opens: false,
    });
  });
});
