import type { AuditEntry, Page } from '@autoops/contracts';
import { getJson, withQuery, type Query } from '../api/client.ts';

/** As many entries as one answer may hold. */
const PAGE = 200;

/** Every entry of the audit log that the filters leave, oldest first, page by page; `onRead` hears how many there are so far. Throws ApiProblem. */
export async function wholeAudit(filters: Query, onRead: (count: number) => void): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<AuditEntry> = await getJson(withQuery('/api/v1/audit', { ...filters, limit: PAGE, cursor }));
    entries.push(...page.items);
    onRead(entries.length);
    cursor = page.next;
  } while (cursor !== undefined);
  return entries.toSorted((a, b) => a.seq - b.seq);
}

/** Entries as JSON lines: one a line, with the hashes that chain them. */
export function asLines(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
