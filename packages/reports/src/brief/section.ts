import type { Said } from './said.ts';

/** A cell of a table: a text, or the evidence it cites. */
export type Cell = Said | { readonly cites: readonly string[] };

export interface Column {
  readonly title: string;
  /** Share of the table's width. */
  readonly share: number;
  readonly mono?: boolean;
}

export type Block =
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'paragraph'; readonly said: Said; readonly soft?: boolean; readonly link?: string }
  /** Words that are the same in every brief; their numbers state nothing of this incident. */
  | { readonly kind: 'definition'; readonly text: string };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Evidence that a row of its table is, so that citations lead there. */
  readonly evidenceIds?: readonly string[];
}
