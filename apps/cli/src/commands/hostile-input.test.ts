import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { backtestCommand } from './backtest.ts';
import { breachCommand } from './breach.ts';
import { detectCommand } from './detect.ts';
import { forecastCommand } from './forecast.ts';
import { logsCommand } from './logs.ts';

const ROWS = 240;
const of = (value: (row: number) => string, rows = ROWS): string[] =>
  Array.from({ length: rows }, (_, row) => value(row));
const MIXED = [
  'NaN',
  'Infinity',
  '-Infinity',
  '1e308',
  '-1e308',
  '5e-324',
  '0',
  '-0',
  '1',
  '9007199254740993',
  '1e999',
  '',
];

/** Values of a series as a file may hold them. */
const SERIES: Readonly<Record<string, readonly string[]>> = {
  NaN: of(() => 'NaN'),
  Infinity: of(() => 'Infinity'),
  '-Infinity': of(() => '-Infinity'),
  '1e308': of(() => '1e308'),
  'alternately 1e308 and -1e308': of((row) => (row % 2 === 0 ? '1e308' : '-1e308')),
  'the smallest numbers': of((row) => (row % 2 === 0 ? '5e-324' : '1e-323')),
  'a constant': of(() => '7'),
  'two values': of((row) => String(row % 5 < 2 ? 1 : 0)),
  'zeros and a huge spike': of((row) => (row === 150 ? '1e308' : '0')),
  'numbers of every kind': of((row) => MIXED[(row * 7) % MIXED.length] as string),
  'one row': ['3'],
  'no row': [],
};

/** What must stand in no answer: numbers that are none. */
const NO_NUMBER = /\b(?:NaN|Infinity|undefined)\b/;

