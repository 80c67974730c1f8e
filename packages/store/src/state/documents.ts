import { execute, jsonText, rows, type Transaction } from '../database.ts';

/** Tables of one JSON document a row, keyed by workspace and id. */
export type DocumentTable =
  | 'incidents'
  | 'anomalies'
  | 'forecasts'
  | 'plans'
  | 'decisions'
  | 'approvals'
  | 'runs'
  | 'steps';

/** The changed members of a document: `undefined` removes one. */
export interface Patch {
  readonly set: string;
  readonly remove: readonly string[];
}

/** Splits a partial document into what is written and what is removed. */
export function patchOf(partial: object): Patch {
  const entries = Object.entries(partial);
  return {
    set: jsonText(Object.fromEntries(entries.filter(([, value]) => value !== undefined))),
    remove: entries.filter(([, value]) => value === undefined).map(([key]) => key),
  };
}

/** Applies a patch where `condition` (over $4…) still holds; returns whether a row was there. */
export async function patchDocument(
  transaction: Transaction,
  table: DocumentTable,
  id: string,
  partial: object,
  condition: string,
  values: readonly unknown[],
  alsoSet = '',
): Promise<boolean> {
  const patch = patchOf(partial);
  const changed = await execute(
    transaction,
    `update ${table} set doc = (doc - $2::text[]) || $3::jsonb, updated_at = clock_timestamp()${alsoSet} where id = $1 and ${condition}`,
    [id, patch.remove, patch.set, ...values],
  );
  return changed === 1;
}

/** The documents of a select that names `doc`. */
export async function documents<T>(
  transaction: Transaction,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  return (await rows<{ doc: T }>(transaction, text, values)).map((found) => found.doc);
}
