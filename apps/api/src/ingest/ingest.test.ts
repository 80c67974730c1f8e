import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs/minimal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type CallOptions, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await openTestApi();
  token = await api.token('ingest', { source: 'shop', name: 'shop' });
});
afterAll(() => api.close());

const post = (path: string, options: CallOptions) => api.call('POST', path, { token, ...options });
const at = (secondsAgo: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 - secondsAgo * 1000);
const JSON_ROUTES = [
  '/api/v1/ingest',
  '/api/v1/ingest/metrics',
  '/api/v1/ingest/logs',
  '/api/v1/ingest/events',
  '/api/v1/ingest/alertmanager',
  '/v1/metrics',
  '/v1/logs',
];
const sampleCount = async (): Promise<number> =>
  Number(/autoops_ingest_samples_total (\d+)/.exec((await api.call('GET', '/metrics')).text)?.[1]);

/** A snappy block of literals only: the length as a varint, then chunks of at most 60 bytes. */
function compress(bytes: Uint8Array): Uint8Array {
  const parts: Buffer[] = [Buffer.from(protobuf.Writer.create().uint32(bytes.length).finish())];
  for (let start = 0; start < bytes.length; start += 60) {
    const chunk = bytes.subarray(start, start + 60);
    parts.push(Buffer.from([(chunk.length - 1) << 2]), Buffer.from(chunk));
  }
  return Buffer.concat(parts);
}
/** A remote-write 1.0 request of one series. */
function remoteWrite(samples: readonly (readonly [number, number])[], metric = 'http_requests_total'): Uint8Array {
  const writer = protobuf.Writer.create().uint32(10).fork();
  for (const [name, value] of [
    ['__name__', metric],
    ['environment', 'staging'],
    ['service', 'checkout'],
  ] as const)
    writer.uint32(10).fork().uint32(10).string(name).uint32(18).string(value).ldelim();
  for (const [value, time] of samples) writer.uint32(18).fork().uint32(9).double(value).uint32(16).int64(time).ldelim();
  return compress(writer.ldelim().finish());
}
/** The same as 2.0: symbols and references. */
function remoteWrite2(
  samples: readonly (readonly [number, number])[],
  references: readonly number[] = [1, 2, 3, 4, 5, 6],
): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const symbol of ['', '__name__', 'queue_depth', 'environment', 'staging', 'service', 'orders'])
    writer.uint32(34).string(symbol);
  writer.uint32(42).fork().uint32(10).fork();
  for (const reference of references) writer.uint32(reference);
  writer.ldelim();
  for (const [value, time] of samples) writer.uint32(18).fork().uint32(9).double(value).uint32(16).int64(time).ldelim();
  writer.uint32(26).fork().uint32(8).uint64(3).ldelim(); // a native histogram
  return compress(writer.ldelim().finish());
}
const V1 = {
  'Content-Type': 'application/x-protobuf',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '0.1.0',
};
const V2 = {
  'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '2.0.0',
};

describe('remote-write', () => {
  it('stores 1.0 in any order, once, and says how much', async () => {
    const before = await sampleCount();
    const body = remoteWrite([
      [3, at(10).getTime()],
      [1, at(30).getTime()],
      [2, at(20).getTime()],
    ]);
    const first = await post('/api/v1/ingest/prometheus', { body, headers: V1 });
    expect(first.status).toBe(204);
    expect(first.headers.get('x-prometheus-remote-write-samples-written')).toBe('3');
    expect((await post('/api/v1/ingest/prometheus', { body, headers: V1 })).status).toBe(204);
    expect((await sampleCount()) - before).toBe(3);
  });

  it('stores 2.0 and says which native histograms it did not', async () => {
    const answer = await post('/api/v1/ingest/prometheus', { body: remoteWrite2([[7, at(5).getTime()]]), headers: V2 });
    expect(answer.status).toBe(204);
    expect([
      answer.headers.get('x-prometheus-remote-write-samples-written'),
      answer.headers.get('x-prometheus-remote-write-histograms-written'),
    ]).toEqual(['1', '0']);
    expect(answer.headers.get('x-autoops-not-written')).toContain('native histograms: 1');
  });

  it('refuses unknown messages with 415 and bad ones with the place', async () => {
    expect(
      (
        await post('/api/v1/ingest/prometheus', {
          body: remoteWrite([]),
          headers: { ...V1, 'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v9.Request' },
        })
      ).status,
    ).toBe(415);
    expect((await post('/api/v1/ingest/prometheus', { body: {} })).status).toBe(415);
    expect(
      (await post('/api/v1/ingest/prometheus', { body: new Uint8Array([1, 2, 3]), headers: V1 })).json,
    ).toMatchObject({ status: 400, code: 'bad-payload' });
    const broken = await post('/api/v1/ingest/prometheus', {
      body: compress(new Uint8Array([10, 200, 1, 0])),
      headers: V1,
    });
    expect(broken.json).toMatchObject({ status: 400, errors: [{ pointer: expect.stringMatching(/^byte \d+$/) }] });
    expect(broken.headers.get('x-prometheus-remote-write-samples-written')).toBe('0');
    expect(
      (await post('/api/v1/ingest/prometheus', { body: remoteWrite2([[1, at(1).getTime()]], [1, 99]), headers: V2 }))
        .json,
    ).toMatchObject({ errors: [{ pointer: '/timeseries/0/labels_refs/0' }] });
    expect((await post('/api/v1/ingest/prometheus', { body: remoteWrite([[1, 5]]), headers: V1 })).json).toMatchObject({
      errors: [{ pointer: '/timeseries/0/samples/0/timestamp' }],
    });
  });

  it('does not inflate what declares more than 64 MiB', async () => {
    const bomb = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(100)]);
    expect((await post('/api/v1/ingest/prometheus', { body: bomb, headers: V1 })).json).toMatchObject({
      status: 413,
      code: 'too-large',
    });
  });
});

