import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectFile, seriesFiles } from './detect-files.ts';
import { momentOf } from './series-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const detect = async (input: string): Promise<string> => {
  const output = join(folder, 'out.csv');
  await detectFile(input, output, 'early');
  return readFileSync(output, 'utf8');
};
const HEADER = 'timestamp,value,anomaly_score,novelty,deviation,alarm\n';

describe('detectFile', () => {
  it('writes a row for every row, its first two cells as they were', async () => {
    const rows = Array.from(
      { length: 120 },
      (_, row) => `2014-04-01 ${String(row % 24).padStart(2, '0')}:00:00,${row % 5}.50`,
    );
    const text = await detect(write('a.csv', `timestamp,value\n${rows.join('\n')}\n`));
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe(HEADER.trimEnd());
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 2).join(','))).toEqual(rows);
    for (const line of lines.slice(1)) expect(line).toMatch(/^[^,]+,[^,]+,[01]\.\d{8},\d+\.\d{6},[\d.e+-]+,[01]$/);
  });

  it('reads gzip, Windows line ends and other headers the same', async () => {
    const rows = ['1504230480,5540', '1504230540,5480', '1504230600,5704'];
    const plain = await detect(write('a.csv', `timestamp,value\n${rows.join('\n')}\n`));
    expect(await detect(write('b.csv', `TimeStamp,Value,label\r\n${rows.map((row) => `${row},0`).join('\r\n')}`))).toBe(
      plain,
    );
    expect(await detect(write('c.csv.gz', gzipSync(`timestamp,value\n${rows.join('\n')}\n`)))).toBe(plain);
  });

  it('gives lost samples, infinities and huge numbers finite output', async () => {
    const text = await detect(
      write('a.csv', 'timestamp,value\n1,\n2,NaN\n3,inf\n4,-Infinity\n5,1e308\n6,-1e308\n7,1\n'),
    );
    expect(text.trimEnd().split('\n').slice(1)).toHaveLength(7);
    expect(
      text
        .split('\n')
        .map((line) => line.split(',').slice(2).join(','))
        .join('\n'),
    ).not.toMatch(/NaN|Inf/i);
  });

  it('answers a header alone with a header, and one row with one', async () => {
    expect(await detect(write('a.csv', 'timestamp,value\n'))).toBe(HEADER);
    expect(await detect(write('b.csv', 'timestamp,value\n1,2'))).toBe(`${HEADER}1,2,0.00000000,0.000000,0.000000,0\n`);
  });

  it.each([
    ['', 'line 1: is empty'],
    ['a,b\n1,2\n', 'line 1: the header must name the columns timestamp and value'],
    ['timestamp,value\n1,2\nyesterday,3\n', 'line 3: "yesterday" is no timestamp'],
    ['timestamp,value\n1,2\n2,3\n3,many\n', 'line 4: "many" is no number'],
    ['timestamp,value\n1\n', 'line 2: has 1 cells'],
    ['timestamp,value\n1e300,1\n', 'line 2: "1e300" is no timestamp'],
  ])('names the line of %j and leaves no output', async (content, problem) => {
    const input = write('a.csv', content);
    await expect(detect(input)).rejects.toThrow(problem);
    expect(readdirSync(folder)).toEqual(['a.csv']);
  });

  it('never replaces its input', async () => {
    const input = write('a.csv', 'timestamp,value\n1,2\n');
    await expect(detectFile(input, input, 'early')).rejects.toThrow('another --out');
    expect(readFileSync(input, 'utf8')).toBe('timestamp,value\n1,2\n');
  });
});

describe('seriesFiles', () => {
  it('finds the series below a directory, keeps their folders and passes over an output inside', async () => {
    for (const name of ['group', 'out']) mkdirSync(join(folder, name));
    for (const name of ['group/b.csv.gz', 'a.csv', 'notes.txt', 'out/a.csv']) write(name, '');
    const files = await seriesFiles(folder, join(folder, 'out'));
    expect(files).toEqual([
      { input: join(folder, 'a.csv'), output: join(folder, 'out/a.csv') },
      { input: join(folder, 'group/b.csv.gz'), output: join(folder, 'out/group/b.csv') },
    ]);
  });
});

describe('momentOf', () => {
  it.each([
    ['2014-04-10 07:15:00.000000', Date.UTC(2014, 3, 10, 7, 15)],
    ['2014-04-10T07:15:00+02:00', Date.UTC(2014, 3, 10, 5, 15)],
    ['2014-04-10', Date.UTC(2014, 3, 10)],
    ['1504230480', 1_504_230_480_000],
    ['1504230480000', 1_504_230_480_000],
  ])('reads %s', (text, moment) => expect(momentOf(text)).toBe(moment));
});
