import { textLines } from '../input/text-lines.ts';

/** One row of a series file, with its cells as they were written. */
export interface SeriesRow {
  readonly timestamp: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** NaN for a lost sample: an empty cell, or a number that is not finite. */
  readonly value: number;
  /** Undefined where the file has no such column. */
  readonly label: boolean | undefined;
}

/** A series file that cannot be read: says the file, the line and what is wrong with it. */
export class SeriesFileError extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}, line ${line}: ${problem}`);
    this.name = 'SeriesFileError';
  }
}

/** The largest time that a date can have, ms (ECMA-262, Time Values). */
const LAST_MOMENT = 8.64e15;

/**
 * The moment that a timestamp names, in ms: unix seconds, milliseconds (above 1e11), microseconds (1e14) or nanoseconds (1e17), or a
 * date such as 2014-04-10 07:15:00, taken as UTC where it names no zone. NaN where it is none of these, or no calendar has it.
 */
export function momentOf(text: string): number {
  const moment = unboundedMomentOf(text);
  return Math.abs(moment) <= LAST_MOMENT ? moment : Number.NaN;
}

function unboundedMomentOf(text: string): number {
  if (/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text);
    const size = Math.abs(number);
    if (size >= 1e17) return number / 1e6;
    if (size >= 1e14) return number / 1e3;
    return size >= 1e11 ? number : number * 1000;
  }
  const date = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)\d*)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  return date === null ? Number.NaN : Date.parse(`${date[1]}T${date[2] ?? '00:00'}${date[3] ?? 'Z'}`);
}

const LOST = /^(|nan|null|[+-]?inf(inity)?)$/i;

/** Rows of a `timestamp,value[,label]` file in order, in batches. Throws SeriesFileError at the first row that cannot be read. */
export async function* readSeries(path: string): AsyncGenerator<SeriesRow[]> {
  let line = 0;
  let columns: { timestamp: number; value: number; label: number } | undefined;
  for await (const lines of textLines(path)) {
    const rows: SeriesRow[] = [];
    for (const each of lines) {
      line += 1;
      const text = each.trimEnd();
      if (text === '') continue;
      const cells = text.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
      if (columns === undefined) {
        columns = columnsOf(cells, path, line);
        continue;
      }
      rows.push(rowOf(cells, columns, path, line));
    }
    if (rows.length > 0) yield rows;
  }
  if (columns === undefined)
    throw new SeriesFileError(path, Math.max(1, line), 'is empty; the first line must be a header: timestamp,value');
}

function columnsOf(cells: readonly string[], path: string, line: number) {
  const names = cells.map((cell) => cell.toLowerCase());
  const find = (...known: string[]) => names.findIndex((name) => known.includes(name));
  const timestamp = find('timestamp', 'time', 'date', 'datetime', 'ts');
  const value = find('value', 'y');
  if (timestamp < 0 || value < 0)
    throw new SeriesFileError(
      path,
      line,
      `the header must name the columns timestamp and value; it is "${cells.join(',').slice(0, 80)}"`,
    );
  return { timestamp, value, label: find('label', 'is_anomaly', 'anomaly') };
}

function rowOf(
  cells: readonly string[],
  columns: { timestamp: number; value: number; label: number },
  path: string,
  line: number,
): SeriesRow {
  const timestamp = cells[columns.timestamp];
  const text = cells[columns.value];
  if (timestamp === undefined || text === undefined)
    throw new SeriesFileError(path, line, `has ${cells.length} cells, fewer than the header names`);
  const at = momentOf(timestamp);
  if (!Number.isFinite(at))
    throw new SeriesFileError(path, line, `"${timestamp}" is no timestamp: write unix seconds or 2014-04-10 07:15:00`);
  const value = LOST.test(text) ? Number.NaN : Number(text);
  if (Number.isNaN(value) && !LOST.test(text))
    throw new SeriesFileError(path, line, `"${text}" is no number; leave the cell empty for a lost sample`);
  const label = columns.label < 0 ? undefined : /^(1(\.0*)?|true)$/i.test(cells[columns.label] ?? '');
  return { timestamp, text, at, value, label };
}
