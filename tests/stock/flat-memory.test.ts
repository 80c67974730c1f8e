import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { compress } from 'snappyjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from '../product.ts';
import { createToken } from './programs-of-others.ts';

const MIB = 1024 * 1024;
const ROUNDS = 4;
/** Bodies of one round that are on their way at the same time. */
const AT_ONCE = 4;
/** What a round may leave behind: the collector gives memory back late, and never all of it. A leak of one body a round is 50 MiB. */
const MOST_GROWTH = 128 * MIB;
/** What the API may take in all, whatever is sent to it: it rests at about 330 MiB. */
const MOST_RESIDENT = 1_100 * MIB;

interface Attack {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly statuses: readonly number[];
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_ROUTES = ['', '/metrics', '/logs', '/events', '/alertmanager'].map((path) => `/api/v1/ingest${path}`);
const OTLP_ROUTES = ['/v1/metrics', '/v1/logs'];

/** One of each kind of body that takes more memory than it looks like. Made once: the sender is not what is measured. */
function attacks(): readonly Attack[] {
  const huge = new Uint8Array(50 * MIB).fill(0x20);
  const bomb = gzipSync(new Uint8Array(200 * MIB).fill(0x20));
  const values = gzipSync(`{"samples":[${'1,'.repeat(20_000_000)}1]}`);
  const faults = gzipSync(`{"resourceMetrics":[{"scopeMetrics":[{"metrics":[${'{},'.repeat(600_000)}1]}]}]}`);
  const nothing = new Uint8Array(8 * MIB);
  for (let at = 0; at < nothing.length; at += 2) nothing[at] = 0x0a; // field 1, a message of no bytes, four million times
  const snappy = (bytes: Uint8Array) => new Uint8Array(compress(bytes));
  const remote = { ...PROTOBUF, 'content-encoding': 'snappy' };
  return [
    ...[...JSON_ROUTES, ...OTLP_ROUTES].flatMap((path) => [
      { name: '50 MiB', path, headers: JSON_TYPE, body: huge, statuses: [413] },
      {
        name: 'gzip of 200 MiB',
        path,
        headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
        body: bomb,
        statuses: [413],
      },
    ]),
    { name: '50 MiB', path: '/api/v1/ingest/prometheus', headers: remote, body: huge, statuses: [413] },
    {
      name: 'snappy that declares 60 MiB',
      path: '/api/v1/ingest/prometheus',
      headers: remote,
      body: Uint8Array.of(0x80, 0x80, 0x80, 0x1e, 0, 0),
      statuses: [400],
    },
    {
      name: 'snappy of four million empty messages',
      path: '/api/v1/ingest/prometheus',
      headers: remote,
      body: snappy(nothing),
      statuses: [400],
    },
    {
      name: 'twenty million values',
      path: '/api/v1/ingest/metrics',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: values,
      statuses: [400],
    },
    {
      name: 'six hundred thousand faults',
      path: '/v1/metrics',
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: faults,
      statuses: [400],
    },
    ...OTLP_ROUTES.map((path) => ({
      name: 'four million empty messages',
      path,
      headers: { ...PROTOBUF, 'content-encoding': 'gzip' },
      body: gzipSync(nothing),
      statuses: [400],
    })),
  ];
}

describe('the API under bodies that are too large', () => {
  let product: Product;
  let token: string;
  beforeAll(async () => {
    product = await startProduct({ env: { AUTOOPS_DEMO: 'off' } });
    token = await createToken(product.dataDir, '--role', 'ingest', '--source', 'hostile');
  });
  afterAll(() => product?.stop());

  /** Sends with or without a declared length, and reads the answer while the body may still be on its way. */
  function send({ path, headers, body }: Attack, chunked: boolean): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, product.url), {
        method: 'POST',
        agent: false,
        headers: {
          authorization: `Bearer ${token}`,
          ...headers,
          ...(chunked ? {} : { 'content-length': String(body.length) }),
        },
      });
      call.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.once('error', reject);
      });
      call.once('error', reject);
      call.end(body);
    });
  }

  const resident = (): number => {
    const { api } = product.pids();
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${api}/status`, 'utf8'))?.[1]) * 1024;
  };
  const counted = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await fetch(new URL('/metrics', product.url))).text())?.[1]);

  it('answers each with a problem, stores nothing, and its memory stays flat', async () => {
    const all = attacks();
    const { api } = product.pids();
    const after: number[] = [];
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, resident())), 50);
    for (let round = 0; round < ROUNDS; round += 1) {
      const waiting = [...all];
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
            const { status, text } = await send(one, round % 2 === 1);
            const name = `${one.name} to ${one.path}: ${status} ${text.slice(0, 300)}`;
            expect([...one.statuses, 429], name).toContain(status);
            expect(JSON.parse(text), name).toMatchObject({ status, code: expect.any(String) });
          }
        }),
      );
      after.push(resident());
    }
    clearInterval(watch);
    const shown = `MiB after each round: ${after.map((bytes) => Math.round(bytes / MIB)).join(', ')}; peak ${Math.round(peak / MIB)}`;
    console.info(shown);
    expect(product.pids()['api'], 'the same process as before').toBe(api);
    expect((after.at(-1) ?? 0) - (after[1] ?? 0), shown).toBeLessThan(MOST_GROWTH);
    expect(peak, shown).toBeLessThan(MOST_RESIDENT);
    expect(await counted('autoops_ingest_samples_total')).toBe(0);
    const sample = { metric: 'm', labels: {}, timestamp: new Date().toISOString(), value: 1 };
    const valid = await fetch(new URL('/api/v1/ingest/metrics', product.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...JSON_TYPE },
      body: JSON.stringify({ samples: [sample] }),
    });
    expect(await valid.json()).toEqual({ accepted: 1, duplicates: 0 });
  });
});
