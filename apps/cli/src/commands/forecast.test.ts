import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forecastFile } from './forecast.ts';

describe('forecast', () => {
  let folder = '';
  const said: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'autoops-forecast-'));
    said.length = 0;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  const run = async (text: string, season?: number) => {
    const input = join(folder, 'in.csv');
    writeFileSync(input, text);
    const out = join(folder, 'out.jsonl');
    await forecastFile(input, out, 3, season);
    return readFileSync(out, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: string; point: number[]; quantiles: Record<string, number[]> });
  };
  const week = Array.from({ length: 96 }, (_, i) => 10 + (i % 4)).join(',');

  it('takes a series per row, with a heading, quotes and blanks at the end', async () => {
    const found = await run(`"V1","V2","V3"\n"H1",${week},,\nH2,5,5,,5,NA,5\n`, 4);
    expect(found.map(({ id }) => id)).toEqual(['H1', 'H2']);
    expect(found[0]?.point.map(Math.round)).toEqual([10, 11, 12]);
    expect(Object.keys(found[0]?.quantiles ?? {})).toEqual(['0.025', '0.1', '0.5', '0.9', '0.975']);
    expect(found[1]?.point).toEqual([5, 5, 5]);
  });

  it('takes a table of time and value', async () => {
    const found = await run(`timestamp,value\n2026-01-01 00:00:00,3\n2026-01-01 00:05:00,NaN\n2026-01-01 00:10:00,3\n`);
    expect(found).toMatchObject([{ id: 'in', point: [3, 3, 3] }]);
  });

  it('answers huge, constant and two-valued series and one of a single value with numbers', async () => {
    const two = Array.from({ length: 60 }, (_, i) => i % 2).join(',');
    const found = await run(`H1,1e308,7,7,-1e308,8,7,7\nH2,7\nH3,${two}\nH4,NaN,NaN,3\nH5,1e308,-1e308\nH6,1e999,2\n`);
    expect(found.map(({ id }) => id)).toEqual(['H1', 'H2', 'H3', 'H4', 'H5', 'H6']);
    for (const { point, quantiles } of found)
      for (const number of [...point, ...Object.values(quantiles).flat()]) expect(Number.isFinite(number)).toBe(true);
    expect(said).toEqual([]);
  });

  it.each([
    ['H2,1,x,3', /in\.csv:2: "x" is not a number/],
    ['H2', /in\.csv:2: a row is an id and at least one value/],
    ['H2,NaN,', /in\.csv:2: a row is an id and at least one value/],
    ['H2,"1', /in\.csv:2: a quote is not closed/],
    ['H2,1e999,-1e999', /in\.csv:2: series H2 cannot be forecast: the series has no value/],
  ])('says what is wrong with %j, and forecasts the rows around it', async (row, message) => {
    const found = await run(`H1,1,2\n${row}\nH3,5,5\n`);
    expect(found.map(({ id }) => id)).toEqual(['H1', 'H3']);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(message);
  });

  it('does not fill the screen with a file that is no table', async () => {
    expect(await run('nonsense\n'.repeat(500))).toEqual([]);
    expect(said).toHaveLength(21);
    expect(said.at(-1)).toContain('only counted');
  });

  it('says where a table of time and value is no table, and when it is empty', async () => {
    await expect(run('timestamp,value\n1,2\n2,x\n')).rejects.toThrow(/in\.csv:3: "x" is not a number/);
    expect(await run('timestamp,value\n')).toEqual([]);
    expect(said.join('')).toMatch(/in\.csv: series in cannot be forecast: the series has no value/);
  });
});
