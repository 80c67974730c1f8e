import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A labelled series as the scorers need it; windows are row numbers, both ends included. */
export interface LabelledSeries {
  readonly name: string;
  readonly group: string;
  /** Milliseconds since 1970, in the order of the file. */
  readonly at: Float64Array;
  /** NaN where the sample was lost. */
  readonly value: Float64Array;
  readonly windows: readonly (readonly [number, number])[];
}

function rowsOf(text: string): string[] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
}

/** "2014-04-10 07:15:00" with or without fraction, as UTC; NAB's files name no zone. */
function momentOf(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
}

/** The NAB corpus below `directory` (data/ and labels/combined_windows.json), files in the order of the labels. */
export function readNab(directory: string): LabelledSeries[] {
  const labels = JSON.parse(readFileSync(join(directory, 'labels/combined_windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >;
  return Object.entries(labels).map(([name, windows]) => {
    const rows = rowsOf(readFileSync(join(directory, 'data', name), 'utf8'));
    const at = Float64Array.from(rows, (row) => momentOf(row));
    const value = Float64Array.from(rows, (row) => Number(row.slice(row.indexOf(',') + 1)));
    // A moment may repeat in a file: a window starts at its first row and ends at its last.
    const found = windows.map(([first, last]): [number, number] => [
      at.indexOf(momentOf(first)),
      at.lastIndexOf(momentOf(last)),
    ]);
    for (const [first, last] of found)
      if (first < 0 || last < first) throw new Error(`${name}: a labelled window is not in the file.`);
    return { name, group: name.split('/')[0] ?? '', at, value, windows: found };
  });
}

/** Rows labelled 1, as segments. */
export function segmentsOf(labels: readonly boolean[]): [number, number][] {
  const segments: [number, number][] = [];
  for (let row = 0; row < labels.length; row += 1) {
    if (labels[row] !== true) continue;
    const last = segments.at(-1);
    if (last !== undefined && last[1] === row - 1) last[1] = row;
    else segments.push([row, row]);
  }
  return segments;
}

/** Every `timestamp,value,label` file (.csv.gz) below `directory`; unix seconds, an empty value is a lost sample. */
export function readKpis(directory: string): LabelledSeries[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.csv.gz'))
    .sort()
    .map((file) => {
      const cells = rowsOf(gunzipSync(readFileSync(join(directory, file))).toString()).map((row) => row.split(','));
      const labels = cells.map((cell) => cell[2]?.trim() === '1');
      return {
        name: file.replace('.csv.gz', ''),
        group: 'kpi',
        at: Float64Array.from(cells, (cell) => Number(cell[0]) * 1000),
        value: Float64Array.from(cells, (cell) => (cell[1] === '' ? Number.NaN : Number(cell[1]))),
        windows: segmentsOf(labels),
      };
    });
}
