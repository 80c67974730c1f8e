import { at, figure, type Said } from './said.ts';
import type { Block, Cell, Column } from './section.ts';

/** The time of day of an instant, with its place in the document; empty where there is none. */
export const time = (instant: string | undefined, ...place: readonly (string | number)[]): Said =>
  instant === undefined ? [''] : [figure(instant.slice(11, 19), at(...place))];

/** A table, or a sentence where there is nothing to put into it. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], otherwise: string): Block {
  return rows.length === 0 ? { kind: 'paragraph', said: [otherwise] } : { kind: 'table', columns, rows };
}
