import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { backtestChart, sceneSvg } from '@autoops/charts';
import type { Preset } from '@autoops/pipeline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { prometheusSources } from '../backtest/prometheus-range.ts';
import { ALARM_COLUMNS, alarmRow, backtestDocument, backtestSummary } from '../backtest/report-text.ts';
import { replaySeries, type Replayed, type ReplaySource } from '../backtest/replay-series.ts';
import { seriesFiles } from '../detect/detect-files.ts';
import { momentOf, readSeries } from '../detect/series-file.ts';
import { durationMs } from '../input/duration.ts';
import { print, printTable, say } from '../output/print.ts';
import { endWithItsCode } from './connected.ts';

interface BacktestFlags {
  readonly input?: string;
  readonly prometheus?: string;
  readonly query?: string;
  readonly from?: number;
  readonly to?: number;
  readonly step: number;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly preset?: Preset;
  readonly direction?: 'up' | 'down' | 'any';
  readonly noticeable?: number;
  readonly season: number;
  readonly counter: boolean;
  readonly picture?: string;
  readonly output: 'table' | 'json';
}

function momentArgument(text: string): number {
  const at = momentOf(text);
  if (!Number.isFinite(at)) throw new InvalidArgumentError('Write unix seconds or 2026-01-15T12:00:00Z.');
  return at;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Write a number above 0.');
  return value;
}

async function fileSources(input: string): Promise<ReplaySource[]> {
  const files = await seriesFiles(input, '').catch((error: unknown) => {
    throw new CommandError(`--input ${input}: ${(error as Error).message}`, EXIT.notFound);
  });
  if (files.length === 0) throw new CommandError(`no .csv or .csv.gz file is in ${input}.`, EXIT.notFound);
  return files.map((file) => ({ name: file.input, rows: () => readSeries(file.input) }));
}

async function sourcesOf(flags: BacktestFlags): Promise<ReplaySource[]> {
  const { input, prometheus, query, from, to } = flags;
  if ((input === undefined) === (prometheus === undefined))
    throw new CommandError('give either --input FILE or --prometheus URL.', EXIT.usage);
  if (input !== undefined) return fileSources(input);
  if (prometheus === undefined || query === undefined || from === undefined || to === undefined)
    throw new CommandError('--prometheus needs --query, --from and --to.', EXIT.usage);
  if (to <= from) throw new CommandError('--to must be later than --from.', EXIT.usage);
  return prometheusSources({
    url: prometheus,
    query,
    from,
    to,
    stepSeconds: flags.step / 1000,
    tokenFile: flags.tokenFile,
    caFile: flags.caFile,
  });
}

/** Writes the picture of a series; with several each gets its number before the extension. Returns the file's name. */
async function writePicture(file: string, replayed: Replayed, number: number | undefined): Promise<string> {
  const { dir, name, ext } = parse(file);
  const path = number === undefined ? file : join(dir, `${name}-${number}${ext}`);
  const { report, points, segments } = replayed;
  const learnedAt = report.judgedFrom ?? report.to ?? undefined;
  const scene = backtestChart({ title: replayed.name, points, alarms: report.alarms, segments, learnedAt });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, sceneSvg(scene));
  return path;
}

function printReplayed(replayed: Replayed): void {
  for (const [title, words] of backtestSummary(replayed.name, replayed.report)) print(`${title.padEnd(22)}${words}`);
  if (replayed.report.alarms.length > 0) {
    print('');
    printTable(ALARM_COLUMNS, replayed.report.alarms.map(alarmRow));
  }
  print('');
}

async function backtest(flags: BacktestFlags): Promise<void> {
  if (flags.direction !== undefined && flags.noticeable === undefined)
    throw new CommandError('--direction needs --noticeable.', EXIT.usage);
  if (flags.preset !== undefined && flags.noticeable !== undefined)
    throw new CommandError("--noticeable is of the worker's loop: leave --preset out.", EXIT.usage);
  if (flags.picture !== undefined && !/\.svg$/i.test(flags.picture))
    throw new CommandError('--picture writes SVG: name a file that ends in .svg.', EXIT.usage);
  const sources = await sourcesOf(flags);
  const documents: unknown[] = [];
  let failed = 0;
  for (const [index, source] of sources.entries()) {
    try {
      const replayed = await replaySeries(source, {
        preset: flags.preset,
        direction: flags.direction,
        noticeable: flags.noticeable,
        seasonMs: flags.season,
        counter: flags.counter,
      });
      if (flags.output === 'json') documents.push(backtestDocument(replayed));
      else printReplayed(replayed);
      if (flags.picture !== undefined)
        say(`picture: ${await writePicture(flags.picture, replayed, sources.length > 1 ? index + 1 : undefined)}`);
    } catch (error) {
      // The other series do not wait for this one to be mended.
      failed += 1;
      say(`autoops: ${(error as Error).message}`);
    }
  }
  if (flags.output === 'json') print(JSON.stringify({ items: documents }, undefined, 2));
  if (failed > 0) process.exitCode = EXIT.error;
}

/** `autoops backtest`: replays labelled files, or a range of a Prometheus server, through the worker's loop, or through the deep engine. */
export function backtestCommand(): Command {
  return new Command('backtest')
    .description(
      'replay a series through the loop that the worker runs: alarms, precision, recall, delay, alarms per day',
    )
    .option('--input <path>', 'a timestamp,value[,label] file (.csv or .csv.gz), or a directory of them')
    .option('--prometheus <url>', 'a Prometheus server (or Mimir, Thanos, VictoriaMetrics) to read a range from')
    .option('--query <promql>', 'what to read; each series of the answer is replayed by itself')
    .option('--from <time>', 'unix seconds or a date', momentArgument)
    .option('--to <time>', 'unix seconds or a date', momentArgument)
    .option('--step <duration>', 'distance of samples, for example 15s', durationMs, 60_000)
    .option('--token-file <file>', 'bearer token of the server')
    .option('--ca-file <file>', 'certificate authority of the server')
    .addOption(
      new Option(
        '--preset <preset>',
        "replay through the deep engine, as autoops detect runs it, not through the worker's loop",
      ).choices(['early', 'precise']),
    )
    .addOption(
      new Option('--direction <direction>', 'which departures hurt, with --noticeable').choices(['up', 'down', 'any']),
    )
    .option('--noticeable <number>', 'smallest departure anybody would care about, in the unit of the series', positive)
    .option('--season <duration>', 'after which the series repeats itself', durationMs, 86_400_000)
    .option('--counter', 'the values are of a counter: its rate is scored, a reset begins anew', false)
    .option('--picture <file>', 'an SVG of the series with its band, alarms and labels')
    .addOption(new Option('-o, --output <format>', 'table or json').choices(['table', 'json']).default('table'))
    .action((flags: BacktestFlags) => endWithItsCode(flags.output === 'json', () => backtest(flags)));
}
