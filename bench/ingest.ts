import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProduct } from '../tests/product.ts';
import { part } from '../tests/programs.ts';
import { freePort } from '@autoops/local-postgres';
import { createToken, eventually } from '../tests/stock/programs-of-others.ts';
import { REMOTE_WRITE_HEADERS, remoteWrite1 } from '../tests/stock/remote-write.ts';
import type { Benchmark, Figure } from './figure.ts';
import { medianOf, percentile } from './figure.ts';

const BATCH = 2_000;
const SERIES = 10_000;
const SERVICES = 20;

/** A receiver of remote-write: where to send, and as whom. */
type Receiver = { readonly name: string; readonly url: string; readonly headers: Readonly<Record<string, string>> };

const labelsOf = (lane: number, series: number) => ({
  __name__: `bench_requests_${series % 5}_total`,
  environment: 'bench',
  service: `service-${series % SERVICES}`,
  instance: `10.0.${lane}.${Math.floor(series / 250)}:9100`,
  path: `/api/resource/${series}`,
});

/** Requests of one sender: `scrapes` scrapes a second apart, each of all its series, in batches. Made before the clock runs. */
function requests(lane: number, lanes: number, scrapes: number, startMs: number): Uint8Array<ArrayBuffer>[] {
  const own = Array.from({ length: SERIES / lanes }, (_, place) => labelsOf(lane, place * lanes + lane));
  return Array.from({ length: scrapes }, (_, scrape) => scrape).flatMap((scrape) =>
    Array.from({ length: Math.ceil(own.length / BATCH) }, (_, batch) =>
      remoteWrite1(
        own.slice(batch * BATCH, (batch + 1) * BATCH).map((labels, place) => ({
          labels,
          samples: [{ at: startMs + scrape * 1000, value: scrape * (1 + (place % 7)) }],
        })),
      ),
    ),
  );
}

/** Sends everything over as many connections as there are lanes; answers samples a second. Whoever says 429 is asked again. */
async function send(
  receiver: Receiver,
  lanes: readonly (readonly Uint8Array<ArrayBuffer>[])[],
  samples: number,
): Promise<{ rate: number; refused: number }> {
  let refused = 0;
  const start = performance.now();
  await Promise.all(
    lanes.map(async (bodies) => {
      for (const body of bodies) {
        for (;;) {
          const response = await fetch(receiver.url, {
            method: 'POST',
            headers: { ...REMOTE_WRITE_HEADERS['1.0'], ...receiver.headers },
            body,
          });
          await response.arrayBuffer();
          if (response.status === 204 || response.status === 200) break;
          if (response.status !== 429) throw new Error(`${receiver.name} answered ${response.status}`);
          refused += 1;
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
      }
    }),
  );
  return { rate: samples / ((performance.now() - start) / 1000), refused };
}

/** A real Prometheus as a receiver, or undefined where there is none. */
async function startPrometheus(): Promise<{ readonly receiver: Receiver; stop(): Promise<void> } | undefined> {
  const program = part('prometheus');
  if (program === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'autoops-bench-prometheus-'));
  writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    program,
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${new URL(url).host}`,
      '--web.enable-remote-write-receiver',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await eventually('ready Prometheus', 30, async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined));
  return {
    receiver: { name: 'Prometheus', url: `${url}/api/v1/write`, headers: {} },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  about: `Remote-write 1.0 in batches of ${BATCH} samples over ${SERIES} series into API and embedded PostgreSQL, the worker scoring meanwhile; an answer means stored. Sender and receiver share the machine.`,
  run: async ({ quick }) => {
    const rounds = quick ? 2 : 5;
    const scrapes = quick ? 5 : 12;
    const product = await startProduct({ env: { AUTOOPS_DEMO: 'off' } });
    const prometheus = await startPrometheus();
    try {
      const token = await createToken(product.dataDir, '--role', 'ingest', '--source', 'bench');
      const ours: Receiver = {
        name: 'AutoOps',
        url: new URL('/api/v1/ingest/prometheus', product.url).href,
        headers: { authorization: `Bearer ${token}` },
      };
      const stored = async () =>
        Number(
          /^autoops_ingest_samples_total (\d+)/m.exec(
            await (await fetch(new URL('/metrics', product.url))).text(),
          )?.[1],
        );
      let at = Date.now() - 3_000_000;
      let sent = 0;
      const before = await stored();
      const figures: Figure[] = [];
      for (const lanes of [1, 4]) {
        const [found, peers]: [number[], number[]] = [[], []];
        let refused = 0;
        for (let round = 0; round <= rounds; round += 1) {
          const bodies = Array.from({ length: lanes }, (_, lane) => requests(lane, lanes, scrapes, at));
          at += scrapes * 1000;
          const samples = SERIES * scrapes;
          const mine = await send(ours, bodies, samples);
          sent += samples;
          const peer = prometheus === undefined ? undefined : await send(prometheus.receiver, bodies, samples);
          if (round === 0) continue; // new series, cold caches
          found.push(mine.rate);
          refused += mine.refused;
          if (peer !== undefined) peers.push(peer.rate);
        }
        const name = lanes === 1 ? 'one connection' : `${lanes} connections`;
        figures.push(
          medianOf(`stored, ${name}`, 'samples/s', found, {
            ...(peers.length === 0
              ? {}
              : { ratio: { to: 'Prometheus', value: percentile(found, 0.5) / percentile(peers, 0.5) } }),
            note: peers.length === 0 ? 'Prometheus is not installed: no ratio' : `answered 429: ${refused}`,
          }),
        );
        if (peers.length > 0)
          figures.push(
            medianOf(`Prometheus ${lanes === 1 ? 'on one connection' : `on ${lanes} connections`}`, 'samples/s', peers),
          );
      }
      const missing = sent - ((await stored()) - before);
      figures.push({ name: 'sent and not stored', value: missing, unit: `of ${sent} samples` });
      return figures;
    } finally {
      await prometheus?.stop();
      await product.stop();
    }
  },
};
