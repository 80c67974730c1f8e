import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { detectFile } from '../detect/detect-files.ts';
import { durationMs } from '../input/duration.ts';
import { backtestCommand } from './backtest.ts';

// The command loads the client when asked to: that takes its time, once, where nothing else does.
beforeAll(() => import('@autoops/connectors'));

let folder: string;
let server: Server | undefined;
const written: string[] = [];
const said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backtest-'));
  written.length = 0;
  said.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

const START = Date.UTC(2026, 0, 15) / 1000;
/** Ten-minute rows over four days with a fault of four rows on the fourth. */
const valueOf = (row: number): number => 50 + (row % 7) + ((row * 5) % 11) / 10 + (row >= 500 && row < 504 ? 80 : 0);

function csvFile(labels = true): string {
  const file = join(folder, 'series.csv');
  const rows = Array.from(
    { length: 576 },
    (_, row) => `${START + row * 600},${valueOf(row)}${labels ? `,${row >= 500 && row < 504 ? 1 : 0}` : ''}`,
  );
  writeFileSync(file, `timestamp,value${labels ? ',label' : ''}\n${rows.join('\n')}\n`);
  return file;
}

async function backtest(...flags: string[]) {
  await backtestCommand().exitOverride().parseAsync(flags, { from: 'user' });
  return written.join('');
}
const json = async (...flags: string[]) => JSON.parse(await backtest(...flags, '-o', 'json')) as { items: Item[] };
interface Item {
  readonly series: string;
  readonly rows: number;
  readonly alarms: readonly { readonly at: string; readonly score: number }[];
  readonly labels: { readonly recall: { readonly value: number; readonly method: string } } | null;
}

describe('autoops backtest', () => {
  it('raises the alarms that autoops detect writes for the same file', async () => {
    const file = csvFile();
    const out = join(folder, 'out.csv');
    await detectFile(file, out, 'precise');
    const alarms = readFileSync(out, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith(',1'))
      .map((line) => new Date(Number(line.split(',')[0]) * 1000).toISOString());
    const { items } = await json('--input', file, '--preset', 'precise');
    expect(alarms.length).toBeGreaterThan(0);
    expect(items[0]?.alarms.map(({ at }) => at)).toEqual(alarms);
    expect(items[0]?.labels?.recall).toMatchObject({ value: 1, method: 'Wilson 95 %' });
  });

  it('replays through the loop that the worker runs where no preset is asked for', async () => {
    const { items } = await json('--input', csvFile());
    expect(items[0]).toMatchObject({ preset: 'live', rows: 576, labels: { found: 1 } });
    expect(items[0]?.alarms.map(({ at }) => at)).toContain(new Date((START + 500 * 600) * 1000).toISOString());
    written.length = 0;
    const deaf = await json('--input', csvFile(), '--noticeable', '500', '--direction', 'up');
    expect(deaf.items[0]).toMatchObject({ rows: 576, alarms: [], labels: { found: 0 } });
  });

  it('prints figures and a table, and draws a picture', async () => {
    const picture = join(folder, 'pictures', 'series.svg');
    const text = await backtest('--input', csvFile(), '--preset', 'precise', '--picture', picture);
    expect(text).toMatch(/recall +1\.000 \(0\.\d+ to 1\.000, Wilson 95 %\)/);
    expect(text).toMatch(/alarms per day|per day \d/);
    expect(text).toMatch(/2026-01-18T11:20:00\.000Z .* hit /);
    expect(readFileSync(picture, 'utf8')).toMatch(/^<svg[\s\S]*right \(green\)[\s\S]*<\/svg>\n$/);
  });

  it('reads a range from a Prometheus server in pieces, one series by itself', async () => {
    const asked: URLSearchParams[] = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const query = new URLSearchParams(body);
        asked.push(query);
        const [from, to, step] = ['start', 'end', 'step'].map((name) => Number(query.get(name)));
        const values: [number, string][] = [];
        for (let at = from ?? 0; at <= (to ?? 0); at += step ?? 1)
          values.push([at, String(valueOf((at - START) / 600))]);
        const result = ['a', 'b'].map((pod) => ({ metric: { __name__: 'x', pod }, values }));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const range = ['--query', 'x', '--from', String(START), '--to', String(START + 575 * 600), '--step', '10m'];
    const { items } = await json('--prometheus', url, ...range, '--preset', 'precise');
    expect(items.map(({ series, rows, labels }) => [series, rows, labels])).toEqual([
      ['{pod="a"}', 576, null],
      ['{pod="b"}', 576, null],
    ]);
    expect(items[0]?.alarms).toEqual(items[1]?.alarms);
    expect(asked).toHaveLength(1);
    written.length = 0;
    const file = await json('--input', csvFile(false), '--preset', 'precise');
    expect(file.items[0]?.alarms).toEqual(items[0]?.alarms);
  });

  it.each([
    [[], 'either --input FILE or --prometheus URL', 2],
    [['--prometheus', 'http://127.0.0.1:1'], 'needs --query, --from and --to', 2],
    [['--input', 'nowhere.csv'], 'nowhere.csv', 3],
    [['--input', 'x.csv', '--picture', 'x.png'], 'ends in .svg', 2],
    [['--input', 'x.csv', '--direction', 'up'], 'needs --noticeable', 2],
    [['--input', 'x.csv', '--preset', 'early', '--noticeable', '1'], 'leave --preset out', 2],
  ])('%j: says what to do and leaves with its code', async (flags, words, code) => {
    await backtest(...flags);
    expect(said.join('')).toContain(words);
    expect(process.exitCode).toBe(code);
    expect(written).toEqual([]);
  });
});

describe('durationMs', () => {
  it('reads units, seconds without one, and refuses the rest', () => {
    expect(['15s', '5m', '1h', '1d', '1w', '250ms', '30'].map(durationMs)).toEqual([
      15_000, 300_000, 3_600_000, 86_400_000, 604_800_000, 250, 30_000,
    ]);
    for (const text of ['', '0s', '-1m', 'soon', '5 parsecs']) expect(() => durationMs(text)).toThrow('such as 15s');
  });
});
