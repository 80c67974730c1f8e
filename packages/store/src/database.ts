import pg, { type ClientBase, type Pool, type QueryResultRow } from 'pg';

/** A connection inside a transaction. */
export type Transaction = ClientBase;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the textual form of a UUID; anything else cannot name a row and is answered as missing. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Runs `work` in a transaction that sees one workspace only. The setting is local to the transaction, because a session's would
 * leak into the next request on a pooled connection. Commits what `work` returns, rolls back what it throws.
 */
export async function withWorkspace<T>(
  pool: Pool,
  workspaceId: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  if (!isUuid(workspaceId)) throw new TypeError(`Not a workspace id: ${workspaceId}`);
  return inTransaction(pool, `begin; set local app.workspace = '${workspaceId}'`, work);
}

/** Runs `work` as the router: sees ids and workspaces of what is routed, and nothing else. */
export async function asRouter<T>(pool: Pool, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return inTransaction(pool, 'begin; set local role autoops_router', work);
}

/** Runs `work` in a transaction without a workspace: only functions that belong to no tenant work in it. */
export async function withoutWorkspace<T>(pool: Pool, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return inTransaction(pool, 'begin', work);
}

async function inTransaction<T>(pool: Pool, begin: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined; // a connection that cannot even roll back must not go back into the pool
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The rows of a query, typed by the caller, who wrote the select list. */
export async function rows<Row extends QueryResultRow>(
  transaction: Transaction,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await transaction.query<Row>(text, values as unknown[])).rows;
}

/** The first row or undefined. */
export async function row<Row extends QueryResultRow>(
  transaction: Transaction,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row | undefined> {
  return (await rows<Row>(transaction, text, values))[0];
}

/** How many rows a statement wrote. */
export async function execute(
  transaction: Transaction,
  text: string,
  values: readonly unknown[] = [],
): Promise<number> {
  return (await transaction.query(text, values as unknown[])).rowCount ?? 0;
}

/**
 * JSON text that `jsonb` takes: NUL and lone surrogates, which it refuses, become U+FFFD. Both can come only from outside,
 * inside free text.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 'null';
  return text.includes('\\u0000') || text.includes('\\ud')
    ? JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? plainText(part) : part))
    : text;
}

/** Text that a `text` column takes. */
export function plainText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** The SQLSTATE of a database error, or undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