describe('every JSON route', () => {
  it.each(JSON_ROUTES)('%s answers 4xx with the place for what it cannot read, and stays flat', async (route) => {
    const before = process.memoryUsage().rss;
    const headers = { 'Content-Type': 'application/json' };
    for (const body of [
      '',
      '{',
      '[1,',
      '{"a":1}}',
      'null',
      '"text"',
      '{"samples":1,"records":1,"alerts":1,"resourceMetrics":1,"resourceLogs":1}',
    ]) {
      const answer = await post(route, { body, headers });
      expect([body, answer.status, answer.json['code']]).toEqual([body, 400, 'bad-payload']);
      expect(answer.json['errors']).toEqual(
        expect.arrayContaining([expect.objectContaining({ pointer: expect.any(String) })]),
      );
    }
    const deep = await post(route, { body: '['.repeat(100_000), headers });
    expect(deep.json).toMatchObject({ status: 400, errors: [{ pointer: 'byte 64' }] });
    const bomb = await post(route, {
      body: gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20)),
      headers: { ...headers, 'Content-Encoding': 'gzip' },
    });
    expect(bomb.json).toMatchObject({ status: 413, code: 'too-large' });
    expect(
      (await post(route, { body: Buffer.from('not gzip'), headers: { ...headers, 'Content-Encoding': 'gzip' } })).json,
    ).toMatchObject({ status: 400, code: 'bad-payload' });
    expect((await post(route, { body: '{}', headers: { ...headers, 'Content-Encoding': 'br' } })).status).toBe(415);
    expect((await post(route, { body: '<a/>', headers: { 'Content-Type': 'text/xml' } })).status).toBe(415);
    const huge = await post(route, { body: Buffer.alloc(17 * 1024 * 1024, 0x20), headers }).catch(() => undefined);
    expect(huge?.status ?? 413).toBe(413); // the server may hang up on a sender that goes on
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  it('is closed to everybody without autoops:ingest, before the body is read', async () => {
    const viewer = await api.token('viewer');
    for (const route of [...JSON_ROUTES, '/api/v1/ingest/prometheus']) {
      expect((await api.call('POST', route, { body: '{' })).status).toBe(401);
      expect((await api.call('POST', route, { token: viewer, body: '{' })).status).toBe(403);
    }
  });
});

describe('plain JSON', () => {
  it('stores all or, where one is bad, nothing', async () => {
    const sample = {
      metric: 'plain',
      labels: { service: 'checkout', environment: 'staging' },
      timestamp: at(3).toISOString(),
      value: 1,
    };
    const before = await sampleCount();
    const bad = await post('/api/v1/ingest/metrics', { body: { samples: [sample, { ...sample, value: 'x' }] } });
    expect(bad.json).toMatchObject({ status: 400, errors: [{ pointer: '/samples/1/value' }] });
    expect(await sampleCount()).toBe(before);
    expect((await post('/api/v1/ingest/metrics', { body: { samples: [sample, sample] } })).json).toEqual({
      accepted: 1,
      duplicates: 1,
    });
    expect(
      (
        await post('/api/v1/ingest', {
          body: { samples: [{ ...sample, metric: 'other' }], records: [{ timestamp: at(2).toISOString(), body: 'x' }] },
        })
      ).status,
    ).toBe(202);
  });

  it('stores late and early samples too', async () => {
    const sample = (secondsAgo: number) => ({
      metric: 'late',
      labels: { service: 'checkout', environment: 'staging' },
      timestamp: at(secondsAgo).toISOString(),
      value: secondsAgo,
    });
    expect((await post('/api/v1/ingest/metrics', { body: { samples: [sample(1)] } })).json).toEqual({
      accepted: 1,
      duplicates: 0,
    });
    expect((await post('/api/v1/ingest/metrics', { body: { samples: [sample(3_600)] } })).json).toEqual({
      accepted: 1,
      duplicates: 0,
    });
  });

  it('redacts before anything is stored', async () => {
    const body = {
      records: [
        {
          timestamp: at(1).toISOString(),
          severity: 'error',
          body: 'login of anna@example.com with password=hunter2 and 4111 1111 1111 1111',
          labels: { service: 'checkout', environment: 'staging', api_key: 'abc123' },
        },
      ],
    };
    expect((await post('/api/v1/ingest/logs', { body })).status).toBe(202);
    const logs = await api.adapters.records.logs(api.workspaceId, {
      environment: 'staging',
      from: at(60),
      to: new Date(Date.now() + 1000),
      limit: 100,
    });
    const stored = JSON.stringify(logs);
    for (const secret of ['anna@example.com', 'hunter2', '4111 1111', 'abc123']) expect(stored).not.toContain(secret);
    expect(stored).toContain('[redacted:email]');
  });
});

