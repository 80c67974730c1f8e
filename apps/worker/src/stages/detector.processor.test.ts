import { Sources } from '@autoops/contracts';
import { parseIndicators } from '@autoops/pipeline';
import { FakeClock } from '@autoops/pipeline/fakes';
import type { ShardResult, ShardWork } from '@autoops/pipeline/ports';
import { expect, it } from 'vitest';
import { DetectorProcessor } from './detector.processor.ts';

const START = Date.UTC(2026, 0, 15);
const SHARD = '018f0000-0000-7000-8000-000000000001';
/** Known before anything is scored. */
const LEARNED = 70;

const configuration = {
  topology: { apiVersion: 'autoops.dev/v1', kind: 'Topology', services: [], jobs: [], resources: [] },
  sources: Sources.parse({
    apiVersion: 'autoops.dev/v1',
    kind: 'Sources',
    sources: [{ name: 'shop', type: 'push', intervalSeconds: 1, latenessSeconds: 0 }],
  }).sources,
  indicators: parseIndicators({
    apiVersion: 'autoops.dev/v1',
    kind: 'Indicators',
    defaults: { source: 'shop', interval: 1, window: 1 },
    indicators: [
      {
        name: 'memory_ratio',
        unit: 'ratio',
        view: 'service',
        services: ['orders'],
        kind: 'gauge',
        gauge: { metric: 'memory_ratio' },
        bad: 'up',
        noticeable: 0.05,
        opens: true,
        help: 'Memory in use.',
      },
    ],
  }),
};

/** What the store hands out of samples `from` to `to` (exclusive), one a second. */
function workOf(sequence: number, state: Uint8Array | undefined, from: number, values: readonly number[]): ShardWork {
  return {
    workspaceId: SHARD,
    shardId: SHARD,
    service: 'orders',
    environment: 'staging',
    checkpoint: { sequence, state },
    batches: [
      {
        sequence: sequence + 1,
        source: 'shop',
        seriesIds: ['1'],
        seriesIndex: Uint32Array.from(values, () => 0),
        timestampMs: Float64Array.from(values, (_value, index) => START + (from + index) * 1000),
        value: Float64Array.from(values),
      },
    ],
    series: [
      { id: '1', metric: 'memory_ratio', labels: { service: 'orders', environment: 'staging' }, source: 'shop' },
    ],
    logs: [],
  };
}

type Hand = (work: (given: ShardWork) => Promise<ShardResult>) => Promise<boolean>;

function processorOn(hands: Hand[]): DetectorProcessor {
  const nothing = async () => [];
  const store = {
    signals: { workShard: (_shard: string, _cached: number | undefined, work: never) => hands.shift()!(work) },
    records: { openAnomalies: nothing, openIncidents: nothing, closedIncidents: nothing, changes: nothing },
  };
  const metrics = { count: () => undefined, worked: () => undefined };
  return new DetectorProcessor(
    store as never,
    { of: async () => configuration } as never,
    new FakeClock(new Date(START + 100_000)),
    metrics as never,
    { demo: false } as never,
    { warn: () => undefined, info: () => undefined } as never,
  );
}

const writesOf = ({ transitions }: ShardResult): string[] =>
  transitions.flatMap(({ writes }) => writes.map(({ kind }) => kind));

it('decides the same again after a lost race: no tick and no anomaly is left out', async () => {
  const calm = Array.from({ length: LEARNED }, (_, index) => 0.3 + 0.001 * (index % 3));
  const trouble = [0.9, 0.95, 0.95, 0.95, 0.95];
  const results: ShardResult[] = [];
  const processor = processorOn([
    async (work) => results.push(await work(workOf(0, undefined, 0, calm))) > 0,
    async (work) => {
      // The first decision is lost; the next one gets the stored state (`packages/store/src/signals/work-shard.ts`).
      results.push(await work(workOf(1, undefined, LEARNED, trouble)));
      results.push(await work(workOf(1, results[0]!.state, LEARNED, trouble)));
      return true;
    },
    async (work) => results.push(await work(workOf(2, undefined, LEARNED + trouble.length, trouble))) > 0,
  ]);
  const job = { data: { shardId: SHARD } } as never;
  for (let round = 0; round < 3; round += 1) await processor.process(job);
  const [, lost, again, next] = results;
  expect(lost!.ticks.map(({ value }) => value)).toEqual(trouble);
  expect(writesOf(lost!)).toContain('incident.insert');
  expect(again!.ticks).toEqual(lost!.ticks);
  expect(writesOf(again!)).toEqual(writesOf(lost!));
  expect(again!.state).toEqual(lost!.state);
  expect(next!.ticks, 'what was decided last stays in memory').toHaveLength(trouble.length);
});
