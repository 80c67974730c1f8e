import { AuditDraft } from '@autoops/contracts';
import { canonicalJson, leafHash } from '@autoops/digest';
import { jsonText, row, rows, type Transaction } from '../database.ts';

/** The head of a workspace's chain, locked until the transaction ends. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
  /** The database's time for entries of this transaction. */
  readonly at: string;
}

/** The name of an entry in answers and links. */
export function auditId(seq: number): string {
  return `A${seq}`;
}

/** The sequence number that an audit id names, or undefined. */
export function auditSeq(id: string): number | undefined {
  const digits = /^A([1-9]\d{0,14})$/.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Takes the workspace's head first, before any other lock: entries and live events get their order of commit from it. */
export async function lockAuditHead(transaction: Transaction, workspaceId: string): Promise<AuditHead> {
  const head = await row<{ seq: string; hash: string; next_at: string }>(
    transaction,
    'select seq, hash, next_at from lock_audit_head($1)',
    [workspaceId],
  );
  if (!head) throw new Error(`Workspace ${workspaceId} has no audit chain.`);
  return { seq: Number(head.seq), hash: head.hash, at: head.next_at };
}

/** Appends entries behind a locked head and returns their ids. Throws (and so stops the decision) when the log does not take them. */
export async function appendAudit(
  transaction: Transaction,
  workspaceId: string,
  head: AuditHead,
  drafts: readonly AuditDraft[],
): Promise<readonly string[]> {
  if (drafts.length === 0) return [];
  const encoder = new TextEncoder();
  let { seq, hash } = head;
  const entries = drafts.map((draft) => {
    seq += 1;
    const content = AuditDraft.parse(JSON.parse(jsonText(draft)));
    const bytes = encoder.encode(canonicalJson({ ...content, id: auditId(seq), seq, at: head.at, previousHash: hash }));
    hash = leafHash(bytes);
    return Buffer.from(bytes);
  });
  await rows(transaction, 'select append_audit($1, $2)', [workspaceId, entries]);
  return entries.map((_, index) => auditId(head.seq + 1 + index));
}
