import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startProduct, type Product } from '../product.ts';
import { createToken, openDatabase, run, type Running } from './programs-of-others.ts';

const SERVICE = fileURLToPath(new URL('instrumented-service.ts', import.meta.url));
const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

describe('a stock OpenTelemetry SDK', () => {
  let product: Product;
  let token: string;
  beforeAll(async () => {
    product = await startProduct({ env: { AUTOOPS_DEMO: 'off' } });
    token = await createToken(product.dataDir, '--role', 'ingest', '--source', 'opentelemetry');
  });
  afterAll(() => product?.stop());

  /** What an attempt stored is not there for the next. */
  let attempts = 0;
  const fresh = (name: string): string => `${name}-${(attempts += 1)}`;

  /** The service with the variables of docs/reference/ingest.md; intervals shortened, so that a test sees many exports. */
  function start(name: string, protocol: 'http/protobuf' | 'http/json', seconds: number): Running {
    return run(process.execPath, [SERVICE, String(seconds)], {
      OTEL_EXPORTER_OTLP_ENDPOINT: product.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${token}`,
      OTEL_SERVICE_NAME: name,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_METRIC_EXPORT_TIMEOUT: '500',
      OTEL_BLRP_SCHEDULE_DELAY: '500',
    });
  }

  /** What of a service is stored: log records and the numbers in them, and the last value of each of its counters. */
  async function stored(service: string) {
    const database = await openDatabase(product.dataDir);
    try {
      const records = await database.query<{ number: number }>(
        "select (labels ->> 'number')::int as number from logs where service = $1 and environment = 'prod' order by 1",
        [service],
      );
      const counters = await database.query<{ metric: string; labels: Record<string, string>; last: number }>(
        `select metric, labels, (select value from samples p where p.workspace_id = s.workspace_id and p.series_id = s.id order by at desc limit 1) as last
         from series s where labels ->> 'service' = $1 and labels ->> 'environment' = 'prod'`,
        [service],
      );
      const last = (metric: string, labels: Record<string, string> = {}) =>
        counters.rows.find(
          (row) => row.metric === metric && Object.entries(labels).every(([name, value]) => row.labels[name] === value),
        )?.last;
      return { numbers: records.rows.map(({ number }) => number), last };
    } finally {
      await database.end();
    }
  }

  async function expectAll(service: string, running: Running): Promise<void> {
    expect(await running.ended).toBe(0);
    const { written } = z
      .object({ written: z.number() })
      .parse(JSON.parse(running.output().trim().split('\n').at(-1) ?? ''));
    const { numbers, last } = await stored(service);
    expect(numbers).toEqual(Array.from({ length: written }, (_, number) => number));
    expect([last('stock_orders_total', { lane: 'even' }), last('stock_orders_total', { lane: 'odd' })]).toEqual([
      Math.ceil(written / 2),
      Math.floor(written / 2),
    ]);
    expect(last('stock_duration_seconds_count')).toBe(written);
    expect(last('stock_duration_seconds_bucket', { le: '+Inf' })).toBe(written);
  }

  it.each(['http/protobuf', 'http/json'] as const)('hands in everything once by %s', async (protocol) => {
    const name = fresh(`service-${protocol.slice(5)}`);
    await expectAll(name, start(name, protocol, 4));
  });

  it('loses nothing while the API is killed and comes back', async () => {
    const name = fresh('service-restart');
    const running = start(name, 'http/protobuf', 10);
    await sleep(3);
    const { api } = product.pids();
    if (api !== undefined) process.kill(api, 'SIGKILL');
    await expectAll(name, running);
  });

  it('loses nothing while the product is behind and answers 429', async () => {
    const name = fresh('service-behind');
    const running = start(name, 'http/protobuf', 8);
    await sleep(2);
    const database = await openDatabase(product.dataDir);
    const flood = await createToken(product.dataDir, '--role', 'ingest', '--source', 'flood');
    await database.query('begin; lock table shards in access exclusive mode');
    const statuses = Array.from({ length: 60 }, async (_, place) => {
      const response = await fetch(new URL('/api/v1/ingest/metrics', product.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${flood}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          samples: [
            { metric: 'flood', labels: { place: String(place) }, timestamp: new Date().toISOString(), value: place },
          ],
        }),
      });
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    });
    await sleep(3);
    await database.query('commit');
    await database.end();
    const answers = await Promise.all(statuses);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(60 - refused.length);
    await expectAll(name, running);
  });
});
