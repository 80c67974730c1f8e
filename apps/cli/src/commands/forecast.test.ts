import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forecastFile } from './forecast.ts';

describe('forecast', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'autoops-forecast-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

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

  it.each([
    ['H1,1,2\nH2,1,x,3\n', /in\.csv:2: "x" is not a number/],
    ['H1\n', /in\.csv:1: a row is an id and at least one value/],
    ['H1,"1\n', /in\.csv:1: a quote is not closed/],
    ['timestamp,value\n', /series in cannot be forecast: the series has no value/],
  ])('says what is wrong with %j', async (text, message) => {
    await expect(run(text)).rejects.toThrow(message);
  });
});
