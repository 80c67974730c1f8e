import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let token: string;
let database: pg.Client;
beforeAll(async () => {
  api = await openTestApi();
  token = await api.token('ingest', { source: 'shop', name: 'shop' });
  database = new pg.Client({ connectionString: api.databaseUrl });
  await database.connect();
  await database.query(`set app.workspace = '${api.workspaceId}'`);
});
afterAll(async () => {
  await database?.end();
  await api?.close();
});

const post = (place: number) =>
  api.call('POST', '/api/v1/ingest/metrics', {
    token,
    body: {
      samples: [0, 1].map((n) => ({
        metric: 'flood',
        labels: { service: 'checkout', environment: 'staging', place: String(place) },
        timestamp: new Date(Math.floor(Date.now() / 1000) * 1000 - n * 1000).toISOString(),
        value: place,
      })),
    },
  });
const counted = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\d+)`, 'm').exec((await api.call('GET', '/metrics')).text)?.[1]);
const stored = async (): Promise<number> =>
  Number((await database.query<{ n: string }>('select count(*) as n from samples')).rows[0]?.n);

it('refuses with 429 and Retry-After what the store cannot take now, and acknowledges only what is stored', async () => {
  expect((await post(0)).json).toEqual({ accepted: 2, duplicates: 0 });
  // The store stands still, as behind a slow disk: batches wait for the shard's row.
  await database.query('begin');
  await database.query('select 1 from shards for update');
  const asked = Array.from({ length: 60 }, (_, place) => post(place + 1));
  const refused = await Promise.all(asked.map((answer) => Promise.race([answer, later(6_000)])));
  await database.query('rollback');
  const answers = await Promise.all(asked);
  const behind = refused.filter((answer) => answer?.status === 429);
  expect(behind.length).toBeGreaterThan(0); // told at once, while the others still wait
  for (const answer of answers.filter(({ status }) => status === 429)) {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(answer.json).toMatchObject({ code: 'store-behind' });
  }
  const taken = answers.filter(({ status }) => status === 202);
  expect(taken.length + behind.length).toBe(60);
  const acknowledged = 2 + taken.reduce((sum, { json }) => sum + Number(json['accepted']), 0);
  expect(await stored()).toBe(acknowledged);
  expect(await counted('autoops_ingest_samples_total')).toBe(acknowledged);
});

it('counts as stored what is stored: not what was known already, and each kind by itself', async () => {
  const names = ['samples', 'logs', 'events', 'alerts', 'duplicates'].map((kind) => `autoops_ingest_${kind}_total`);
  const all = async (): Promise<number[]> => Promise.all(names.map(counted));
  const before = await all();
  const labels = { service: 'orders', environment: 'staging' };
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 5_000).toISOString();
  const body = {
    samples: [1, 2, 3].map((n) => ({ metric: 'm', labels: { ...labels, n: String(n) }, timestamp: at, value: n })),
    records: [
      { timestamp: at, body: 'one', labels },
      { timestamp: at, body: 'two', labels },
    ],
    events: [{ specversion: '1.0', id: '1', source: 'ci', type: 't', time: at, data: labels }],
  };
  for (let time = 0; time < 2; time += 1) await api.call('POST', '/api/v1/ingest', { token, body });
  const mixed = { ...body, samples: [...body.samples, { ...body.samples[0], metric: 'new' }] };
  expect((await api.call('POST', '/api/v1/ingest', { token, body: mixed })).json).toEqual({
    accepted: 1,
    duplicates: 6,
  });
  const grown = (await all()).map((value, place) => value - (before[place] ?? 0));
  expect(grown).toEqual([4, 2, 1, 0, 12]);
});

function later(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}
