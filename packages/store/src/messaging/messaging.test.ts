import { randomUUID } from 'node:crypto';
import type { LiveEvent } from '@autoops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEntry } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition() && Date.now() < end) await new Promise((done) => setTimeout(done, 5));
  expect(condition()).toBe(true);
}

const change = (id: string) =>
  test.store.state.commit({
    workspaceId: test.workspaceId,
    writes: [],
    audit: [],
    events: [{ type: 'incident.changed', subject: { kind: 'incident', id } }],
  });

describe('live events', () => {
  it('reach every process in order, with ticks between them, and can be resumed', async () => {
    const seen: string[] = [];
    const other = await test.another();
    const stop = await other.liveEvents.subscribe((workspaceId, event) => {
      expect(workspaceId).toBe(test.workspaceId);
      seen.push('tick' in event ? `tick ${event.tick.service}` : `${event.seq} ${event.subject.id}`);
    });
    const head = await test.store.liveEvents.head(test.workspaceId);
    await change('a');
    await test.store.status.tick(test.workspaceId, { environment: 'staging', service: 'checkout' });
    await until(() => seen.length === 2); // events that are there already are read together, a tick between them comes after
    await Promise.all(['b', 'b', 'b'].map(change));
    await until(() => seen.length === 5);
    expect(seen).toEqual([`${head + 1} a`, 'tick checkout', `${head + 2} b`, `${head + 3} b`, `${head + 4} b`]);
    expect((await other.liveEvents.since(test.workspaceId, head + 2, 10)).map((event: LiveEvent) => event.seq)).toEqual(
      [head + 3, head + 4],
    );
    await stop();
    await change('c');
    await new Promise((done) => setTimeout(done, 50));
    expect(seen).toHaveLength(5);
  });

  it('are found by how long ago they came', async () => {
    await change('long ago');
    const head = await test.store.liveEvents.head(test.workspaceId);
    await test.admin("update live_events set at = at - interval '1 hour'");
    expect(await test.store.liveEvents.before(test.workspaceId, 60_000)).toBe(head);
    await change('just now');
    await change('just now');
    expect(await test.store.liveEvents.before(test.workspaceId, 60_000)).toBe(head);
    expect(await test.store.liveEvents.before(test.workspaceId, 2 * 3_600_000)).toBeLessThan(head);
    expect(await test.store.liveEvents.before(test.otherWorkspaceId, 60_000)).toBe(0);
  });

  it('go on after the database has ended every connection', async () => {
    const seen: number[] = [];
    const other = await test.another();
    const stop = await other.liveEvents.subscribe(
      (_workspaceId, event) => void ('seq' in event && seen.push(event.seq)),
    );
    await change('before');
    await until(() => seen.length === 1);
    await test.admin(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'autoops-listen' and datname = current_database()",
    );
    await change('while away');
    await until(() => seen.length === 2);
    await change('after');
    await until(() => seen.length === 3);
    expect(seen).toEqual([seen[0]!, seen[0]! + 1, seen[0]! + 2]);
    await stop();
  });
});

