import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';
import { lotLimiter, type Limiter } from './limiter.ts';
import { openSharedCounters, type SharedCounters } from './shared-counters.ts';

let api: TestApi;
const processes: SharedCounters[] = [];
beforeAll(async () => {
  api = await openTestApi();
  // Two API processes on one database.
  for (let count = 0; count < 2; count += 1)
    processes.push(await openSharedCounters({ databaseUrl: api.databaseUrl, redisUrl: undefined }));
});
afterAll(async () => {
  for (const process of processes) await process.close();
  await api.close();
});

const allowedOf = async (limiter: Limiter, key: string, attempts: number): Promise<number> => {
  const states = await Promise.all(Array.from({ length: attempts }, () => limiter.take(key)));
  return states.filter((state) => state.allowed).length;
};

describe('a limit', () => {
  it('is shared by two processes: together they let at most the limit through, and at least all lots but one', async () => {
    const [one, two] = processes.map((process) => lotLimiter(process.counter('shared', 100, 60), 100, 60, 20));
    if (one === undefined || two === undefined) throw new Error('two processes are needed');
    const [first, second] = await Promise.all([allowedOf(one, 'anna', 150), allowedOf(two, 'anna', 150)]);
    expect(first + second).toBeLessThanOrEqual(100);
    expect(first + second).toBeGreaterThanOrEqual(80);
    expect(await allowedOf(one, 'bert', 10)).toBe(10);
  });

  it('asks the shared counter once a lot, not once a request', async () => {
    let asked = 0;
    const limiter = lotLimiter(
      {
        take: async (_key, points) => {
          asked += points;
          return { allowed: true, limit: 1_000, remaining: 0, resetSeconds: 1 };
        },
      },
      1_000,
      1,
      100,
      () => 0,
    );
    expect(await allowedOf(limiter, 'workspace', 250)).toBe(250);
    expect(asked).toBe(300);
  });

  it('remembers a refusal until its window ends', async () => {
    let now = 0;
    let asked = 0;
    const limiter = lotLimiter(
      {
        take: async () => {
          asked += 1;
          return { allowed: asked > 1, limit: 5, remaining: 0, resetSeconds: 60 };
        },
      },
      5,
      60,
      5,
      () => now,
    );
    expect(await allowedOf(limiter, 'address', 20)).toBe(0);
    expect(asked).toBe(1);
    now = 60_001;
    expect((await limiter.take('address')).allowed).toBe(true);
  });

  it('of ten executions a minute holds for the workspace, whoever asks', async () => {
    const tokens = [await api.token('operator'), await api.token('operator')];
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      const answer = await api.call('POST', '/api/v1/remediate', {
        token: tokens[count % 2],
        body: { planId: randomUUID() },
      });
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(404), 429, 429]);
  });
});
