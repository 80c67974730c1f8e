import { afterAll, beforeAll, expect, it } from 'vitest';
import { judge } from '../crash/judge.ts';
import { killAndJudge, targetsOf, works } from '../crash/kill.ts';
import { needs } from '../parts.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import type { Child } from '../stand/child.ts';
import { openStand, until, type Stand } from '../stand/stand.ts';

const KILLS = [
  works('K3', 'enqueued, not claimed'),
  works('K4', 'claimed, no intent'),
  works('K5', 'intent, not dispatched'),
  works('K7', 'applied at the target, reply unread'),
  works('K8:2', 'reply of the second step read, result not committed'),
  works('K9', 'result committed, next step not queued'),
];
const CEILING_MS = 30_000;

needs('redis-server')('the queue on Redis', () => {
  let redis: RedisServer;
  let stand: Stand;
  beforeAll(async () => {
    redis = await startRedis();
    stand = await openStand([...KILLS.flatMap(targetsOf), 'flushed-0', 'flushed-1', 'gone-0', 'gone-1', 'denied'], {
      REDIS_URL: redis.url,
    });
  });
  afterAll(async () => {
    await stand?.close();
    await redis?.stop();
  });

  for (const [index, kill] of KILLS.entries())
    it(`loses, doubles and holds up nothing when a worker is killed at ${kill.at.join()}: ${kill.must}`, () =>
      killAndJudge(stand, kill, targetsOf(kill, index)));

  it('is a hint: everything in it may be forgotten at any moment of a run', async () => {
    const worker = await stand.worker();
    expect(worker.output()).toContain('"queue":"redis"');
    const placed = await stand.place({ targets: ['flushed-0', 'flushed-1'] });
    await stand.execute(placed);
    // From the moment it is owed until its last effect, again and again.
    let flushes = 0;
    await until(
      async () => {
        await redis.flush();
        flushes += 1;
        return stand.effects(['flushed-1'])[0];
      },
      CEILING_MS,
      async () => `the run is ${(await stand.runOf(placed))?.state}\n${worker.output().slice(-2_000)}`,
    );
    expect(flushes).toBeGreaterThan(2);
    const judgement = await judge(stand, placed, { ends: 'succeeded' });
    await worker.stop('SIGKILL');
    expect(judgement).toMatchObject({ state: 'succeeded', lost: [], doubled: [], stuck: [] });
  });

  it('may go away with all it knows and come back while a run goes on', async () => {
    const worker = await stand.worker();
    const placed = await stand.place({ targets: ['gone-0', 'gone-1'] });
    await redis.kill();
    await stand.execute(placed);
    await new Promise((wait) => setTimeout(wait, 1_500));
    expect(stand.effects(['gone-0'])).toEqual([]);
    await redis.start();
    const judgement = await judge(stand, placed, { ends: 'succeeded' });
    await stop(worker);
    expect(judgement).toMatchObject({ state: 'succeeded', lost: [], doubled: [], stuck: [] });
  });

  it('has no effect for a plan that policy denies', async () => {
    const worker = await stand.worker();
    await stand.rulesInForce({ runbook: 'off' });
    const placed = await stand.place({ targets: ['denied'], state: 'draft' });
    const incident = await until(
      async () => {
        const now = await stand.store.records.incident(stand.workspaceId, placed.incident.id);
        const told = await stand.store.records.narrative(stand.workspaceId, placed.incident.id);
        return now?.state === 'closed' && told !== undefined ? now : undefined;
      },
      CEILING_MS,
      () => worker.output().slice(-2_000),
    );
    await stop(worker);
    expect(incident.outcome).toBe('denied');
    expect(await stand.runOf(placed)).toBeUndefined();
    expect(stand.calls('denied').filter((call) => call.dryRun !== true)).toEqual([]);
    expect(stand.effects(['denied'])).toEqual([]);
  });

  /** Ends in order: with its queue on Redis, too, a worker that is asked to leaves by itself. */
  async function stop(worker: Child): Promise<void> {
    expect(await worker.stop('SIGTERM')).toBe('0');
  }
});
