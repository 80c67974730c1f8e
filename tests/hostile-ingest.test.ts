import fc from 'fast-check';
import pg from 'pg';
import { compress } from 'snappyjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validBodies, type ValidBody } from '../packages/connectors/src/signal-batch/__fixtures__/bodies.ts';
import { mutatedBytes, mutatedJson } from '../packages/connectors/src/signal-batch/__fixtures__/mutations.ts';
import { openTestApi, type Answer, type TestApi } from '../apps/api/src/testing/test-api.ts';

let api: TestApi;
let token: string;
let database: pg.Client;
beforeAll(async () => {
  api = await openTestApi();
  token = await api.token('ingest', { source: 'hostile', name: 'hostile' });
  database = new pg.Client({ connectionString: api.databaseUrl });
  await database.connect();
  await database.query(`set app.workspace = '${api.workspaceId}'`);
});
afterAll(async () => {
  await database?.end();
  await api?.close();
});

const BODIES = validBodies(Math.floor(Date.now() / 1000) * 1000 - 60_000, 'hostile');
const RUNS = 10;
let sent = 0;

async function stored(): Promise<number> {
  const { rows } = await database.query<{ n: string }>(
    'select (select count(*) from samples) + (select count(*) from logs) + (select count(*) from alerts) + (select count(*) from change_events) as n',
  );
  return Number(rows[0]?.n);
}

/** Sends a body to its route; each under a source of its own, so that nothing of it is known already. */
function send({ route, contentType, encoding }: ValidBody, bytes: Uint8Array): Promise<Answer> {
  sent += 1;
  const body = encoding === 'snappy' ? new Uint8Array(compress(bytes)) : bytes;
  const headers = {
    'Content-Type': contentType,
    ...(encoding === 'snappy' ? { 'Content-Encoding': 'snappy', 'X-Prometheus-Remote-Write-Version': '2.0.0' } : {}),
  };
  return api.call('POST', route, { token, body, headers });
}

/** Holds of every answer: never our fault, a refusal names the place and stored nothing, and what is said to be stored is. */
async function expectHonest(body: ValidBody, bytes: Uint8Array): Promise<void> {
  const before = await stored();
  const answer = await send(body, bytes);
  const came = (await stored()) - before;
  const context = `${answer.status} ${answer.text}`;
  expect(answer.status, context).toBeLessThan(500);
  const written = answer.headers.get('x-prometheus-remote-write-samples-written');
  if (answer.status >= 400) {
    expect(answer.json, context).toMatchObject({ status: answer.status, code: expect.any(String) });
    if (answer.json['code'] === 'bad-payload')
      expect(answer.json['errors'], context).toEqual(
        expect.arrayContaining([{ pointer: expect.any(String), detail: expect.any(String) }]),
      );
    if (written === null) expect(came, context).toBe(0);
  } else if ('accepted' in answer.json) expect(came, context).toBe(answer.json['accepted']);
  if (written !== null) expect(came, context).toBeLessThanOrEqual(Number(written));
}

describe.each(BODIES.map((body) => [`${body.route} ${body.contentType}`, body] as const))('%s', (_name, body) => {
  it('stores a valid body', async () => {
    const before = await stored();
    expect((await send(body, body.bytes)).status).toBeLessThan(300);
    expect(await stored()).toBeGreaterThanOrEqual(before);
    await expectHonest(body, body.bytes);
  });

  it('answers for any other bytes, and stores nothing of what it refuses', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedBytes(body.bytes), (bytes) => expectHonest(body, bytes)),
      { numRuns: RUNS },
    );
  });
});

describe.each(
  BODIES.filter(({ contentType }) => contentType.includes('json')).map(
    (body) => [`${body.route} ${body.contentType}`, body] as const,
  ),
)('%s', (_name, body) => {
  it('answers for any other values, and stores nothing of what it refuses', async () => {
    const valid: unknown = JSON.parse(new TextDecoder().decode(body.bytes));
    await fc.assert(
      fc.asyncProperty(mutatedJson(valid), (value) =>
        expectHonest(body, new TextEncoder().encode(JSON.stringify(value) ?? '')),
      ),
      { numRuns: 2 * RUNS },
    );
  });
});

it('keeps the longest identities that it accepts', async () => {
  const longest = '\u{1f4a9}'.repeat(120);
  const at = new Date(Date.now() - 1000).toISOString();
  for (const [route, body] of [
    [
      '/api/v1/ingest/metrics',
      { samples: [{ metric: longest, labels: { service: longest, environment: longest }, timestamp: at, value: 1 }] },
    ],
    [
      '/api/v1/ingest/logs',
      { records: [{ timestamp: at, body: longest, labels: { service: longest, environment: longest } }] },
    ],
    [
      '/api/v1/ingest/alertmanager',
      {
        version: '4',
        groupKey: longest.repeat(40),
        alerts: [
          { status: 'firing', labels: { alertname: longest, service: longest }, startsAt: at, fingerprint: 'x' },
        ],
      },
    ],
  ] as const) {
    const answer = await api.call('POST', route, { token, body });
    expect(answer.json, route).toMatchObject({ accepted: 1, duplicates: 0 });
  }
});

it('tells the place of a time that cannot be stored, on every route that has one', async () => {
  const labels = { service: 'checkout', environment: 'staging' };
  const sample = { metric: 'old', labels, timestamp: '2001-01-01T00:00:00Z', value: 1 };
  const present = new Date(Date.now() - 1000).toISOString();
  const before = await stored();
  for (const [route, body, pointer] of [
    ['/api/v1/ingest/metrics', { samples: [{ ...sample, timestamp: present }, sample] }, '/samples/1/timestamp'],
    [
      '/api/v1/ingest/logs',
      { records: [{ timestamp: '2126-01-01T00:00:00Z', body: 'x', labels }] },
      '/records/0/timestamp',
    ],
    ['/api/v1/ingest', { samples: [sample] }, '/samples/0/timestamp'],
    [
      '/api/v1/ingest/alertmanager',
      { version: '4', groupKey: 'g', alerts: [{ status: 'firing', labels: {}, startsAt: '0000-01-01T00:00:00Z' }] },
      '/alerts/0/startsAt',
    ],
    [
      '/api/v1/ingest/events',
      { specversion: '1.0', id: '1', source: 's', type: 't', time: '0000-01-01T00:00:00Z', data: labels },
      '/time',
    ],
  ] as const) {
    const answer = await api.call('POST', route, { token, body });
    expect([route, answer.status, answer.json['errors']]).toEqual([
      route,
      400,
      [{ pointer, detail: expect.any(String) }],
    ]);
  }
  expect(await stored()).toBe(before);
});