describe('outbox', () => {
  it('wakes its relay, hands each row to one of several, and gives it back when the relay dies', async () => {
    const { store, workspaceId } = test;
    await store.outbox.done((await store.outbox.claim(1000)).map((job) => job.id));
    let woken = 0;
    const stop = await store.outbox.onNotify(() => (woken += 1));
    const subjects = Array.from({ length: 20 }, () => randomUUID());
    for (const subjectId of subjects)
      await store.state.commit({
        workspaceId,
        writes: [],
        audit: [],
        outbox: [
          { queue: 'planner', subjectId },
          { queue: 'planner', subjectId },
        ],
      });
    await until(() => woken > 0);
    const other = await test.another();
    const claimed = (await Promise.all([store, other, store, other].map((one) => one.outbox.claim(4)))).flat();
    const rest = await store.outbox.claim(100);
    expect([...claimed, ...rest].map((job) => job.subjectId).sort()).toEqual([...subjects].sort());
    await store.outbox.done(claimed.map((job) => job.id));
    // Their relay has died: for as long as its lease lasts they are nobody else's, and the next relay knows when that is over.
    expect(await other.outbox.claim(100)).toEqual([]);
    const left = (await other.outbox.nextDueMs()) ?? 0;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(2_000);
    await new Promise((wait) => setTimeout(wait, left + 5));
    expect((await other.outbox.claim(100)).map((job) => job.id).sort()).toEqual(rest.map((job) => job.id).sort());
    await store.outbox.done(rest.map((job) => job.id));
    expect(await test.admin('select 1 from outbox')).toEqual([]);
    await stop();
  });

  it('holds back what is postponed, and takes the earlier of two times', async () => {
    const { store, workspaceId } = test;
    const subjectId = randomUUID();
    const owe = (delayMs: number) =>
      store.state.commit({ workspaceId, writes: [], audit: [], outbox: [{ queue: 'remediator', subjectId, delayMs }] });
    await owe(60_000);
    expect(await store.outbox.claim(10)).toEqual([]);
    expect(await store.outbox.nextDueMs()).toBeGreaterThan(30_000);
    await owe(0);
    expect(await store.outbox.claim(10)).toMatchObject([{ subjectId }]);
  });
});

describe('notifications', () => {
  it('owes one message to each enabled channel, once, and keeps the log', async () => {
    const { store, workspaceId } = test;
    const incidentId = randomUUID();
    const notice = { type: 'incident.opened', subjectId: incidentId, incidentId } as const;
    await store.channels.createChannel(workspaceId, {
      id: randomUUID(),
      name: 'ops',
      url: 'https://example.com/hook',
      secret: 'whsec_x',
    });
    await store.channels.createChannel(workspaceId, {
      id: randomUUID(),
      name: 'off',
      url: 'https://example.com/off',
      secret: 'whsec_y',
    });
    await test.admin("update channels set disabled_at = now() where name = 'off'");
    for (let n = 0; n < 2; n += 1)
      await store.state.commit({ workspaceId, writes: [], audit: [anEntry(incidentId)], notify: [notice] });
    const { items } = await store.channels.deliveries(workspaceId, {});
    expect(items).toMatchObject([
      { type: 'incident.opened', state: 'waiting', messageId: `msg_incident_opened_${incidentId}`, attempts: 0 },
    ]);
    const id = items[0]!.id;
    expect(await store.router.routeTo('delivery', id)).toBe(workspaceId);
    expect(await store.outbox.claim(10)).toMatchObject([{ queue: 'deliveries', subjectId: id }]);
    expect(await store.deliveries.due(workspaceId, id)).toMatchObject({
      url: 'https://example.com/hook',
      secret: 'whsec_x',
      subjectId: incidentId,
      incidentId,
    });
    await store.deliveries.failed(workspaceId, id, { status: 503, error: 'unavailable', retryInMs: 60_000 });
    expect(await store.deliveries.due(workspaceId, id)).toMatchObject({ attempts: 1, messageId: items[0]!.messageId });
    await store.deliveries.delivered(workspaceId, id, 204);
    expect(await store.deliveries.due(workspaceId, id)).toBeUndefined();
    expect(await store.channels.redeliver(workspaceId, id)).toBe(true);
    expect(await store.deliveries.due(workspaceId, id)).toMatchObject({ messageId: items[0]!.messageId });
    expect(await store.channels.redeliver(test.otherWorkspaceId, id)).toBe(false);
    const channel = (await store.channels.channels(workspaceId)).find((one) => one.disabledAt === undefined);
    expect(await store.channels.enqueueTest(workspaceId, channel!.id)).toBeDefined();
    expect(await store.channels.enqueueTest(workspaceId, randomUUID())).toBeUndefined();
    expect(await store.channels.disableChannel(test.otherWorkspaceId, channel!.id)).toBe(false);
    expect(await store.channels.disableChannel(workspaceId, channel!.id)).toBe(true);
    expect((await store.channels.channels(workspaceId)).map((one) => one.disabledAt)).not.toContain(undefined);
    expect(await store.channels.disableChannel(workspaceId, channel!.id)).toBe(false);
  });
});
