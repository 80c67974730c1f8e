import protobuf from 'protobufjs/minimal.js';
import { encodeOtlp } from '../../otlp/descriptor.ts';

/** A body of each ingest route as its senders write it, small enough to be mutated in every place. `at` in ms since the epoch. */
export interface ValidBody {
  readonly route: string;
  readonly contentType: string;
  readonly encoding: 'identity' | 'snappy';
  readonly bytes: Uint8Array;
}

const LABELS = { service: 'checkout', environment: 'staging', instance: '10.0.0.1:9100' };

/** Bodies of all routes; `mark` is part of every series, record, alert and event, so that what came of it can be found. */
export function validBodies(at: number, mark: string): readonly ValidBody[] {
  const time = new Date(at).toISOString();
  const json = (route: string, body: object, contentType = 'application/json'): ValidBody => ({
    route,
    contentType,
    encoding: 'identity',
    bytes: new TextEncoder().encode(JSON.stringify(body)),
  });
  const samples = [0, 1, 2].map((n) => ({
    metric: mark,
    labels: { ...LABELS, n: String(n) },
    timestamp: time,
    value: n,
    type: 'gauge',
  }));
  const records = ['info', 'error'].map((severity) => ({
    timestamp: time,
    severity,
    body: `${mark} ${severity} \u00e9`,
    labels: { ...LABELS, mark },
  }));
  const event = (id: string) => ({
    specversion: '1.0',
    id,
    source: mark,
    type: 'dev.autoops.change.deploy.v1',
    time,
    data: { service: 'checkout', environment: 'staging', version: '7f3e', extra: { nested: [1, null, 'x'] } },
  });
  const alerts = ['firing', 'resolved'].map((status) => ({
    status,
    labels: { alertname: mark, ...LABELS, severity: 'critical' },
    annotations: { summary: `${mark} is bad` },
    startsAt: time,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://127.0.0.1/graph',
    fingerprint: `${mark}${status}`,
  }));
  const webhook = { version: '4', groupKey: `{}:{alertname="${mark}"}`, truncatedAlerts: 0, status: 'firing', alerts };
  const [metrics, logs] = [otlpMetrics(at, mark), otlpLogs(at, mark)];
  const binary = (route: string, bytes: Uint8Array): ValidBody => ({
    route,
    contentType: 'application/x-protobuf',
    encoding: 'identity',
    bytes,
  });
  return [
    { ...binary('/api/v1/ingest/prometheus', remoteWrite1(at, mark)), encoding: 'snappy' },
    {
      ...binary('/api/v1/ingest/prometheus', remoteWrite2(at, mark)),
      contentType: 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
      encoding: 'snappy',
    },
    json('/api/v1/ingest/alertmanager', webhook),
    json('/api/v1/ingest/metrics', { samples }),
    json('/api/v1/ingest/logs', { records }),
    json('/api/v1/ingest/events', event(mark), 'application/cloudevents+json'),
    json('/api/v1/ingest/events', [event(`${mark}-1`), event(`${mark}-2`)], 'application/cloudevents-batch+json'),
    json('/api/v1/ingest', { samples, records, events: [event(`${mark}-3`)] }),
    json('/v1/metrics', metrics),
    binary('/v1/metrics', encodeOtlp('metrics', metrics)),
    json('/v1/logs', logs),
    binary('/v1/logs', encodeOtlp('logs', logs)),
  ];
}

const named = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));

function remoteWrite1(at: number, mark: string): Uint8Array {
  const writer = protobuf.Writer.create();
  for (let series = 0; series < 3; series += 1) {
    writer.uint32(10).fork();
    for (const [name, value] of named({ __name__: mark, ...LABELS, series: String(series) }))
      writer.uint32(10).fork().uint32(10).string(name).uint32(18).string(value).ldelim();
    for (const sample of [0, 1])
      writer
        .uint32(18)
        .fork()
        .uint32(9)
        .double(series)
        .uint32(16)
        .int64(at - sample * 1000)
        .ldelim();
    writer.ldelim();
  }
  return writer.finish();
}

function remoteWrite2(at: number, mark: string): Uint8Array {
  const pairs = named({ __name__: mark, ...LABELS });
  const writer = protobuf.Writer.create();
  for (const symbol of ['', ...pairs.flat()]) writer.uint32(34).string(symbol);
  writer.uint32(42).fork().uint32(10).fork();
  for (let reference = 1; reference <= pairs.length * 2; reference += 1) writer.uint32(reference);
  writer.ldelim();
  writer.uint32(18).fork().uint32(9).double(1).uint32(16).int64(at).ldelim();
  writer.uint32(26).fork().uint32(8).uint64(3).ldelim(); // a native histogram
  return writer.ldelim().finish();
}

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const resource = {
  attributes: [attribute('service.name', 'checkout'), attribute('deployment.environment.name', 'staging')],
};

function otlpMetrics(at: number, mark: string): object {
  const timeUnixNano = `${at}000000`;
  const metrics = [
    {
      name: mark,
      unit: 's',
      gauge: { dataPoints: [{ timeUnixNano, asDouble: 1.5, attributes: [attribute('a', 'b')] }] },
    },
    { name: mark, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ timeUnixNano, asInt: '7' }] } },
    {
      name: mark,
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [{ timeUnixNano, count: '3', sum: 1.5, bucketCounts: ['1', '2'], explicitBounds: [1] }],
      },
    },
    {
      name: mark,
      summary: { dataPoints: [{ timeUnixNano, count: '3', sum: 2, quantileValues: [{ quantile: 0.5, value: 1 }] }] },
    },
  ];
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
}

function otlpLogs(at: number, mark: string): object {
  const list = { arrayValue: { values: [{ stringValue: 'x' }, { kvlistValue: { values: [attribute('k', 'v')] } }] } };
  const logRecords = [
    {
      timeUnixNano: `${at}000000`,
      severityNumber: 17,
      body: { stringValue: mark },
      attributes: [attribute('mark', mark)],
    },
    { observedTimeUnixNano: `${at}000001`, severityText: 'WARN', body: list, attributes: [attribute('mark', mark)] },
  ];
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}
