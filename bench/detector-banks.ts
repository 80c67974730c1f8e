import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  emptyDeepScore,
  engineConfiguration,
  FastBank,
  fastConfiguration,
  readFastBank,
  readWideBank,
  WideBank,
  writeFastBank,
  writeWideBank,
  type Preset,
} from '@autoops/pipeline';
import type { Benchmark } from './figure.ts';
import { medianOf, percentile, processorSeconds } from './figure.ts';

const SERIES = 10_000;
const STEP_MS = 15_000;
const HOSTILE = [Number.NaN, Infinity, -Infinity, 1e308, -1e308, 0, -0, Number.MIN_VALUE, 7, 7, 1, 0];

/** Values of a round of all series: noise around levels of their own, from a small generator (mulberry32), made before timing. */
function rounds(count: number): Float64Array[] {
  let state = 1;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Array.from({ length: count }, (_, round) =>
    Float64Array.from(
      { length: SERIES },
      (_, series) =>
        (series % 97) + 10 * Math.sin((2 * Math.PI * round) / 240 + series) + uniform() + uniform() + uniform(),
    ),
  );
}

/** A forced collection, so that only what is kept is counted. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** A tier whose series lie in one bank, and what is asked of it. */
interface BankTier {
  readonly name: 'wide' | 'fast';
  readonly configuration: string;
  readonly asked: { readonly perSecond: number; readonly inWords: string };
  readonly open: (series: number, preset: Preset) => WideBank | FastBank;
  readonly restarted: (bank: WideBank | FastBank) => { readonly before: Uint8Array; readonly after: Uint8Array };
}

const WIDE: BankTier = {
  name: 'wide',
  configuration: engineConfiguration().digest,
  asked: { perSecond: 1e6, inWords: 'the million that is asked for' },
  open: (series, preset) => new WideBank({ series, preset }),
  restarted: (bank) => {
    const before = writeWideBank(bank as WideBank);
    return { before, after: writeWideBank(readWideBank(before)) };
  },
};
const FAST: BankTier = {
  name: 'fast',
  configuration: fastConfiguration(),
  asked: { perSecond: 8e6, inWords: 'the 8 million that are asked for' },
  open: (series, preset) => new FastBank({ series, preset }),
  restarted: (bank) => {
    const before = writeFastBank(bank as FastBank);
    return { before, after: writeFastBank(readFastBank(before)) };
  },
};

const benchmarkOf = ({ name, configuration, asked, open, restarted }: BankTier): Benchmark => ({
  name: `detector-${name}`,
  title: `Detector, ${name} tier`,
  about: `Engine ${engineConfiguration().version}, configuration \`${configuration}\`: ${SERIES.toLocaleString('en')} live series in one bank, both axes and the alarm policy for each sample, one thread, after 200 rounds of warm-up.`,
  run: async ({ quick }) => {
    const collect = collector();
    const bank = open(SERIES, 'precise');
    const out = emptyDeepScore();
    const values = rounds(100);
    let at = 0;
    const round = (): void => {
      const row = values[(at / STEP_MS) % values.length] as Float64Array;
      for (let series = 0; series < SERIES; series += 1) bank.step(series, at, row[series] as number, out);
      at += STEP_MS;
    };
    for (let warm = 0; warm < 200; warm += 1) round();

    const found: number[] = [];
    collect();
    const before = process.memoryUsage();
    let allocated = 0;
    const times = quick ? 3 : 7;
    for (let time = 0; time < times; time += 1) {
      const start = process.memoryUsage().heapUsed;
      const seconds = await processorSeconds(() => {
        for (let turn = 0; turn < 100; turn += 1) round();
      });
      allocated += Math.max(0, process.memoryUsage().heapUsed - start);
      found.push((SERIES * 100) / seconds);
    }
    collect();
    const after = process.memoryUsage();

    // Each sample timed by itself over a million; a clock's own step of about 50 ns is part of it.
    const longest = new Float64Array(quick ? 200_000 : 1_000_000);
    for (let sample = 0; sample < longest.length; sample += 1) {
      const row = values[Math.floor(sample / SERIES) % values.length] as Float64Array;
      const series = sample % SERIES;
      const start = performance.now();
      bank.step(series, at, row[series] as number, out);
      longest[sample] = performance.now() - start;
      if (series === SERIES - 1) at += STEP_MS;
    }
    longest.sort();

    const one = open(1, 'early');
    for (let row = 0; row < 1_000_000; row += 1) {
      one.step(0, row * STEP_MS, row % 1000 < 500 ? (HOSTILE[row % HOSTILE.length] as number) : row % 13, out);
      if (!Number.isFinite(out.score) || !Number.isFinite(out.novelty) || !Number.isFinite(out.deviation))
        throw new RangeError(`Row ${row} of a million hostile ones was answered with no number.`);
    }
    const { before: written, after: again } = restarted(one);
    if (Buffer.compare(written, again) !== 0) throw new RangeError('A snapshot did not restore bit for bit.');

    return [
      medianOf('samples scored', '1/s per core', found, {
        ratio: { to: asked.inWords, value: percentile(found, 0.5) / asked.perSecond },
      }),
      { name: 'state', value: bank.bytesPerSeries(), unit: 'bytes a series', note: 'at most 4,096 are allowed' },
      {
        name: 'allocated',
        value: allocated / (times * SERIES * 100),
        unit: 'bytes a sample',
        note: 'growth of the heap while scoring, before any collection',
      },
      {
        name: 'heap kept after a million samples and more',
        value: (after.heapUsed - before.heapUsed) / 1024,
        unit: 'KiB',
        note: `${times} million samples between two forced collections; array buffers ${after.arrayBuffers - before.arrayBuffers} bytes more`,
      },
      {
        name: 'one sample, p99.9',
        value: (longest[Math.floor(longest.length * 0.999)] ?? 0) * 1000,
        unit: 'µs',
        spread: { low: (longest[longest.length >> 1] ?? 0) * 1000, high: (longest.at(-1) ?? 0) * 1000 },
        ratio: {
          to: 'the millisecond that is allowed',
          value: longest[Math.floor(longest.length * 0.999)] ?? 0,
        },
        note: 'range: median to the slowest of a million, wall clock',
      },
    ];
  },
});

export const detectorBankBenchmarks: readonly Benchmark[] = [benchmarkOf(WIDE), benchmarkOf(FAST)];
