import { fileURLToPath } from 'node:url';
import { loadConfigFiles } from '@autoops/connectors';
import { Sources, Topology, type SourceConfig } from '@autoops/contracts';
import { detectShard, Indicators, parseIndicators, type DetectorCache, type DetectorConfig } from '@autoops/pipeline';
import type { Benchmark, Figure } from './figure.ts';
import { medianOf, percentile, processorSeconds } from './figure.ts';
import { SimulatedShard } from './simulated-shard.ts';

const PUSHED: SourceConfig = {
  name: 'pushed',
  type: 'push',
  targets: [],
  intervalSeconds: 1,
  latenessSeconds: 0,
  seasonSeconds: [600],
  labels: {},
  queries: [],
  auth: { kind: 'none' },
};

/** The sandbox's own configuration, and a source without declared indicators beside it. */
async function shipped(): Promise<Omit<DetectorConfig, 'now'>> {
  const { documents } = await loadConfigFiles({
    configuration: fileURLToPath(new URL('../apps/sandbox/config', import.meta.url)),
    indicatorsSchema: Indicators,
  });
  const of = (kind: string) => documents.filter((document) => document.kind === kind).map(({ body }) => body);
  return {
    indicators: of('indicators').flatMap((body) => parseIndicators(body)),
    sources: [...of('sources').flatMap((body) => Sources.parse(body).sources), PUSHED],
    topology: Topology.parse(of('topology')[0]),
    openAnomalies: [],
    openIncidents: [],
    closedIncidents: [],
    recentChanges: [],
  };
}

/** Drives one shard as a worker does, its state staying in memory; remembers how large it was when written. */
class Driven {
  readonly shard: SimulatedShard;
  ticks = 0;
  stateBytes = 0;
  readonly #config: Omit<DetectorConfig, 'now'>;
  #cache: DetectorCache | undefined;

  constructor(shard: SimulatedShard, config: Omit<DetectorConfig, 'now'>) {
    this.shard = shard;
    this.#config = config;
  }

  prepare(seconds: number): () => void {
    const batch = this.shard.batch(seconds);
    const work = this.shard.work(batch, { sequence: this.#cache?.sequence ?? 0, state: undefined });
    const now = this.shard.now;
    return () => {
      const result = detectShard(work, { ...this.#config, now }, this.#cache);
      this.#cache = result.cache;
      this.ticks += result.ticks.length;
      this.stateBytes = result.state.length;
    };
  }

  learn(): void {
    for (let round = 0; round < 10; round += 1) this.prepare(10)();
  }
}

/** The least that could be called detection: an exponential mean and deviation per series, and a test of three deviations. */
function threshold(series: number): (values: Float64Array, seriesIndex: Uint32Array) => number {
  const mean = new Float64Array(series);
  const variance = new Float64Array(series);
  return (values, seriesIndex) => {
    let beyond = 0;
    for (let at = 0; at < values.length; at += 1) {
      const one = seriesIndex[at] ?? 0;
      const off = (values[at] ?? 0) - (mean[one] ?? 0);
      if (off * off > 9 * (variance[one] ?? 0)) beyond += 1;
      mean[one] = (mean[one] ?? 0) + 0.1 * off;
      variance[one] = 0.9 * ((variance[one] ?? 0) + 0.1 * off * off);
    }
    return beyond;
  };
}

export const detectorBenchmark: Benchmark = {
  name: 'detector',
  about:
    'Samples to scored indicators in one shard, seconds of processor time, after 100 learned seconds, without the database.',
  run: async ({ quick }) => {
    const config = await shipped();
    const rounds = quick ? 3 : 9;
    const seconds = 30;

    const throughput = async (name: string, shards: readonly SimulatedShard[]): Promise<Figure[]> => {
      const driven = shards.map((shard) => new Driven(shard, config));
      for (const one of driven) one.learn();
      const series = shards.reduce((sum, shard) => sum + shard.rows.length, 0);
      const found: number[] = [];
      const scored: number[] = [];
      const floors: number[] = [];
      const floor = threshold(series);
      const ticks = () => driven.reduce((sum, one) => sum + one.ticks, 0);
      const bytes = () => driven.reduce((sum, one) => sum + one.stateBytes, 0);
      for (let round = 0; round < rounds; round += 1) {
        const parts = Array.from({ length: seconds }, () => driven.map((one) => one.prepare(1))).flat();
        for (const one of driven) one.ticks = 0;
        const spent = await processorSeconds(() => {
          for (const part of parts) part();
        });
        found.push((series * seconds) / spent);
        scored.push(ticks() / spent);
        const { value, seriesIndex } = SimulatedShard.raw(series).batch(seconds);
        let sink = 0;
        floors.push(
          (series * seconds * 50) /
            (await processorSeconds(() => {
              for (let turn = 0; turn < 50; turn += 1) sink += floor(value, seriesIndex);
            })),
        );
        if (sink < 0) throw new RangeError('A count is never negative.');
      }
      return [
        medianOf(`${name}: samples taken in and scored`, '1/s per core', found, {
          ratio: {
            to: 'an exponential mean with three deviations',
            value: percentile(found, 0.5) / percentile(floors, 0.5),
          },
          note: `${Math.round(ticks() / seconds)} scored values a second from ${series} series`,
        }),
        medianOf(`${name}: values scored`, '1/s per core', scored),
        {
          name: `${name}: state kept`,
          value: bytes() / series,
          unit: 'bytes a series',
          ratio: { to: 'the 600 values of its season as float64', value: bytes() / series / 4_800 },
          note: `${Math.round(bytes() / 1024)} KiB in all`,
        },
      ];
    };

    const small = new Driven(SimulatedShard.checkout(4), config);
    small.learn();
    const times: number[] = [];
    for (let tick = 0; tick < (quick ? 60 : 300); tick += 1) {
      const work = small.prepare(1);
      times.push((await processorSeconds(work)) * 1000);
    }
    return [
      ...(await throughput(
        '1,000 raw series of four services',
        Array.from({ length: 4 }, () => SimulatedShard.raw(250)),
      )),
      ...(await throughput('41 replicas behind declared indicators', [SimulatedShard.checkout(41)])),
      medianOf(`one second of the sandbox's checkout (${small.shard.rows.length} series)`, 'ms', times, {
        ratio: { to: 'the second it has', value: percentile(times, 0.5) / 1000 },
        note: `p99 ${percentile(times, 0.99).toFixed(1)} ms`,
      }),
    ];
  },
};
