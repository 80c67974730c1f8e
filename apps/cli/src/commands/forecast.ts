import { forecastEnsemble } from '@autoops/pipeline';
import { Command, InvalidArgumentError } from 'commander';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { seriesOf } from '../input/series-table.ts';
import { say } from '../output/print.ts';
import { TextFile } from '../output/text-file.ts';
import { endWithItsCode } from './connected.ts';

/** Longest horizon in steps: beyond it a forecast is no use and costs memory. */
const LONGEST_HORIZON = 100_000;

function steps(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > LONGEST_HORIZON)
    throw new InvalidArgumentError(`It is a whole number of steps from 1 to ${LONGEST_HORIZON}.`);
  return value;
}

/** Forecasts every series of a CSV file as JSON lines; resolves to their number. A series without any value is an error. */
export async function forecastFile(input: string, output: string, horizon: number, season?: number): Promise<number> {
  const out = new TextFile(output);
  let count = 0;
  try {
    for await (const { id, values } of seriesOf(input)) {
      try {
        const { point, quantiles } = forecastEnsemble(values, horizon, season);
        const full = out.line(JSON.stringify({ id, point, quantiles }));
        if (full !== undefined) await full;
      } catch (error) {
        if (error instanceof RangeError)
          throw new CommandError(`${input}: series ${id} cannot be forecast: ${error.message}.`, EXIT.error);
        throw error;
      }
      count++;
    }
  } finally {
    await out.end();
  }
  return count;
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
        const count = await forecastFile(options.input, options.out, options.horizon, options.season);
        say(`${count} series: ${options.out}`);
      }),
    );
}
