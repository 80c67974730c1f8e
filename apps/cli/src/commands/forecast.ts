import { forecastEnsemble } from '@autoops/pipeline';
import { Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../api/exit-code.ts';
import { BrokenLines } from '../input/broken-line.ts';
import { seriesOf } from '../input/series-table.ts';
import { say } from '../output/print.ts';
import { TextFile } from '../output/text-file.ts';
import { endWithItsCode } from './connected.ts';

/** Longest horizon in steps: beyond it a forecast is no use and costs memory. */
const LONGEST_HORIZON = 100_000;
/** Characters of an id that a message shows. */
const LONGEST_ID = 80;

function steps(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > LONGEST_HORIZON)
    throw new InvalidArgumentError(`It is a whole number of steps from 1 to ${LONGEST_HORIZON}.`);
  return value;
}

/**
 * Forecasts every series of a CSV file as JSON lines; resolves to how many were forecast and how many could not be. What is wrong with
 * a row, or a series without any value, is said with its place and has no line; the others are forecast all the same.
 */
export async function forecastFile(
  input: string,
  output: string,
  horizon: number,
  season?: number,
): Promise<{ series: number; failed: number }> {
  const out = new TextFile(output);
  const failed = new BrokenLines();
  let series = 0;
  try {
    for await (const found of seriesOf(input)) {
      if ('broken' in found) {
        failed.add(found.broken);
        continue;
      }
      const { id, place, values } = found;
      try {
        const { point, quantiles } = forecastEnsemble(values, horizon, season);
        const full = out.line(JSON.stringify({ id, point, quantiles }));
        if (full !== undefined) await full;
        series++;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        failed.add(`${place}: series ${id.slice(0, LONGEST_ID)} cannot be forecast: ${error.message}.`);
      }
    }
  } finally {
    await out.end();
  }
  return { series, failed: failed.count };
}

/** `autoops forecast --input FILE --horizon H [--season S] --out FILE`. */
export function forecastCommand(): Command {
  return new Command('forecast')
    .description('forecast series with intervals: CSV in (a series per row, or timestamp,value), JSON lines out')
    .requiredOption('--input <file>', 'CSV, plain or .gz')
    .requiredOption('--horizon <steps>', 'steps ahead', steps)
    .option('--season <steps>', 'steps of a season, 1 for none (default: found for each series)', steps)
    .requiredOption('--out <file>', 'file to write, one JSON object per line and series')
    .action((options: { input: string; horizon: number; season?: number; out: string }) =>
      endWithItsCode(false, async () => {
        const { series, failed } = await forecastFile(options.input, options.out, options.horizon, options.season);
        say(`${failed > 0 ? `${series} of ${series + failed}` : series} series: ${options.out}`);
        if (failed > 0) process.exitCode = EXIT.error;
      }),
    );
}
