import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectFile } from '../detect/detect-files.ts';
import { breachFile } from './breach.ts';
import { forecastFile } from './forecast.ts';
import { parseLog } from './logs.ts';

const ROWS = 1_000_000;
const PIECE = 50_000;

/** Values with a day of 1440 rows, whole numbers and a lost sample now and then. */
const valueOf = (row: number): string =>
  row % 9973 === 0 ? '' : String(100 + Math.round(40 * Math.sin((row / 720) * Math.PI)) + ((row * 7919) % 13));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'million-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a million pieces of text, some thousand at a time. */
function file(name: string, before: string, of: (row: number) => string, after = ''): string {
  const path = join(folder, name);
  const to = openSync(path, 'w');
  writeSync(to, before);
  for (let from = 0; from < ROWS; from += PIECE) {
    let text = '';
    for (let row = from; row < from + PIECE; row += 1) text += of(row);
    writeSync(to, text);
  }
  writeSync(to, after);
  closeSync(to);
  return path;
}
const at = (name: string): string => join(folder, name);

// The deep tier and the back-test take longer for as many rows: `pnpm bench million`.
describe('a million rows', { timeout: 240_000 }, () => {
  it('are scored in the wide tier', async () => {
    const input = file('in.csv', 'timestamp,value\n', (row) => `${1_700_000_000 + row * 60},${valueOf(row)}\n`);
    expect(await detectFile(input, at('scored.csv'), 'early', 'wide')).toMatchObject({ rows: ROWS });
    const rows = readFileSync(at('scored.csv'), 'utf8');
    expect(rows).not.toMatch(/NaN|Inf/);
    expect(rows.slice(-100)).toMatch(/\n1759999940,\d+,[01]\.\d{8},\d+\.\d{6},[\d.e+-]+,[01]\n$/);
  });

  it('of one series are forecast', async () => {
    const input = file('series.csv', 'timestamp,value\n', (row) => `${row},${valueOf(row)}\n`);
    expect(await forecastFile(input, at('forecast'), 3)).toEqual({ series: 1, failed: 0 });
    const { point } = JSON.parse(readFileSync(at('forecast'), 'utf8')) as { point: number[] };
    point.forEach((value, step) => expect(Math.abs(value - Number(valueOf(ROWS + step)))).toBeLessThan(20));
  });

  it('of one trace are answered', async () => {
    const input = file(
      'trace',
      '{"id":"a","limit":200,"step_s":0.1,"x":[0',
      (row) => `,${valueOf(row) || 'null'}`,
      ']}\n',
    );
    expect(await breachFile(input, at('breach'))).toEqual({ traces: 1, looks: 8, failed: 0 });
    expect(readFileSync(at('breach'), 'utf8')).not.toMatch(/NaN|Infinity/);
  });

  it('of a log are parsed', async () => {
    const input = file(
      'in.log',
      '',
      (row) => `job ${row} took ${row % 977} ms, ${row % 3 === 0 ? 'retried' : 'done'}\n`,
    );
    expect(await parseLog(input, at('templates.csv'))).toEqual({ lines: ROWS, templates: 2 });
  });
});
