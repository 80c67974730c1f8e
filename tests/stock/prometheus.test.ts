import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { needs, requirePart } from '../parts.ts';
import { startProduct, type Product } from '../product.ts';
import { freePort } from '@autoops/local-postgres';
import { createToken, eventually, openDatabase, run, scratch, type Running } from './programs-of-others.ts';
import { REMOTE_WRITE_HEADERS, remoteWrite2 } from './remote-write.ts';

const SERIES = 300;
const Answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

/** Samples by series, `time in ms=value` in order of time. */
type Held = Map<string, readonly string[]>;

const key = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const number = (value: number): string => (Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf');

/** Serves an exposition whose every scrape differs: counters, gauges, an infinity, an escaped label. */
async function exposition(): Promise<Server> {
  let scrapes = 0;
  const server = createServer((_request, response) => {
    scrapes += 1;
    const lines = ['# TYPE stock_requests_total counter', '# TYPE stock_level gauge'];
    for (let place = 0; place < SERIES; place += 1) {
      const labels = `service="shop-${place % 7}",environment="prod",place="${place}"`;
      lines.push(
        place % 2 === 0
          ? `stock_requests_total{${labels}} ${scrapes * (place + 1)}`
          : `stock_level{${labels}} ${Math.sin(scrapes + place)}`,
      );
    }
    lines.push(
      'stock_bound{le="+Inf"} +Inf',
      String.raw`stock_path{path="C:\\x \"y\" é"} ${scrapes}`.replace('${scrapes}', String(scrapes)),
    );
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

needs('prometheus')('a stock Prometheus', () => {
  const folder = scratch();
  const home = scratch();
  let product: Product;
  let prometheus: Running;
  let target: Server;
  let api: string;

  beforeAll(async () => {
    product = await startProduct({ dataDir: home.path, env: { AUTOOPS_DEMO: 'off' } });
    const tokenFile = join(folder.path, 'autoops-token');
    writeFileSync(tokenFile, await createToken(product.dataDir, '--role', 'ingest', '--source', 'prometheus'), {
      mode: 0o600,
    });
    target = await exposition();
    const config = join(folder.path, 'prometheus.yml');
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:${(target.address() as AddressInfo).port}'] }]
remote_write:
  - url: ${new URL('/api/v1/ingest/prometheus', product.url).href}
    authorization: { credentials_file: ${tokenFile} }
`,
    );
    const own = await freePort();
    api = `http://127.0.0.1:${own}`;
    prometheus = run(requirePart('prometheus'), [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${own}`,
      '--log.level=warn',
    ]);
    await eventually('ready Prometheus', 30, async () => ((await fetch(`${api}/-/ready`)).ok ? true : undefined));
  });
  afterAll(async () => {
    await prometheus?.stop();
    target?.close();
    await product?.stop();
    folder.remove();
    home.remove();
  });

  /** What Prometheus holds of job `shop` from one moment (excluded) to another, in seconds since the epoch. */
  async function held(from: number, to: number): Promise<Held> {
    const query = `{job="shop"}[${to - from}s]`;
    const response = await fetch(`${api}/api/v1/query?${new URLSearchParams({ query, time: String(to) }).toString()}`);
    const { data } = Answer.parse(await response.json());
    return new Map(
      data.result.map(({ metric, values }) => [
        key(metric),
        values
          .filter(([at]) => at > from)
          .map(([at, value]) => `${Math.round(at * 1000)}=${number(Number(value.replace('Inf', 'Infinity')))}`),
      ]),
    );
  }

  /** What is stored in the same time. A series that were stored under two identities would be there twice, and is told as such. */
  async function stored(from: number, to: number): Promise<Held> {
    const database = await openDatabase(home.path);
    try {
      const { rows } = await database.query<{ metric: string; labels: Record<string, string>; samples: string[] }>(
        `select s.metric, s.labels, array_agg((extract(epoch from p.at) * 1000)::bigint || '=' || p.value order by p.at) as samples
         from series s join samples p on p.workspace_id = s.workspace_id and p.series_id = s.id
         where s.source = 'prometheus' and s.labels ->> 'job' = 'shop' and p.value <> 'NaN'
           and p.at > to_timestamp($1) and p.at <= to_timestamp($2) group by s.workspace_id, s.id`,
        [from, to],
      );
      const found: Held = new Map();
      for (const { metric, labels, samples } of rows) {
        const name = key({ ...labels, __name__: metric });
        if (found.has(name)) throw new Error(`${name} has two series`);
        found.set(
          name,
          samples.map((sample) => {
            const [at, value] = sample.split('=');
            return `${at}=${number(Number(value))}`;
          }),
        );
      }
      return found;
    } finally {
      await database.end();
    }
  }

  it('loses nothing and doubles nothing, over a killed API and a restart of the whole product', async () => {
    const from = Math.ceil(Date.now() / 1000);
    const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await sleep(6);
    const { api: pid } = product.pids();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await sleep(6);
    const { port } = new URL(product.url);
    await product.stop();
    await sleep(2);
    product = await startProduct({ dataDir: home.path, env: { AUTOOPS_DEMO: 'off', AUTOOPS_PORT: port } });
    await sleep(4);
    const to = Math.floor(Date.now() / 1000) - 1;
    const theirs = await held(from, to);
    expect(theirs.size).toBeGreaterThanOrEqual(SERIES);
    const count = [...theirs.values()].reduce((sum, samples) => sum + samples.length, 0);
    expect(count).toBeGreaterThan(SERIES * 12);
    const ours = await eventually(
      'complete copy of what Prometheus holds',
      60,
      async () => {
        const now = await stored(from, to);
        const there = [...now.values()].reduce((sum, samples) => sum + samples.length, 0);
        return there >= count ? now : undefined;
      },
      1_000,
    ).catch(() => stored(from, to));
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  });

  it('is stored by remote-write 2.0 as well, once however often it is sent', async () => {
    const token = await createToken(home.path, '--role', 'ingest', '--source', 'prometheus');
    const at = Math.floor(Date.now() / 1000) * 1000 - 10_000;
    const body = remoteWrite2(
      Array.from({ length: 50 }, (_, place) => ({
        labels: { __name__: 'stock_second', service: 'shop', environment: 'prod', place: String(place) },
        samples: Array.from({ length: 4 }, (__, second) => ({ at: at + second * 1000, value: place + second / 10 })),
      })),
    );
    for (let time = 0; time < 3; time += 1) {
      const response = await fetch(new URL('/api/v1/ingest/prometheus', product.url), {
        method: 'POST',
        headers: { ...REMOTE_WRITE_HEADERS['2.0'], authorization: `Bearer ${token}` },
        body,
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('x-prometheus-remote-write-samples-written')).toBe('200');
    }
    const database = await openDatabase(home.path);
    try {
      const { rows } = await database.query(
        `select count(*)::int as samples, count(distinct s.id)::int as series, round(sum(p.value)::numeric, 6)::float8 as sum
         from series s join samples p on p.workspace_id = s.workspace_id and p.series_id = s.id where s.metric = 'stock_second'`,
      );
      expect(rows).toEqual([{ samples: 200, series: 50, sum: 4 * ((49 * 50) / 2) + 50 * 0.6 }]);
    } finally {
      await database.end();
    }
  });
});
