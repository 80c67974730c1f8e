import type { SourceConfig } from '@autoops/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import type { SeriesRow, ShardBatch } from '../ports/shard-store.ts';
import { IndicatorComputer } from './computer.ts';
import { parseIndicators } from './definition.ts';

const START = 1_768_000_000_000;
const FAR = START + 1e9;
const SECONDS = 60;
/** Seconds that every series is seen in order: a series that nobody knows of cannot be waited for. */
const KNOWN = 4;

const shared = { view: 'service', services: ['checkout'], bad: 'up', noticeable: 1, help: 'x' } as const;
const requests = { metric: 'requests' };
const definitions = parseIndicators({
  apiVersion: 'autoops.dev/v1',
  kind: 'Indicators',
  defaults: { source: 'shop', interval: 1, window: 3 },
  indicators: [
    { ...shared, name: 'rate', unit: '1/s', kind: 'rate', counter: requests },
    {
      ...shared,
      name: 'errors',
      unit: 'ratio',
      kind: 'ratio',
      of: 'counter',
      numerator: { ...requests, match: { code: '503' } },
      denominator: requests,
    },
    { ...shared, name: 'level', unit: 'n', kind: 'gauge', gauge: { metric: 'level' } },
    { ...shared, name: 'each', unit: 'n', kind: 'gauge', gauge: { metric: 'level' }, by: ['replica'] },
    { ...shared, name: 'p50', unit: 's', kind: 'quantile', histogram: { metric: 'seconds' }, quantile: 0.5 },
  ],
});
const row = (metric: string, labels: Record<string, string>): SeriesRow => ({
  id: `${metric}${JSON.stringify(labels)}`,
  metric,
  labels,
  source: 'shop',
});
const SERIES = ['a', 'b'].flatMap((replica) => [
  row('requests', { replica, code: '200' }),
  row('requests', { replica, code: '503' }),
  row('level', { replica }),
  row('seconds_bucket', { replica, le: '1' }),
  row('seconds_bucket', { replica, le: '+Inf' }),
]);
const ROWS = new Map(SERIES.map((series) => [series.id, series]));

interface Sample {
  readonly row: SeriesRow;
  readonly at: number;
  readonly value: number;
}

/**
 * Samples of all series by second, each series a little off the second, with gaps, resets, some that are silent for `silence` seconds
 * and some that end early. Who is silent for longer than five intervals and the lateness is gone, and nobody waits for its return.
 */
const samplesOf = (seeds: readonly number[], silence: number): readonly Sample[] =>
  Array.from({ length: SECONDS }, (_, second) =>
    SERIES.flatMap((series, place) => {
      const seed = seeds[(second * SERIES.length + place) % seeds.length] ?? 0;
      const gone = (place < 3 && second > 30) || (place > 4 && place < 8 && second >= 12 && second < 12 + silence);
      if (second >= KNOWN && (gone || (second % 4 === 1 && seed % 3 === 0))) return [];
      return [
        {
          row: series,
          at: START + second * 1000 + 50 * place,
          value: seed % 23 === 0 ? 1 : second * (place + 1) + (seed % 5),
        },
      ];
    }),
  ).flat();

/** What every tick is, however the samples were handed in: in which batches, and started again from bytes after which of them. */
function ticksOf(
  latenessSeconds: number,
  batches: readonly (readonly Sample[])[],
  restartAfter: (batch: number) => boolean,
): ReadonlyMap<string, number> {
  const source: SourceConfig = {
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
  const options = { service: 'checkout', definitions, sources: [source] };
  const ticks = new Map<string, number>();
  let computer = new IndicatorComputer(options);
  batches.forEach((samples, sequence) => {
    const batch: ShardBatch = {
      sequence,
      source: 'shop',
      seriesIds: SERIES.map(({ id }) => id),
      seriesIndex: Uint32Array.from(samples, (sample) => SERIES.indexOf(sample.row)),
      timestampMs: Float64Array.from(samples, ({ at }) => at),
      value: Float64Array.from(samples, ({ value }) => value),
    };
    computer.push(batch, ROWS, FAR, ({ key }, at, value) => {
      const name = `${key}@${at - START}`;
      expect(ticks.has(name), name).toBe(false);
      ticks.set(name, value);
    });
    if (!restartAfter(sequence)) return;
    const record = new RecordWriter();
    computer.serialize(record);
    computer = new IndicatorComputer(options);
    computer.read(new RecordReader(record.finish()));
  });
  expect(computer.refused).toBe(0);
  return ticks;
}

/** The ticks that both have computed by now: the last ones still wait, for whom depends on who came last. */
function common(ticks: ReadonlyMap<string, number>, latenessSeconds: number): readonly (readonly [string, number])[] {
  const last = (SECONDS - 2 - latenessSeconds) * 1000;
  return [...ticks].filter(([name]) => Number(name.split('@')[1]) <= last).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

describe('the ticks of a shard', () => {
  it.each([1, 4, 20])(
    'are the same in any order of arrival of its series within a lateness of %i s, in any batches, over any restarts',
    (latenessSeconds) => {
      fc.assert(
        fc.property(
          fc.array(fc.nat(1000), { minLength: 50, maxLength: 50 }),
          fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), {
            minLength: SERIES.length,
            maxLength: SERIES.length,
          }),
          fc.array(fc.nat(40), { minLength: 12, maxLength: 12 }),
          fc.infiniteStream(fc.boolean()),
          (seeds, lags, sizes, restarts) => {
            const inOrder = samplesOf(seeds, latenessSeconds > 5 ? 12 : 3);
            const reference = ticksOf(latenessSeconds, [inOrder], () => false);
            // Each series lags by less than the lateness; its own samples stay in their order.
            const arrivesAt = ({ row: series, at }: Sample): number =>
              at < START + KNOWN * 1000 ? at : at + (lags[SERIES.indexOf(series)] ?? 0) * latenessSeconds * 1000;
            const arrived = inOrder.toSorted((a, b) => arrivesAt(a) - arrivesAt(b));
            const batches: Sample[][] = [];
            for (let from = 0, turn = 0; from < arrived.length; turn += 1) {
              const size = 1 + (sizes[turn % sizes.length] ?? 0);
              batches.push(arrived.slice(from, from + size));
              from += size;
            }
            const cut = restarts[Symbol.iterator]();
            const found = ticksOf(latenessSeconds, batches, () => cut.next().value === true);
            expect(common(found, latenessSeconds)).toEqual(common(reference, latenessSeconds));
          },
        ),
        { numRuns: 20 },
      );
    },
  );
});