let folder: string;
const said: string[] = [];
const written: string[] = [];
// The command loads the client of Prometheus servers by itself: that takes its time, once, where nothing else does.
beforeAll(() => import('@autoops/connectors'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  said.length = 0;
  written.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: Command, ...flags: string[]): Promise<number> {
  await command.exitOverride().parseAsync(flags, { from: 'user' });
  return Number(process.exitCode ?? 0);
}
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const at = (name: string): string => join(folder, name);
const answer = (name: string): string => readFileSync(at(name), 'utf8');
const table = (values: readonly string[]): string =>
  `timestamp,value\n${values.map((value, row) => `${1_700_000_000 + row * 60},${value}\n`).join('')}`;

describe.each(Object.entries(SERIES))('a series of %s', (kind, values) => {
  const unknown = values.every((value) => !Number.isFinite(Number(value)) || value === '');

  it.each(['early', 'precise'])('is scored (%s) in every tier', async (preset) => {
    const input = file('in.csv', table(values));
    for (const tier of ['deep', 'wide', 'fast']) {
      expect(await run(detectCommand(), '--input', input, '--out', at(tier), '--preset', preset, '--tier', tier)).toBe(
        0,
      );
      const rows = answer(`${tier}/in.csv`).trimEnd().split('\n').slice(1);
      expect(rows).toHaveLength(values.length);
      for (const row of rows) {
        const [score, novelty, deviation, alarm] = row.split(',').slice(2).map(Number);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(Number.isFinite(novelty) && Number.isFinite(deviation)).toBe(true);
        expect([0, 1]).toContain(alarm);
      }
    }
  });

  it('is forecast, or said to have no value, and its neighbours are forecast', async () => {
    const input = file('in.csv', ['a,1,2,3', `b,${values.join(',')}`, 'c,5,5,5', ''].join('\n'));
    const code = await run(forecastCommand(), '--input', input, '--horizon', '5', '--out', at('out'));
    const lines = answer('out').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(
      unknown ? ['a', 'c'] : ['a', 'b', 'c'],
    );
    expect(answer('out')).not.toMatch(/null/);
    expect(code).toBe(unknown ? 1 : 0);
    expect(said.join('').includes(`${input}:2: `)).toBe(unknown);
  });

  it.each([[[]], [['--preset', 'early']], [['--preset', 'precise']], [['--counter']], [['--noticeable', '1']]])(
    'is replayed %j',
    async (flags) => {
      const labelled = `timestamp,value,label\n${values.map((value, row) => `${row * 60},${value},${row % 90 === 50 ? 1 : 0}\n`).join('')}`;
      const picture = at('picture.svg');
      const input = file('in.csv', labelled);
      expect(await run(backtestCommand(), '--input', input, '--picture', picture, '-o', 'json', ...flags)).toBe(0);
      expect(JSON.parse(written.join(''))).toMatchObject({ items: [{ rows: values.length }] });
      expect(answer('picture.svg')).not.toMatch(NO_NUMBER);
      written.length = 0;
      expect(await run(backtestCommand(), '--input', input, ...flags)).toBe(0);
      expect(written.join('')).not.toMatch(NO_NUMBER);
    },
  );

  it.each([1, 1e308, 5e-324])('is answered as a trace with the limit %d', async (limit) => {
    const trace = `{"id":"a","limit":${limit},"step_s":600,"x":[${values.map((value) => (value === '' ? 'null' : value)).join(',')}]}`;
    const code = await run(breachCommand(), '--input', file('in.jsonl', `${trace}\n`), '--out', at('out'));
    expect(said.join('')).toMatch(/^1 traces, \d+ looks/);
    expect(code).toBe(0);
    for (const line of answer('out').split('\n').filter(Boolean)) {
      const { p, ttb } = JSON.parse(line) as { p: Record<string, number>; ttb: Record<string, number | null> };
      let before = 0;
      for (const share of Object.values(p)) {
        expect(share).toBeGreaterThanOrEqual(before);
        expect(share).toBeLessThanOrEqual(1);
        before = share;
      }
      for (const seconds of Object.values(ttb)) expect(seconds === null || seconds >= 0).toBe(true);
    }
  });

  it(`is a log${kind === 'no row' ? ' without a line' : ''} with a row for each line`, async () => {
    const input = file('in.log', values.map((value) => `${value}\n`).join(''));
    expect(await run(logsCommand(), 'parse', '--input', input, '--out', at('out'))).toBe(0);
    const rows = answer('out').trimEnd().split('\n').slice(1);
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(values.map((_, line) => line + 1));
  });
});

describe('files that are none', () => {
  const commands: readonly [string, (input: string) => [Command, ...string[]]][] = [
    ['detect', (input) => [detectCommand(), '--input', input, '--out', at('scored')]],
    ['backtest', (input) => [backtestCommand(), '--input', input]],
    ['forecast', (input) => [forecastCommand(), '--input', input, '--horizon', '3', '--out', at('out')]],
    ['breach', (input) => [breachCommand(), '--input', input, '--out', at('out')]],
    ['logs parse', (input) => [logsCommand(), 'parse', '--input', input, '--out', at('out')]],
  ];
  const bytes = Buffer.from(Uint8Array.from({ length: 4096 }, (_, index) => (index * 167 + (index >> 3)) % 256));

  it.each(commands)('%s takes an empty file, or says that it is one', async (name, call) => {
    const input = file('in.csv', '');
    const [command, ...flags] = call(input);
    const refuses = name === 'detect' || name === 'backtest';
    expect(await run(command, ...flags)).toBe(refuses ? 1 : 0);
    if (refuses) expect(said.join('')).toContain(`${input}, line 1: is empty`);
  });

  it.each(commands)('%s names a broken gzip file, and one that is not there', async (_name, call) => {
    const broken = file('in.csv.gz', 'no gzip at all');
    const [command, ...flags] = call(broken);
    expect(await run(command, ...flags)).toBe(1);
    expect(said.join('')).toContain('in.csv.gz cannot be read: it is not whole gzip data');
    said.length = 0;
    const [again, ...others] = call(at('none.csv'));
    expect(await run(again, ...others)).toBeGreaterThan(0);
    expect(said.join('')).toContain('none.csv');
  });

  it.each(commands)('%s says what is wrong with bytes that are no text', async (name, call) => {
    const input = at('in.csv');
    writeFileSync(input, bytes);
    const [command, ...flags] = call(input);
    const code = await run(command, ...flags);
    expect(code).toBe(name === 'logs parse' ? 0 : 1);
    if (code === 1) expect(said[0]).toMatch(/in\.csv(?::|, line )\d+: /);
  });

  it.each(['detect', 'backtest'])('%s refuses a moment that no calendar has', async (name) => {
    const input = file('in.csv', 'timestamp,value\n1,2\n1e300,3\n');
    const [command, ...flags] = (commands.find(([known]) => known === name) as (typeof commands)[0])[1](input);
    expect(await run(command, ...flags)).toBe(1);
    expect(said[0]).toContain('in.csv, line 3: "1e300" is no timestamp');
  });

  it.each([
    ['backwards', of((row) => `${1e9 - row * 60},${row % 9}`)],
    ['all at one moment', of((row) => `1000000000,${row % 9}`)],
    ['with a gap of 200,000 years', of((row) => `${(row < 120 ? 0 : 7e12) + row * 60},${row % 9}`)],
    ['a microsecond apart', of((row) => `${1.5e9 + row / 1e6},${row % 9}`)],
  ])('rows %s are scored and replayed', async (_case, rows) => {
    const input = file('in.csv', `timestamp,value\n${rows.join('\n')}\n`);
    expect(await run(detectCommand(), '--input', input, '--out', at('scored'))).toBe(0);
    expect(answer('scored/in.csv').trimEnd().split('\n')).toHaveLength(1 + ROWS);
    for (const flags of [[], ['--preset', 'early'], ['--counter']]) {
      written.length = 0;
      expect(await run(backtestCommand(), '--input', input, ...flags)).toBe(0);
      expect(written.join('')).toContain(`${ROWS}, 0 lost`);
    }
  });
});
