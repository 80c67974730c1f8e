import { ALERT, BreachAlert, forecastBreach, ResourceHistory } from '@autoops/pipeline';
import { Command } from 'commander';
import { EXIT } from '../api/exit-code.ts';
import { BrokenLines } from '../input/broken-line.ts';
import { tracesOf, type ResourceTrace } from '../input/trace-lines.ts';
import { say } from '../output/print.ts';
import { TextFile } from '../output/text-file.ts';
import { endWithItsCode } from './connected.ts';

const FIRST_LOOK = 86_400;
/** Characters of an id that a message shows. */
const LONGEST_ID = 80;

const share = (value: number): number => Number(value.toFixed(6));

/** The answers of a trace, one line for each look; a look knows the samples up to its moment and no later one. */
function* answers({ id, limit, step_s: step, x }: ResourceTrace): Generator<string> {
  const history = new ResourceHistory(limit);
  const alert = new BreachAlert();
  let next = 0;
  const end = (x.length - 1) * step;
  for (let t = FIRST_LOOK; t <= end; t += ALERT.lookSeconds) {
    for (; next < x.length && next * step <= t; next++) history.push(next * step, x[next] ?? Number.NaN);
    const forecast = forecastBreach(history);
    const { probability, timeToBreach, sufficientHistory } = forecast;
    yield JSON.stringify({
      id,
      t,
      p: Object.fromEntries(Object.entries(probability).map(([hours, value]) => [hours, share(value)])),
      alert: alert.look(forecast),
      ttb: Object.fromEntries(
        (['q025', 'q10', 'q50', 'q90', 'q975'] as const).map((name) => [
          name,
          timeToBreach === undefined ? null : Math.round(timeToBreach[name]),
        ]),
      ),
      ...(sufficientHistory ? {} : { insufficientHistory: true }),
    });
  }
}

/**
 * Answers every look of every trace of a file as JSON lines; resolves to how many traces and looks there were, and how many lines were
 * no trace: those are said with their place, and the others are answered all the same.
 */
export async function breachFile(
  input: string,
  output: string,
): Promise<{ traces: number; looks: number; failed: number }> {
  const out = new TextFile(output);
  const failed = new BrokenLines();
  let traces = 0;
  let looks = 0;
  try {
    for await (const found of tracesOf(input)) {
      if ('broken' in found) {
        failed.add(found.broken);
        continue;
      }
      try {
        for (const line of answers(found.trace)) {
          const full = out.line(line);
          if (full !== undefined) await full;
          looks++;
        }
        traces++;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        failed.add(`${found.place}: trace ${String(found.trace.id).slice(0, LONGEST_ID)}: ${error.message}.`);
      }
    }
  } finally {
    await out.end();
  }
  return { traces, looks, failed: failed.count };
}

/** `autoops breach --input FILE --out FILE`. */
export function breachCommand(): Command {
  return new Command('breach')
    .description(
      'forecast when bounded resources reach their limit: traces as JSON lines in, an answer for each look out',
    )
    .requiredOption('--input <file>', 'JSON lines {id, limit, step_s, x}, plain or .gz')
    .requiredOption('--out <file>', 'file to write, one JSON object per look: every half hour after the first day')
    .action((options: { input: string; out: string }) =>
      endWithItsCode(false, async () => {
        const { traces, looks, failed } = await breachFile(options.input, options.out);
        say(`${failed > 0 ? `${traces} of ${traces + failed}` : traces} traces, ${looks} looks: ${options.out}`);
        if (failed > 0) process.exitCode = EXIT.error;
      }),
    );
}
