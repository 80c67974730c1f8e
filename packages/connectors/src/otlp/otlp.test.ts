import { describe, expect, it } from 'vitest';
import { encodeOtlp, decodeOtlp } from './descriptor.ts';
import { parseOtlpLogs } from './otlp-logs.ts';
import { parseOtlpMetrics } from './otlp-metrics.ts';

const AT = 1_800_000_000_000;
const NANO = `${AT}000000`;
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const resource = {
  attributes: [
    attribute('service.name', 'Check Out'),
    attribute('deployment.environment', 'prod'),
    attribute('service.instance.id', 'a1'),
    attribute('host.name', 'h'),
  ],
};
const requestOf = (metrics: object[]) => ({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
const HISTOGRAM = {
  name: 'http.server.request.duration',
  unit: 's',
  histogram: {
    aggregationTemporality: 2,
    dataPoints: [
      {
        attributes: [attribute('http.route', '/pay')],
        timeUnixNano: NANO,
        count: '6',
        sum: 4.5,
        bucketCounts: ['1', '2', '3'],
        explicitBounds: [0.5, 1],
      },
    ],
  },
};
const parsed = (bytes: Uint8Array, encoding: 'json' | 'protobuf') => {
  const result = parseOtlpMetrics(bytes, encoding, 'otel', new Date(AT));
  if (!result.ok) throw new Error(result.detail);
  const { series, samples } = result.batch;
  return {
    rejected: result.rejected,
    message: result.message,
    rows: [...samples.seriesIndex].map((index, at) => [
      series[index]?.metric,
      series[index]?.labels,
      samples.timestampMs[at],
      samples.value[at],
    ]),
  };
};

describe('OTLP metrics', () => {
  it('give the same rows in either encoding: cumulative buckets, sum and count', () => {
    const request = requestOf([HISTOGRAM]);
    const json = parsed(Buffer.from(JSON.stringify(request)), 'json');
    const labels = { service: 'check-out', environment: 'prod', instance: 'a1', http_route: '/pay' };
    expect(json.rows).toEqual([
      ['http_server_request_duration_seconds_bucket', { ...labels, le: '0.5' }, AT, 1],
      ['http_server_request_duration_seconds_bucket', { ...labels, le: '1' }, AT, 3],
      ['http_server_request_duration_seconds_bucket', { ...labels, le: '+Inf' }, AT, 6],
      ['http_server_request_duration_seconds_count', labels, AT, 6],
      ['http_server_request_duration_seconds_sum', labels, AT, 4.5],
    ]);
    expect(parsed(encodeOtlp('metrics', request), 'protobuf')).toEqual(json);
  });

  it('take gauges, cumulative sums and summaries', () => {
    const { rows } = parsed(
      Buffer.from(
        JSON.stringify(
          requestOf([
            { name: 'queue.depth', gauge: { dataPoints: [{ timeUnixNano: NANO, asInt: '7' }] } },
            {
              name: 'requests',
              sum: {
                aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
                isMonotonic: true,
                dataPoints: [{ timeUnixNano: NANO, asDouble: 2.5 }],
              },
            },
            {
              name: 'rpc',
              summary: {
                dataPoints: [{ timeUnixNano: NANO, count: 3, sum: 9, quantileValues: [{ quantile: 0.5, value: 2 }] }],
              },
            },
          ]),
        ),
      ),
      'json',
    );
    expect(
      rows.map(([name, labels, , value]) => [name, (labels as Record<string, string>)['quantile'], value]),
    ).toEqual([
      ['queue_depth', undefined, 7],
      ['requests_total', undefined, 2.5],
      ['rpc', '0.5', 2],
      ['rpc_count', undefined, 3],
      ['rpc_sum', undefined, 9],
    ]);
  });

  it('reject point by point what has no meaning here, and say why', () => {
    const answer = parsed(
      Buffer.from(
        JSON.stringify(
          requestOf([
            {
              name: 'delta',
              sum: {
                aggregationTemporality: 1,
                isMonotonic: true,
                dataPoints: [
                  { timeUnixNano: NANO, asInt: 1 },
                  { timeUnixNano: NANO, asInt: 2 },
                ],
              },
            },
            { name: 'exp', exponentialHistogram: { dataPoints: [{}] } },
            { name: 'timeless', gauge: { dataPoints: [{ asInt: 1 }] } },
            { name: 'unrecorded', gauge: { dataPoints: [{ timeUnixNano: NANO, flags: 1 }] } },
            { name: 'good', gauge: { dataPoints: [{ timeUnixNano: NANO, asInt: 1 }] } },
          ]),
        ),
      ),
      'json',
    );
    expect(answer.rejected).toBe(4);
    expect(answer.message).toContain('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative');
    expect(answer.rows.map(([name]) => name)).toEqual(['good']);
  });
});

describe('OTLP logs', () => {
  it('give the same records in either encoding', () => {
    const request = {
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: NANO,
                  severityNumber: 18,
                  body: { kvlistValue: { values: [attribute('message', 'boom')] } },
                  attributes: [attribute('code.function', 'pay')],
                },
                { observedTimeUnixNano: NANO, severityText: 'WARNING', body: { stringValue: 'slow' } },
              ],
            },
          ],
        },
      ],
    };
    const read = (bytes: Uint8Array, encoding: 'json' | 'protobuf') => {
      const result = parseOtlpLogs(bytes, encoding, 'otel', new Date(AT + 5_000));
      return result.ok ? result.batch.logs : result;
    };
    const json = read(Buffer.from(JSON.stringify(request)), 'json');
    expect(json).toEqual([
      {
        timestamp: new Date(AT).toISOString(),
        severity: 'error',
        body: '{"message":"boom"}',
        labels: { code_function: 'pay', service: 'check-out', environment: 'prod', instance: 'a1' },
      },
      {
        timestamp: new Date(AT).toISOString(),
        severity: 'warn',
        body: 'slow',
        labels: { service: 'check-out', environment: 'prod', instance: 'a1' },
      },
    ]);
    expect(read(encodeOtlp('logs', request), 'protobuf')).toEqual(json);
    expect(decodeOtlp('logs', new Uint8Array())).toEqual({});
  });
});
