import Table from 'cli-table3';
import { stringify } from 'yaml';
import { CommandError, EXIT } from '../api/exit-code.ts';

export type Format = 'table' | 'wide' | 'json' | 'yaml' | 'name';

/** Reads `-o`; a wrong one is a usage error. */
export function formatOf(text: string): Format {
  if (text === 'table' || text === 'wide' || text === 'json' || text === 'yaml' || text === 'name') return text;
  throw new CommandError(`-o ${text} is not known; it is one of table, wide, json, yaml, name.`, EXIT.usage);
}

/** Data goes to stdout. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Talk goes to stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A resource as JSON or YAML, as the API answered it. */
export function printDocument(value: unknown, format: 'json' | 'yaml'): void {
  print(format === 'json' ? JSON.stringify(value, undefined, 2) : stringify(value));
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Columns without borders, as kubectl prints them. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({
    head: head.map((title) => title.toUpperCase()),
    chars: BORDERLESS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  print(table.toString());
}
