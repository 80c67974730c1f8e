import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { DeepSeries, emptyDeepScore, FastBank, WideBank, type DeepScore, type Preset } from '@autoops/pipeline';
import { readSeries } from './series-file.ts';

/** What became of one file. */
export interface DetectedFile {
  readonly input: string;
  readonly output: string;
  readonly rows: number;
  readonly alarms: number;
}

/**
 * `deep` keeps thousands of rows of a series; `wide`, as the worker scores, some 3 kB: many times as fast, and coarser; `fast` a level and
 * a profile of its season in less than 1 kB, for a first look at very much.
 */
export const TIERS = ['deep', 'wide', 'fast'] as const;
export type Tier = (typeof TIERS)[number];

type RowScorer = (at: number, value: number, out: DeepScore) => void;

function scorerOf(preset: Preset, tier: Tier): RowScorer {
  if (tier !== 'deep') {
    const bank = tier === 'wide' ? new WideBank({ series: 1, preset }) : new FastBank({ series: 1, preset });
    return (at, value, out) => bank.step(0, at, value, out);
  }
  const series = new DeepSeries({ preset });
  return (at, value, out) => series.step(at, value, out);
}

const HEADER = 'timestamp,value,anomaly_score,novelty,deviation,alarm\n';
const SERIES = /\.csv(\.gz)?$/i;

/** Series files to read: the file itself, or every .csv and .csv.gz below a directory, in order of their paths. */
export async function seriesFiles(input: string, output: string): Promise<{ input: string; output: string }[]> {
  const place = (file: string) => join(output, file.replace(/\.gz$/i, ''));
  if (!(await stat(input)).isDirectory()) return [{ input, output: place(relative(dirname(input), input)) }];
  const names = await readdir(input, { recursive: true });
  const inside = resolve(output) === resolve(input) ? undefined : relative(resolve(input), resolve(output));
  return names
    .filter((name) => SERIES.test(name))
    .filter((name) => inside === undefined || inside.startsWith('..') || !name.startsWith(`${inside}/`))
    .sort()
    .map((name) => ({ input: join(input, name), output: place(name) }));
}

/**
 * Scores one file, row by row: a row's output depends on it and on earlier rows alone. The output appears under its name only when
 * it is whole.
 */
export async function detectFile(
  input: string,
  output: string,
  preset: Preset,
  tier: Tier = 'deep',
): Promise<DetectedFile> {
  if (resolve(input) === resolve(output))
    throw new Error(`${input}: the output would replace the input; give another --out`);
  await mkdir(dirname(output), { recursive: true });
  const partial = `${output}.partial`;
  const file = createWriteStream(partial);
  const failed = once(file, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  const step = scorerOf(preset, tier);
  const score = emptyDeepScore();
  let rows = 0;
  let alarms = 0;
  try {
    file.write(HEADER);
    for await (const batch of readSeries(input)) {
      let text = '';
      for (const row of batch) {
        step(row.at, row.value, score);
        rows += 1;
        if (score.alarm) alarms += 1;
        text += `${row.timestamp},${row.text},${score.score.toFixed(8)},${score.novelty.toFixed(6)},${score.deviation.toPrecision(7)},${score.alarm ? 1 : 0}\n`;
      }
      if (!file.write(text)) await Promise.race([once(file, 'drain'), failed]);
    }
    file.end();
    await Promise.race([once(file, 'finish'), failed]);
    await rename(partial, output);
  } catch (error) {
    file.destroy();
    await rm(partial, { force: true });
    throw error;
  }
  return { input, output, rows, alarms };
}
