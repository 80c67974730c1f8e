import { z } from 'zod';
import { ProblemError } from './problem.ts';

/** Query of every list: an opaque cursor and at most 200 rows (default 50). */
export const PageParameters = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A boolean in a query: `true`, `1`, `false` or `0`. */
export const QueryBoolean = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

/** Cuts a list that comes as a whole into pages; the cursor is the last id of the page before. */
export function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  query: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly items: readonly T[]; readonly next?: string } {
  const ids = items.map(idOf);
  const after = query.cursor === undefined ? -1 : ids.indexOf(Buffer.from(query.cursor, 'base64url').toString('utf8'));
  if (query.cursor !== undefined && after < 0) throw new ProblemError('bad-cursor');
  const slice = items.slice(after + 1, after + 1 + query.limit);
  const last = slice.at(-1);
  const more = last !== undefined && after + 1 + slice.length < items.length;
  return more ? { items: slice, next: Buffer.from(idOf(last), 'utf8').toString('base64url') } : { items: slice };
}
