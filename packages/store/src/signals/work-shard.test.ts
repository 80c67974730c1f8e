import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndicatorTick, ShardWork, Transition } from '@autoops/pipeline/ports';
import { anEntry, anIncident } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';
import { aBatch, samplesOf, seen } from './test-batches.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const start = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
let count = 0;

async function aShard(samples: number): Promise<string> {
  const labels = { environment: 'staging', service: `service-${(count += 1)}` };
  for (let n = 0; n < samples; n += 1)
    await test.store.signals.accept(test.workspaceId, aBatch([{ labels, at: start + n * 1000, value: n }]));
  const [shard] = await test.admin<{ id: string }>('select id from shards where service = $1', [labels.service]);
  return shard!.id;
}

function aTick(changes: Partial<IndicatorTick>): IndicatorTick {
  return {
    service: `service-${count}`,
    environment: 'staging',
    indicator: 'error_ratio',
    labels: {},
    unit: '1',
    source: 'push',
    view: 'service',
    intervalMs: 1000,
    timestampMs: start,
    value: 0.1,
    expected: 0.01,
    bandLow: 0,
    bandHigh: 0.05,
    score: 0.9,
    ...changes,
  };
}

describe('workShard', () => {
  it('gives a shard to one worker at a time and loses no sample to a race', async () => {
    const shardId = await aShard(30);
    const other = await test.another();
    const handed: string[] = [];
    let inside = 0;
    const work = async (given: ShardWork) => {
      expect((inside += 1)).toBe(1);
      await new Promise((done) => setTimeout(done, 5));
      handed.push(...samplesOf(given));
      inside -= 1;
      return { ...seen(given), sequence: given.batches[Math.min(4, given.batches.length - 1)]!.sequence };
    };
    const taken: string[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      const before = handed.length;
      await Promise.all(
        [test.store, other, test.store].map((store) => store.signals.workShard(shardId, undefined, work)),
      );
      taken.push(...handed.slice(before));
      const [state] = await test.admin<{ sequence: string }>(
        'select sequence from shard_checkpoints where shard_id = $1',
        [shardId],
      );
      if (Number(state!.sequence) === 30) break;
    }
    expect(new Set(taken).size).toBe(30);
    expect(await test.admin('select 1 from shard_batches where shard_id = $1', [shardId])).toEqual([]);
  });

  it('hints the shard again when somebody else has it', async () => {
    const shardId = await aShard(1);
    const claimed = await test.store.outbox.claim(1000);
    await test.store.outbox.done(claimed.map((job) => job.id));
    await test.store.signals.workShard(shardId, undefined, async (given) => {
      expect(await test.store.signals.workShard(shardId, undefined, async (again) => seen(again))).toBe(false);
      return seen(given);
    });
    expect(await test.store.outbox.nextDueMs()).toBeGreaterThan(0);
  });

  it('leaves the state out only while the caller has it', async () => {
    const shardId = await aShard(1);
    const { signals } = test.store;
    const states: (string | undefined)[] = [];
    const work = async (given: ShardWork) => {
      states.push(given.checkpoint.state && new TextDecoder().decode(given.checkpoint.state));
      return { ...seen(given), sequence: Math.min(given.checkpoint.sequence + 1, given.batches.at(-1)!.sequence) };
    };
    const labels = { environment: 'staging', service: `service-${count}` };
    for (const n of [1, 2]) await signals.accept(test.workspaceId, aBatch([{ labels, at: start + n * 1000 }]));
    await signals.workShard(shardId, undefined, work);
    await signals.workShard(shardId, 1, work);
    await signals.workShard(shardId, 1, work);
    expect(states).toEqual([undefined, undefined, 'after 3']);
  });

  it('commits ticks, decisions and checkpoint together, or nothing', async () => {
    const { store, workspaceId } = test;
    const shardId = await aShard(2);
    const incident = anIncident();
    const result = (given: ShardWork) => ({
      ...seen(given),
      ticks: [aTick({}), aTick({ timestampMs: start + 1000, value: Number.NaN })],
      transitions: [
        { workspaceId, writes: [{ kind: 'incident.insert' as const, incident }], audit: [anEntry(incident.id)] },
      ],
    });
    await expect(
      store.signals.workShard(shardId, undefined, async (given) => ({ ...result(given), sequence: 99 })),
    ).rejects.toThrow(/outside 0 to 2/);
    expect(await store.records.incident(workspaceId, incident.id)).toBeUndefined();
    expect(await store.signals.workShard(shardId, undefined, async (given) => result(given))).toBe(true);
    expect(await store.records.incident(workspaceId, incident.id)).toMatchObject({ id: incident.id });
    const points = await test.admin(
      'select p.value, s.samples from indicator_points p join indicator_series s on s.id = p.series_id where s.service = $1 order by p.at',
      [`service-${count}`],
    );
    expect(points).toEqual([
      { value: 0.1, samples: '1' },
      { value: Number.NaN, samples: '1' },
    ]);
  });

  it('decides again with fresh records and the stored state after a lost race', async () => {
    const { store, workspaceId } = test;
    const incident = anIncident();
    await store.state.commit({ workspaceId, writes: [{ kind: 'incident.insert', incident }], audit: [] });
    const shardId = await aShard(1);
    let calls = 0;
    const worked = await store.signals.workShard(shardId, 0, async (given) => {
      calls += 1;
      const read = await store.records.incident(workspaceId, incident.id);
      if (calls === 1)
        await store.state.commit({
          workspaceId,
          writes: [{ kind: 'incident.update', id: incident.id, expectedVersion: 0, set: { severity: 'low' } }],
          audit: [],
        });
      return {
        ...seen(given),
        transitions: [
          {
            workspaceId,
            writes: [
              { kind: 'incident.update', id: incident.id, expectedVersion: read!.version, set: { title: 'joined' } },
            ],
            audit: [],
          },
        ],
      };
    });
    expect({ worked, calls }).toEqual({ worked: true, calls: 2 });
    expect(await store.records.incident(workspaceId, incident.id)).toMatchObject({
      title: 'joined',
      severity: 'low',
      version: 2,
    });
  });

  it('lets only one of two shards open an incident that neither has seen; the other one joins it', async () => {
    const { store, workspaceId } = test;
    for (let round = 0; round < 10; round += 1) {
      const environment = `race-${round}`;
      const shards = [await aShard(1), await aShard(1)];
      const decided: string[] = [];
      let arrived = 0;
      let release = (): void => undefined;
      const together = new Promise<void>((resolve) => (release = resolve));
      const work = async (given: ShardWork) => {
        const known = (await store.records.openIncidents(workspaceId)).filter(
          (incident) => incident.environment === environment,
        );
        // Both have looked, and found nothing, before one of them commits.
        arrived += 1;
        if (arrived === 2) release();
        await together;
        decided.push(known.length === 0 ? 'open' : 'join');
        const [standing] = known;
        const incident = { ...anIncident(), environment };
        const transition: Transition = standing
          ? {
              workspaceId,
              writes: [
                {
                  kind: 'incident.update',
                  id: standing.id,
                  expectedVersion: standing.version,
                  set: { correlation: [given.service] },
                },
              ],
              audit: [],
            }
          : {
              workspaceId,
              guards: [{ kind: 'incidents.known', environment, ids: [] }],
              writes: [{ kind: 'incident.insert', incident }],
              audit: [anEntry(incident.id)],
            };
        return { ...seen(given), transitions: [transition] };
      };
      expect(await Promise.all(shards.map((shard) => store.signals.workShard(shard, undefined, work)))).toEqual([
        true,
        true,
      ]);
      expect(decided).toEqual(['open', 'open', 'join']);
      const opened = (await store.records.openIncidents(workspaceId)).filter(
        (incident) => incident.environment === environment,
      );
      expect(opened).toMatchObject([{ version: 1, correlation: [expect.stringContaining('service-')] }]);
    }
  });

  it('does nothing for an id that names no shard', async () => {
    expect(
      await test.store.signals.workShard('00000000-0000-7000-8000-000000000000', undefined, async (given) =>
        seen(given),
      ),
    ).toBe(false);
  });
});
