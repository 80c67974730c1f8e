import { pino } from 'pino';
import pg from 'pg';
import protobuf from 'protobufjs/minimal.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';
import { storeIncident } from '../testing/test-incident.ts';

const SECRETS = ['canary-secret-7f3a91', 'jane.canary@example.org', '4111 1111 1111 1111', '4111111111111111'];
const SPOKEN = `password=${SECRETS[0]} of ${SECRETS[1]} paid by ${SECRETS[2]}`;
const LABELS = {
  service: 'checkout',
  environment: 'staging',
  api_key: SECRETS[0] ?? '',
  customer: SECRETS[1] ?? '',
  card: SECRETS[3] ?? '',
};

let api: TestApi;
let token: string;
const printed: string[] = [];
beforeAll(async () => {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void printed.push(line) });
  api = await openTestApi({}, undefined, logger);
  token = await api.token('ingest', { source: 'shop', name: 'shop' });
});
afterAll(() => api.close());

/** Every row of every table as text, as the application sees the workspace. */
async function everything(): Promise<string> {
  const client = new pg.Client({ connectionString: api.databaseUrl });
  await client.connect();
  try {
    await client.query("select set_config('app.workspace', $1, false)", [api.workspaceId]);
    const tables = await client.query<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and has_table_privilege(oid, 'select')",
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ text: string }>(`select t::text as text from "${name}" t`);
      texts.push(...rows.rows.map(({ text }) => `${name} ${text}`));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

/** A remote-write 1.0 request of one series, as a snappy block of literals. */
function remoteWrite(): Uint8Array {
  const writer = protobuf.Writer.create().uint32(10).fork();
  for (const [name, value] of [
    ['__name__', 'http_requests_total'],
    ...Object.entries(LABELS).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ] as const)
    writer
      .uint32(10)
      .fork()
      .uint32(10)
      .string(name ?? '')
      .uint32(18)
      .string(value ?? '')
      .ldelim();
  const bytes = writer
    .uint32(18)
    .fork()
    .uint32(9)
    .double(1)
    .uint32(16)
    .int64(Date.now() - 1000)
    .ldelim()
    .ldelim()
    .finish();
  const parts = [protobuf.Writer.create().uint32(bytes.length).finish()];
  for (let start = 0; start < bytes.length; start += 60) {
    const chunk = bytes.subarray(start, start + 60);
    parts.push(Uint8Array.from([(chunk.length - 1) << 2]), chunk);
  }
  return Buffer.concat(parts);
}

const at = (): string => new Date(Date.now() - 1000).toISOString();
const attributes = Object.entries(LABELS).map(([key, value]) => ({ key, value: { stringValue: value } }));
const resource = {
  attributes: [
    { key: 'service.name', value: { stringValue: 'checkout' } },
    { key: 'deployment.environment.name', value: { stringValue: 'staging' } },
  ],
};
const nanos = (): string => `${Date.now() - 1000}000000`;
const sample = () => ({ metric: 'queue_depth', labels: LABELS, timestamp: at(), value: 3 });
const record = () => ({ timestamp: at(), severity: 'error', body: SPOKEN, labels: LABELS });
const event = (id: string) => ({
  specversion: '1.0',
  id,
  source: 'ci',
  type: 'dev.autoops.change.deploy.v1',
  time: at(),
  data: { service: 'checkout', environment: 'staging', version: 'v2', summary: SPOKEN, actor: SECRETS[1] },
});

it.each<[string, () => unknown, Record<string, string>]>([
  ['/api/v1/ingest/metrics', () => ({ samples: [sample()] }), {}],
  ['/api/v1/ingest/logs', () => ({ records: [record()] }), {}],
  ['/api/v1/ingest/events', () => event('one'), { 'Content-Type': 'application/cloudevents+json' }],
  ['/api/v1/ingest', () => ({ samples: [sample()], records: [record()], events: [event('two')] }), {}],
  [
    '/api/v1/ingest/alertmanager',
    () => ({
      version: '4',
      groupKey: `{}:{alertname="Leak", customer="${SECRETS[1]}"}`,
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { ...LABELS, alertname: `Leak of ${SECRETS[1]}` },
          annotations: { summary: SPOKEN, description: SPOKEN },
          startsAt: at(),
        },
      ],
    }),
    {},
  ],
  [
    '/api/v1/ingest/prometheus',
    remoteWrite,
    {
      'Content-Type': 'application/x-protobuf',
      'Content-Encoding': 'snappy',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
    },
  ],
  [
    '/v1/metrics',
    () => ({
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                { name: 'memory', gauge: { dataPoints: [{ timeUnixNano: nanos(), asDouble: 1, attributes }] } },
              ],
            },
          ],
        },
      ],
    }),
    {},
  ],
  [
    '/v1/logs',
    () => ({
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            {
              logRecords: [{ timeUnixNano: nanos(), severityText: 'ERROR', body: { stringValue: SPOKEN }, attributes }],
            },
          ],
        },
      ],
    }),
    {},
  ],
])('%s keeps no secret, address or card number in the database, the outbox or the log', async (path, body, headers) => {
  const before = await everything();
  const answer = await api.call('POST', path, { token, body: body(), headers });
  expect([200, 202, 204], answer.text).toContain(answer.status);
  const after = await everything();
  expect(after.length).toBeGreaterThan(before.length);
  expect(after).toContain('[redacted:');
  for (const secret of SECRETS) {
    expect(after).not.toContain(secret);
    expect(answer.text).not.toContain(secret);
    expect(printed.join('')).not.toContain(secret);
  }
});

it.each(['/api/v1/ingest/metrics', '/api/v1/ingest/logs', '/api/v1/ingest/events', '/api/v1/ingest/alertmanager'])(
  '%s repeats nothing of what it refuses',
  async (path) => {
    const answer = await api.call('POST', path, {
      token,
      body: { samples: [{ metric: SPOKEN, value: SECRETS[0] }], records: [SPOKEN], alerts: [SPOKEN], version: SPOKEN },
    });
    expect(answer.status).toBe(400);
    for (const secret of SECRETS) {
      expect(answer.text).not.toContain(secret);
      expect(printed.join('')).not.toContain(secret);
    }
  },
);

it('what a person writes as a reason is kept without secrets, addresses and card numbers', async () => {
  const stored = () => storeIncident(api.adapters, api.workspaceId, { planState: 'awaiting-approval' });
  const [approver, admin, toReject, toClose] = await Promise.all([
    api.token('approver', { name: 'ann@example' }),
    api.token('admin', { name: 'adm@example' }),
    stored(),
    stored(),
  ]);
  const body = { reason: SPOKEN };
  const answers = [
    await api.call('POST', `/api/v1/approvals/${toReject.approval?.id ?? ''}/reject`, { token: approver, body }),
    await api.call('POST', `/api/v1/incidents/${toClose.incident.id}/close`, { token: admin, body }),
    await api.call('PUT', '/api/v1/controls/environment:staging', { token: admin, body: { level: 'freeze', ...body } }),
  ];
  for (const { status, text } of answers) expect(status, text).toBeLessThan(300);
  const after = await everything();
  expect(after.match(/password=\[redacted:[^\]]+\]/g)?.length).toBeGreaterThanOrEqual(answers.length);
  for (const secret of SECRETS) expect(after).not.toContain(secret);
});
