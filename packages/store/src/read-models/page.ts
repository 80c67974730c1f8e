import type { Page } from '@autoops/contracts';
import { rows, type Transaction } from '../database.ts';

/** A cursor that this list did not hand out. */
export class BadCursorError extends Error {
  readonly code = 'bad-cursor';

  constructor() {
    super('The cursor does not belong to this list. Start again without a cursor.');
    this.name = 'BadCursorError';
  }
}

export const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 200;

export interface PageQuery {
  /** Only rows of these environments, those that a role is bound to; undefined: of all. */
  readonly environments?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** How a list is ordered: two columns, newest first, of which the second tells equal firsts apart. */
export interface PageOrder {
  /** Names the list, so that another one's cursor is refused. */
  readonly list: string;
  readonly workspaceId: string;
  readonly first: string;
  readonly firstType: 'timestamptz' | 'bigint';
  readonly second: string;
  readonly secondType: 'uuid' | 'bigint' | 'text';
  /** Default: descending. */
  readonly ascending?: boolean;
}

/**
 * One page of a select. `conditions` use $1… of `values`. The cursor is the sort key of the last row, so rows that come in
 * meanwhile neither repeat nor hide others. Throws `BadCursorError`.
 */
export async function selectPage<Row extends object, Item>(
  transaction: Transaction,
  order: PageOrder,
  query: PageQuery,
  select: {
    readonly columns: string;
    readonly from: string;
    readonly conditions: readonly string[];
    readonly values: readonly unknown[];
  },
  item: (row: Row) => Item,
): Promise<Page<Item>> {
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? DEFAULT_LIMIT), 1), LARGEST_LIMIT);
  const values = [...select.values];
  const conditions = [...select.conditions];
  if (query.cursor !== undefined) {
    const [first, second] = readCursor(order, query.cursor);
    values.push(first, second);
    conditions.push(
      `(${order.first}, ${order.second}) ${order.ascending ? '>' : '<'} ($${values.length - 1}::${order.firstType}, $${values.length}::${order.secondType})`,
    );
  }
  const direction = order.ascending ? 'asc' : 'desc';
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const found = await rows<Row & { page_first: string; page_second: string }>(
    transaction,
    `select ${select.columns}, ${order.first}::text as page_first, ${order.second}::text as page_second from ${select.from} ${where}
     order by ${order.first} ${direction}, ${order.second} ${direction} limit ${limit + 1}`,
    values,
  );
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    ...(found.length > limit && last ? { next: writeCursor(order, last.page_first, last.page_second) } : {}),
  };
}

function writeCursor(order: PageOrder, first: string, second: string): string {
  return Buffer.from(JSON.stringify([order.list, order.workspaceId, first, second])).toString('base64url');
}

function readCursor(order: PageOrder, cursor: string): [string, string] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new BadCursorError();
  }
  if (!Array.isArray(parts) || parts.length !== 4 || parts[0] !== order.list || parts[1] !== order.workspaceId)
    throw new BadCursorError();
  const [first, second] = [parts[2] as unknown, parts[3] as unknown];
  if (
    typeof first !== 'string' ||
    typeof second !== 'string' ||
    !FORM[order.firstType].test(first) ||
    !FORM[order.secondType].test(second)
  )
    throw new BadCursorError();
  return [first, second];
}

/** What a sort key may look like; anything else would be an error of the database's. */
const FORM = {
  timestamptz: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/,
  bigint: /^-?\d{1,18}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  text: /^[^\0]{0,300}$/,
};

/** Collects conditions and their values; `add` skips what the query leaves open. */
export class Conditions {
  readonly conditions: string[] = [];
  readonly values: unknown[] = [];

  /** `text` names its value as `?`. */
  add(text: string, value: unknown): this {
    if (value === undefined) return this;
    this.values.push(value);
    this.conditions.push(text.replaceAll('?', `$${this.values.length}`));
    return this;
  }

  /** The parts as plain data, for a page's query. */
  parts(): { readonly conditions: readonly string[]; readonly values: readonly unknown[] } {
    return { conditions: this.conditions, values: this.values };
  }

  /** A condition without a value. */
  only(text: string, applies: boolean): this {
    if (applies) this.conditions.push(text);
    return this;
  }
}
