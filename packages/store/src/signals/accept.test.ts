import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../test-store.ts';
import { aBatch, CHECKOUT, samplesOf, seen } from './test-batches.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

/** Whole minutes of today, a little back, so that lateness and partitions behave as in life. */
const start = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
let service = 0;
const ownService = () => ({ environment: 'staging', service: `service-${(service += 1)}` });

async function shardOf(labels: { readonly service: string }): Promise<string> {
  const [shard] = await test.admin<{ id: string }>('select id from shards where service = $1', [labels.service]);
  return shard!.id;
}

describe('accept', () => {
  it('stores samples once and counts what comes again', async () => {
    const { store, workspaceId } = test;
    const labels = ownService();
    const batch = aBatch([0, 1, 2].map((n) => ({ labels, at: start + n * 1000, value: n })));
    expect(await store.signals.accept(workspaceId, batch)).toEqual({
      accepted: 3,
      duplicates: 0,
      late: 0,
      stored: { samples: 3, logs: 0, events: 0, alerts: 0 },
    });
    expect(await store.signals.accept(workspaceId, batch)).toEqual({
      accepted: 0,
      duplicates: 3,
      late: 0,
      stored: { samples: 0, logs: 0, events: 0, alerts: 0 },
    });
    expect(await (await test.another()).signals.accept(workspaceId, batch)).toEqual({
      accepted: 0,
      duplicates: 3,
      late: 0,
      stored: { samples: 0, logs: 0, events: 0, alerts: 0 },
    });
    const handed: string[] = [];
    const work = () =>
      store.signals.workShard(shardId, undefined, async (given) => (handed.push(...samplesOf(given)), seen(given)));
    const shardId = await shardOf(labels);
    expect(await work()).toBe(true);
    expect(await work()).toBe(false);
    expect(handed).toEqual([0, 1, 2].map((n) => `requests_total@${start + n * 1000}=${n}`));
  });

  it('keeps a late sample, marked, and never hands it to the detector', async () => {
    const { store, workspaceId } = test;
    const labels = ownService();
    await store.signals.accept(workspaceId, aBatch([{ labels, at: start + 5000 }]));
    expect(
      await store.signals.accept(
        workspaceId,
        aBatch([
          { labels, at: start + 4000 },
          { labels, at: start + 6000 },
        ]),
      ),
    ).toEqual({
      accepted: 2,
      duplicates: 0,
      late: 1,
      stored: { samples: 2, logs: 0, events: 0, alerts: 0 },
    });
    const handed: string[] = [];
    await store.signals.workShard(
      await shardOf(labels),
      undefined,
      async (given) => (handed.push(...samplesOf(given)), seen(given)),
    );
    expect(handed).toEqual([start + 5000, start + 6000].map((at) => `requests_total@${at}=1`));
    const stored = await test.admin(
      'select late from samples where series_id in (select id from series where labels = $1) order by at',
      [JSON.stringify(labels)],
    );
    expect(stored).toEqual([{ late: true }, { late: false }, { late: false }]);
  });

  it('keeps a sample of a clock that runs ahead, never scored, and measures nothing against it', async () => {
    const { store, workspaceId } = test;
    const labels = ownService();
    const present = Math.floor(Date.now() / 1000) * 1000;
    for (const at of [present - 2000, present + 3_600_000, present - 1000, present])
      await store.signals.accept(workspaceId, aBatch([{ labels, at }]));
    await (await test.another()).signals.accept(workspaceId, aBatch([{ labels, at: present + 1000 }]));
    const handed: string[] = [];
    await store.signals.workShard(
      await shardOf(labels),
      undefined,
      async (given) => (handed.push(...samplesOf(given)), seen(given)),
    );
    expect(handed).toEqual([-2000, -1000, 0, 1000].map((off) => `requests_total@${present + off}=1`));
    const stored = await test.admin(
      'select late from samples where series_id in (select id from series where labels = $1) order by at',
      [JSON.stringify(labels)],
    );
    expect(stored.map((one) => one['late'])).toEqual([false, false, false, false, true]);
  });

  it('stores the same set whatever the order, the duplication and the number of processes', async () => {
    const second = await test.another();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ tick: fc.nat(20), series: fc.nat(2), process: fc.boolean(), cut: fc.boolean() }), {
          minLength: 1,
          maxLength: 40,
        }),
        async (arrivals) => {
          const labels = ownService();
          let batch: Parameters<typeof aBatch>[0][number][] = [];
          let accepted = 0;
          let duplicates = 0;
          for (const [index, arrival] of arrivals.entries()) {
            batch.push({ metric: `m${arrival.series}`, labels, at: start + arrival.tick * 1000, value: arrival.tick });
            if (!arrival.cut && index < arrivals.length - 1) continue;
            const counts = await (arrival.process ? test.store : second).signals.accept(
              test.workspaceId,
              aBatch(batch),
            );
            accepted += counts.accepted;
            duplicates += counts.duplicates;
            batch = [];
          }
          const distinct = new Set(
            arrivals.map((arrival) => `m${arrival.series}@${start + arrival.tick * 1000}=${arrival.tick}`),
          );
          expect(accepted).toBe(distinct.size);
          expect(accepted + duplicates).toBe(arrivals.length);
          const stored = await test.admin<{ name: string; late: boolean }>(
            `select s.metric || '@' || (extract(epoch from p.at) * 1000)::bigint || '=' || p.value as name, p.late
             from samples p join series s on s.id = p.series_id where s.labels = $1`,
            [JSON.stringify(labels)],
          );
          expect(new Set(stored.map((one) => one.name))).toEqual(distinct);
          const handed: string[] = [];
          await test.store.signals.workShard(
            await shardOf(labels),
            undefined,
            async (given) => (handed.push(...samplesOf(given)), seen(given)),
          );
          expect(handed.sort()).toEqual(
            stored
              .filter((one) => !one.late)
              .map((one) => one.name)
              .sort(),
          );
          for (const metric of ['m0', 'm1', 'm2']) {
            const times = handed
              .filter((name) => name.startsWith(`${metric}@`))
              .map((name) => Number(name.split(/[@=]/)[1]));
            expect(times).toEqual([...times].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('spreads series without a service over slots, and gives each service and environment a shard of its own', async () => {
    const { store, workspaceId } = test;
    await store.signals.accept(
      workspaceId,
      aBatch(Array.from({ length: 40 }, (_, n) => ({ metric: `raw_${n}`, labels: { environment: 'lab' }, at: start }))),
    );
    const slots = await test.admin<{ n: string }>(
      "select count(*) n from shards where environment = 'lab' and service = ''",
    );
    expect(Number(slots[0]!.n)).toBeGreaterThan(4);
    await store.signals.accept(
      workspaceId,
      aBatch([{ labels: { ...CHECKOUT, environment: 'prod' }, at: start }, { at: start }]),
    );
    expect(await test.admin("select environment from shards where service = 'checkout' order by 1")).toEqual([
      { environment: 'prod' },
      { environment: 'staging' },
    ]);
  });

  it('takes logs, events and alerts once, in any order', async () => {
    const { store, workspaceId } = test;
    const labels = ownService();
    const alert = {
      key: `a-${labels.service}`,
      status: 'firing',
      name: 'HighErrors',
      ...labels,
      severity: 'high',
      startsAt: new Date(start).toISOString(),
      endsAt: undefined,
      summary: 's',
      labels,
      truncated: 0,
    } as const;
    const event = {
      specversion: '1.0',
      id: labels.service,
      source: 'ci',
      type: 'dev.autoops.change.deploy.v1',
      time: new Date(start).toISOString(),
      data: { ...labels, version: 'v2' },
    } as const;
    const logs = [0, 1].map((n) => ({
      timestamp: new Date(start + n).toISOString(),
      severity: 'error' as const,
      body: `line ${n} \0`,
      labels,
    }));
    const resolved = { ...alert, status: 'resolved' as const, endsAt: new Date(start + 1000).toISOString() };
    const redactions = [{ hook: 'email', field: 'body', count: 1 }];
    expect(
      await store.signals.accept(workspaceId, aBatch([], { logs, events: [event], alerts: [resolved], redactions })),
    ).toEqual({
      accepted: 4,
      duplicates: 0,
      late: 0,
      stored: { samples: 0, logs: 2, events: 1, alerts: 1 },
    });
    expect(
      await store.signals.accept(workspaceId, aBatch([], { logs, events: [event], alerts: [alert, resolved] })),
    ).toEqual({
      accepted: 0,
      duplicates: 5,
      late: 0,
      stored: { samples: 0, logs: 0, events: 0, alerts: 0 },
    });
    let handed: unknown;
    await store.signals.workShard(await shardOf(labels), undefined, async (given) => {
      handed = { logs: given.logs.map((log) => log.body), alerts: given.alerts };
      return seen(given);
    });
    expect(handed).toEqual({
      logs: ['line 0 \uFFFD', 'line 1 \uFFFD'],
      alerts: [JSON.parse(JSON.stringify(resolved))],
    });
    const between = { environment: 'staging', from: new Date(start), to: new Date(start + 10) };
    expect(await store.records.changes(workspaceId, between)).toEqual([event]);
    expect(
      (await store.records.logs(workspaceId, { ...between, service: labels.service, limit: 1 })).map((log) => log.body),
    ).toEqual(['line 1 \uFFFD']);
    expect(await store.records.changes(test.otherWorkspaceId, between)).toEqual([]);
  });

  it('refuses a time that no clock can mean, and stores nothing of that batch', async () => {
    const { store, workspaceId } = test;
    const labels = ownService();
    const accept = store.signals.accept(
      workspaceId,
      aBatch([
        { labels, at: start },
        { labels, at: start / 1000 },
      ]),
    );
    await expect(accept).rejects.toMatchObject({ code: 'timestamp-out-of-range', timestampMs: start / 1000 });
    expect(await test.admin('select 1 from series where labels = $1', [JSON.stringify(labels)])).toEqual([]);
  });

  it('makes the partitions of days that were never asked for', async () => {
    const { store, workspaceId } = test;
    const labels = ownService();
    const old = start - 40 * 86_400_000;
    expect(await store.signals.accept(workspaceId, aBatch([{ labels, at: old }]))).toEqual({
      accepted: 1,
      duplicates: 0,
      late: 0,
      stored: { samples: 1, logs: 0, events: 0, alerts: 0 },
    });
  });

  it('owes the detector one job a shard, however many batches come', async () => {
    const { store, workspaceId } = test;
    await store.outbox.done((await store.outbox.claim(1000)).map((job) => job.id));
    const labels = ownService();
    for (const n of [1, 2, 3]) await store.signals.accept(workspaceId, aBatch([{ labels, at: start + n }]));
    expect(await store.outbox.claim(10)).toMatchObject([
      { queue: 'detector', subjectId: await shardOf(labels), workspaceId },
    ]);
    await store.signals.accept(workspaceId, aBatch([{ labels, at: start + 4 }]));
    expect(await store.outbox.claim(10)).toHaveLength(1); // the claimed row may be in the queue already: a new batch needs a new hint
  });
});
