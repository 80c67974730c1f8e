import { CommandError, EXIT } from '../api/exit-code.ts';
import { csvFields } from './csv-fields.ts';
import { textLines } from './text-lines.ts';

/** A series as a file holds it; unknown values are NaN. */
export interface TableSeries {
  readonly id: string;
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

/**
 * The series of a CSV file, plain or `.gz`: either one series a row (id, then values; empty cells at the end are no values; a
 * heading row is passed over), or, when the heading names a time and a value, one series whose id is the file's name. Throws a
 * CommandError with file and line for what is neither.
 */
export async function* seriesOf(file: string): AsyncGenerator<TableSeries> {
  let line = 0;
  let valueColumn = -1;
  const single: number[] = [];
  for await (const lines of textLines(file))
    for (const raw of lines) {
      line++;
      const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
      if (text.trim() === '') continue;
      const fields = csvFields(text);
      if (fields === undefined) throw new CommandError(`${file}:${line}: a quote is not closed.`, EXIT.error);
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
      let end = fields.length;
      while (end > 1 && UNKNOWN.test((fields[end - 1] as string).trim())) end--;
      if (end < 2)
        throw new CommandError(
          `${file}:${line}: a row is an id and at least one value, separated by commas.`,
          EXIT.error,
        );
      const at = line;
      yield {
        id: fields[0] as string,
        values: Float64Array.from(fields.slice(1, end), (field) => numberOf(field, file, at)),
      };
    }
  if (valueColumn >= 0)
    yield { id: file.replace(/^.*\//, '').replace(/(?:\.csv)?(?:\.gz)?$/, ''), values: Float64Array.from(single) };
}
