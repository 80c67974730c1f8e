import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { breachFile } from './breach.ts';

interface Answer {
  readonly id: string;
  readonly t: number;
  readonly p: Record<string, number>;
  readonly alert: boolean;
  readonly ttb: Record<string, number | null>;
  readonly insufficientHistory?: boolean;
}

const line = (id: string, x: readonly (number | null)[], step = 300): string =>
  JSON.stringify({ id, family: 'any', limit: 100, step_s: step, breach: null, x });

describe('breach', () => {
  let folder = '';
  const said: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'autoops-breach-'));
    said.length = 0;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  const run = async (text: string, name = 'in.jsonl') => {
    const input = join(folder, name);
    writeFileSync(input, name.endsWith('.gz') ? gzipSync(text) : text);
    const out = join(folder, 'out.jsonl');
    await breachFile(input, out);
    return readFileSync(out, 'utf8')
      .split('\n')
      .filter((answer) => answer !== '')
      .map((answer) => JSON.parse(answer) as Answer);
  };
  const rising = Array.from({ length: 480 }, (_, t) => (t % 50 === 7 ? null : 10 + (t * 85) / 480));

  it('answers every half hour after the first day', async () => {
    const found = await run(`${line('disk', rising)}\n\n`, 'in.jsonl.gz');
    expect(found.map(({ t }) => t)).toEqual(Array.from({ length: 32 }, (_, i) => 86_400 + i * 1800));
    const last = found.at(-1);
    expect(Object.keys(last?.p ?? {})).toEqual(['1', '2', '4', '8', '16', '24', '36', '48']);
    expect(Object.keys(last?.ttb ?? {})).toEqual(['q025', 'q10', 'q50', 'q90', 'q975']);
    // Two and a half hours of this line are left.
    expect(last?.p['24']).toBeGreaterThan(0.7);
    expect(last?.alert).toBe(true);
  });

  it('takes any order of traces, coarse steps and traces without a value', async () => {
    const one = line('one', rising);
    const two = line('two', rising.slice(0, 40), 3600);
    const none = line('none', new Array<null>(300).fill(null));
    const forth = await run([one, two, none].join('\n'));
    const back = await run([none, two, one].join('\n'));
    const of = (id: string, found: readonly Answer[]) => found.filter((answer) => answer.id === id);
    for (const id of ['one', 'two', 'none']) expect(of(id, back)).toEqual(of(id, forth));
    expect(of('two', forth)).toHaveLength(31);
    expect(of('none', forth)[0]).toMatchObject({
      p: { 1: 0, 48: 0 },
      alert: false,
      ttb: { q50: null },
      insufficientHistory: true,
    });
  });

  it('never looks ahead', async () => {
    const shuffled = [...rising.slice(0, 361), ...rising.slice(361).reverse()];
    const known = (found: readonly Answer[]) => found.filter(({ t }) => t <= 360 * 300);
    expect(known(await run(line('a', shuffled)))).toEqual(known(await run(line('a', rising))));
  });

  it('reads what Python writes for unknown values, and an empty file', async () => {
    const text = '{"id": "NaN, 1", "limit": 1, "step_s": 43200, "x": [NaN, 0.5, Infinity, -Infinity, 0.5]}';
    expect(new Set((await run(text)).map(({ id }) => id)).size).toBe(1);
    expect(await run('')).toEqual([]);
    const huge = '{"id": "huge", "limit": 1e308, "step_s": 3600, "x": [1e999, -1e999, 1e308, 0, 5e-324]}';
    expect(await run(huge)).toEqual([]);
    expect(said).toEqual([]);
  });

  it.each([
    ['{"id":', /in\.jsonl:2: the line is not JSON/],
    ['null', /in\.jsonl:2: the line is no trace \{id, limit, step_s, x\}/],
    ['{"id":"a","limit":100,"x":[]}', /in\.jsonl:2: the line is no trace \{id, limit, step_s, x\}: step_s/],
    ['{"id":"a","limit":0,"step_s":300,"x":[]}', /in\.jsonl:2: .*limit: the limit is a positive number/],
    ['{"id":"a","limit":1e999,"step_s":300,"x":[]}', /in\.jsonl:2: .*limit/],
    ['{"id":"a","limit":1,"step_s":300,"x":[1,"2"]}', /in\.jsonl:2: .*x\.1/],
    ['{"id":"a","limit":1,"step_s":100000,"x":[1]}', /in\.jsonl:2: .*step_s: the step is a day at most/],
  ])('says what is wrong with %j, and answers the lines around it', async (text, message) => {
    const found = await run(`${line('one', rising)}\n${text}\n${line('two', rising)}\n`);
    expect([...new Set(found.map(({ id }) => id))]).toEqual(['one', 'two']);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(message);
  });
});