describe('Alertmanager', () => {
  it('takes v4 with unknown members, once, and tells what the sender truncated', async () => {
    const body = {
      version: '4',
      groupKey: '{}:{alertname="HighErrors"}',
      truncatedAlerts: 2,
      status: 'firing',
      receiver: 'autoops',
      orgId: 1,
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'HighErrors', service: 'checkout', environment: 'prod', severity: 'page' },
          annotations: { summary: 'errors' },
          startsAt: at(60).toISOString(),
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: 'abc',
          silenceURL: 'x',
        },
      ],
    };
    expect((await post('/api/v1/ingest/alertmanager', { body })).json).toEqual({
      accepted: 1,
      duplicates: 0,
      truncated: 2,
    });
    expect((await post('/api/v1/ingest/alertmanager', { body })).json).toEqual({
      accepted: 0,
      duplicates: 1,
      truncated: 2,
    });
    expect((await post('/api/v1/ingest/alertmanager', { body: { ...body, version: '3' } })).json).toMatchObject({
      status: 400,
      errors: [{ pointer: '/version' }],
    });
  });
});

describe('CloudEvents', () => {
  it('takes single and batch, once', async () => {
    const event = (id: string) => ({
      specversion: '1.0',
      id,
      source: '/ci',
      type: 'dev.autoops.change.deploy.v1',
      time: at(5).toISOString(),
      data: { service: 'checkout', environment: 'prod', version: '2' },
    });
    const single = { body: JSON.stringify(event('1')), headers: { 'Content-Type': 'application/cloudevents+json' } };
    expect((await post('/api/v1/ingest/events', single)).json).toEqual({ accepted: 1, duplicates: 0 });
    expect(
      (
        await post('/api/v1/ingest/events', {
          body: JSON.stringify([event('1'), event('2')]),
          headers: { 'Content-Type': 'application/cloudevents-batch+json' },
        })
      ).json,
    ).toEqual({ accepted: 1, duplicates: 1 });
    expect(
      (await post('/api/v1/ingest/events', { body: [event('3'), { ...event('4'), data: {} }] })).json,
    ).toMatchObject({ status: 400, errors: [{ pointer: '/1/data/service' }, { pointer: '/1/data/environment' }] });
  });
});

describe('OTLP', () => {
  const nano = (secondsAgo: number): string => `${at(secondsAgo).getTime()}000000`;
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: 'checkout' } },
      { key: 'deployment.environment.name', value: { stringValue: 'prod' } },
    ],
  };
  it('takes metrics as JSON and tells what it rejected', async () => {
    const metrics = [
      { name: 'queue.depth', gauge: { dataPoints: [{ timeUnixNano: nano(1), asInt: '7' }] } },
      {
        name: 'requests',
        sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ timeUnixNano: nano(1), asInt: '7' }] },
      },
    ];
    const answer = await post('/v1/metrics', {
      body: { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] },
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      partialSuccess: { rejectedDataPoints: '1', errorMessage: expect.stringContaining('cumulative') },
    });
  });

  it('takes logs as JSON, gzipped', async () => {
    const body = gzipSync(
      JSON.stringify({
        resourceLogs: [
          {
            resource,
            scopeLogs: [{ logRecords: [{ timeUnixNano: nano(1), severityNumber: 17, body: { stringValue: 'boom' } }] }],
          },
        ],
      }),
    );
    const answer = await post('/v1/logs', {
      body,
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    });
    expect([answer.status, answer.text]).toEqual([200, '{}']);
  });

  it('answers protobuf in protobuf and refuses broken bytes with the place', async () => {
    const headers = { 'Content-Type': 'application/x-protobuf' };
    const answer = await post('/v1/metrics', { body: new Uint8Array(), headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    expect((await post('/v1/logs', { body: new Uint8Array([10, 255]), headers })).json).toMatchObject({
      status: 400,
      errors: [{ pointer: expect.stringMatching(/^byte \d+/) }],
    });
  });
});
