import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from './figure.ts';

const PROGRAM = fileURLToPath(new URL('../apps/cli/bin/autoops.mjs', import.meta.url));
/** Says at the end what the process took, behind everything else that it says. */
const ACCOUNT =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\n"+JSON.stringify(process.resourceUsage())))';
const PIECE = 50_000;

/** Values of minutes with a day of 1440, noise, and a lost one now and then. */
function valueOf(row: number): string {
  const noise = (((row * 2_654_435_761) >>> 0) % 9973) / 1000;
  return row % 9973 === 0 ? '' : (100 + 40 * Math.sin((row / 720) * Math.PI) + noise).toFixed(3);
}

function write(path: string, rows: number, parts: { before?: string; of: (row: number) => string; after?: string }) {
  const to = openSync(path, 'w');
  writeSync(to, parts.before ?? '');
  for (let from = 0; from < rows; from += PIECE) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + PIECE); row += 1) text += parts.of(row);
    writeSync(to, text);
  }
  writeSync(to, parts.after ?? '');
  closeSync(to);
}

/** Runs `autoops` and gives its processor seconds, all its threads together, and the most memory it held, MiB. */
function run(words: readonly string[]): { seconds: number; mebibytes: number } {
  const { status, stderr } = spawnSync(process.execPath, ['--import', ACCOUNT, PROGRAM, ...words], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`autoops ${words.join(' ')} left with ${status}: ${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(
    stderr.slice(stderr.lastIndexOf('\n') + 1),
  ) as NodeJS.ResourceUsage;
  return { seconds: (userCPUTime + systemCPUTime) / 1e6, mebibytes: maxRSS / 1024 };
}

/** Every engine command on a file of a million rows: how long it takes, and how much memory it holds. */
export const millionBenchmark: Benchmark = {
  name: 'million',
  title: 'A million rows',
  about:
    'Each engine command, as a process of its own with all its start, on one file of a million rows (minutes with a daily swing, noise and lost values), one trace of a million values, one log of a million lines; processor time of all its threads.',
  run: async ({ quick }) => {
    const rows = quick ? 50_000 : 1_000_000;
    const folder = mkdtempSync(join(tmpdir(), 'autoops-million-'));
    const at = (name: string): string => join(folder, name);
    try {
      write(at('series.csv'), rows, {
        before: 'timestamp,value\n',
        of: (row) => `${1_700_000_000 + row * 60},${valueOf(row)}\n`,
      });
      write(at('trace.jsonl'), rows, {
        before: '{"id":"a","limit":200,"step_s":60,"x":[1',
        of: (row) => `,${valueOf(row) || 'null'}`,
        after: ']}\n',
      });
      write(at('app.log'), rows, {
        of: (row) => `job ${row} took ${row % 977} ms on node-${row % 31}, ${row % 3 === 0 ? 'retried' : 'done'}\n`,
      });
      const commands: readonly (readonly [string, readonly string[]])[] = [
        ['detect', ['detect', '--input', at('series.csv'), '--out', at('deep')]],
        ['detect --tier wide', ['detect', '--input', at('series.csv'), '--out', at('wide'), '--tier', 'wide']],
        ['backtest', ['backtest', '--input', at('series.csv'), '-o', 'json']],
        ['backtest --preset early', ['backtest', '--input', at('series.csv'), '--preset', 'early', '-o', 'json']],
        ['forecast', ['forecast', '--input', at('series.csv'), '--horizon', '1440', '--out', at('forecast')]],
        ['breach', ['breach', '--input', at('trace.jsonl'), '--out', at('breach')]],
        ['logs parse', ['logs', 'parse', '--input', at('app.log'), '--out', at('templates')]],
      ];
      return commands.map(([name, words]): Figure => {
        const { seconds, mebibytes } = run(words);
        const note = `${seconds.toFixed(1)} s, at most ${Math.round(mebibytes)} MiB`;
        return { name: `autoops ${name}`, value: rows / seconds, unit: 'rows/s', note };
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
