import { CommandError, EXIT } from '../api/exit-code.ts';
import type { BrokenLine } from './broken-line.ts';
import { csvFields } from './csv-fields.ts';
import { textLines } from './text-lines.ts';

/** A series as a file holds it; unknown values are NaN. */
export interface TableSeries {
  readonly id: string;
  /** Where it stands: the file, and the line where a series is a row. */
  readonly place: string;
  readonly values: Float64Array;
}

const UNKNOWN = /^(?:|na|nan|null|[-+]?inf(?:inity)?)$/i;
const TIME = /^(?:timestamp|time|date|datetime|ts)$/i;
const VALUE = /^(?:value|y|v)$/i;

function numberOf(text: string, file: string, line: number): number {
  const trimmed = text.trim();
  if (UNKNOWN.test(trimmed)) return Number.NaN;
  const value = Number(trimmed);
  if (Number.isNaN(value))
    throw new CommandError(`${file}:${line}: "${trimmed.slice(0, 40)}" is not a number.`, EXIT.error);
  return value;
}

/** The series of one row, or what is wrong with it: an id, then values; empty cells at the end are no values. */
function seriesOfRow(fields: readonly string[], file: string, line: number): TableSeries | BrokenLine {
  const place = `${file}:${line}`;
  let end = fields.length;
  while (end > 1 && UNKNOWN.test((fields[end - 1] as string).trim())) end--;
  if (end < 2) return { broken: `${place}: a row is an id and at least one value, separated by commas.` };
  try {
    const values = Float64Array.from(fields.slice(1, end), (field) => numberOf(field, file, line));
    return { id: fields[0] as string, place, values };
  } catch (error) {
    if (error instanceof CommandError) return { broken: error.message };
    throw error;
  }
}

/**
 * The series of a CSV file, plain or `.gz`: either one series a row (id, then values; empty cells at the end are no values; a
 * heading row is passed over), or, when the heading names a time and a value, one series whose id is the file's name. A row that is
 * no series is given as that, and those after it follow; throws a CommandError with file and line for a table that is none.
 */
export async function* seriesOf(file: string): AsyncGenerator<TableSeries | BrokenLine> {
  let line = 0;
  let valueColumn = -1;
  const single: number[] = [];
  for await (const lines of textLines(file))
    for (const raw of lines) {
      line++;
      const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
      if (text.trim() === '') continue;
      const fields = csvFields(text);
      if (fields === undefined) {
        const broken = `${file}:${line}: a quote is not closed.`;
        if (valueColumn >= 0) throw new CommandError(broken, EXIT.error);
        yield { broken };
        continue;
      }
      if (line === 1) {
        const time = fields.findIndex((field) => TIME.test(field.trim()));
        const value = fields.findIndex((field) => VALUE.test(field.trim()));
        if (time >= 0 && value >= 0) {
          valueColumn = value;
          continue;
        }
        const second = fields[1]?.trim() ?? '';
        if (!UNKNOWN.test(second) && Number.isNaN(Number(second))) continue;
      }
      if (valueColumn >= 0) {
        if (fields.length <= valueColumn)
          throw new CommandError(`${file}:${line}: the row has no value column.`, EXIT.error);
        single.push(numberOf(fields[valueColumn] as string, file, line));
        continue;
      }
      yield seriesOfRow(fields, file, line);
    }
  if (valueColumn >= 0) {
    const id = file.replace(/^.*\//, '').replace(/(?:\.csv)?(?:\.gz)?$/, '');
    yield { id, place: file, values: Float64Array.from(single) };
  }
}
