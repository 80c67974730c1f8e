import type { AuditStatus } from '@autoops/contracts';
import { canonicalJson, leafHash, readCheckpointNote } from '@autoops/digest';
import { jsonText, row, rows, type Transaction } from '../database.ts';
import { ENTRY_COLUMNS, entryOf, type StoredEntry } from './audit.ts';
import { MerkleRange } from './merkle-range.ts';
import { present } from './services.ts';

const VERIFY_CHUNK = 2_000;

interface Head {
  readonly seq: string;
  readonly hash: string;
  readonly base_seq: string;
  readonly base_hash: string;
}

interface StoredCheckpoint {
  readonly size: string;
  readonly root: string;
  readonly bytes: Buffer;
}

/** Whether a checkpoint's text was signed by this installation's key. */
export type SignatureCheck = (note: NonNullable<ReturnType<typeof readCheckpointNote>>) => Promise<boolean>;

interface CheckedEntry extends StoredEntry {
  readonly previous_hash: string;
  readonly at: Date;
  readonly actor: string;
  readonly verb: string;
  readonly incident_id: string | null;
}

/** Up to where a chain has been recomputed. */
interface Place {
  readonly seq: number;
  readonly hash: string;
  readonly atMs: number;
}

/**
 * Recomputes the whole chain from the stored bytes: leaf hashes, links, order of numbers and times, the columns beside the bytes,
 * the head and every checkpoint's root; with `signedByUs` also that each checkpoint says what was signed. Stores and answers what it
 * found, with the first bad place.
 */
export async function verifyAudit(
  transaction: Transaction,
  workspaceId: string,
  signedByUs?: SignatureCheck,
): Promise<AuditStatus> {
  const head = await loadHead(transaction, workspaceId);
  const checkpoints = await rows<StoredCheckpoint>(
    transaction,
    'select size, root, bytes from audit_checkpoints order by size',
  );
  const roots = new Map(checkpoints.map((checkpoint) => [Number(checkpoint.size), checkpoint.root]));
  const tree = Number(head.base_seq) === 0 ? new MerkleRange() : undefined; // without the first entries no root can be recomputed
  const start = { seq: Number(head.base_seq), hash: head.base_hash, atMs: Number.NEGATIVE_INFINITY };
  const read = await readChain(transaction, start, (seq, hash) => rootFault(tree, hash, roots.get(seq)));
  const firstBad =
    read.firstBad ??
    cutFault(read.end.seq, Number(checkpoints.at(-1)?.size ?? 0), SIGNED) ??
    (signedByUs && (await noteFault(checkpoints, workspaceId, signedByUs))) ??
    headFault(read.end, head);
  return storeStatus(transaction, workspaceId, head, { to: read.end.seq, firstBad, whole: true });
}

/** Recomputes the chain behind a place; ends at the first entry with a fault, also one that `faultAt` finds in it. */
async function readChain(
  transaction: Transaction,
  start: Place,
  faultAt: (seq: number, hash: string) => string | undefined = () => undefined,
): Promise<{ readonly end: Place; readonly firstBad: AuditStatus['firstBad'] }> {
  let end = start;
  for (;;) {
    const chunk = await rows<CheckedEntry>(
      transaction,
      `select ${ENTRY_COLUMNS}, previous_hash, at, actor, verb, incident_id from audit_entries where seq > $1 order by seq limit ${VERIFY_CHUNK}`,
      [end.seq],
    );
    for (const entry of chunk) {
      const seq = end.seq + 1;
      const why = faultOf(entry, end) ?? faultAt(seq, entry.hash);
      if (why !== undefined) return { end, firstBad: { seq, why } };
      end = { seq, hash: entry.hash, atMs: entry.at.getTime() };
    }
    if (chunk.length < VERIFY_CHUNK) return { end, firstBad: undefined };
  }
}

/** That the log ends before what is known of it does: `known` says how many entries that were. */
function cutFault(end: number, covered: number, known: string): AuditStatus['firstBad'] {
  if (covered <= end) return undefined;
  return { seq: end + 1, why: `the log ends here, but ${known} ${covered} entries: its end was cut off` };
}

const SIGNED = 'a signed checkpoint covers';
const VERIFIED = 'an earlier verification found';

/** That the log ends before its head, or with another entry. Entries that came in while we read are behind the head that we read first, never before it. */
function headFault(end: Place, head: Head): AuditStatus['firstBad'] {
  if (end.seq < Number(head.seq)) return { seq: end.seq + 1, why: `entries ${end.seq + 1} to ${head.seq} are missing` };
  return end.seq === Number(head.seq) && end.hash !== head.hash
    ? { seq: end.seq, why: 'the last entry is not the head of the chain' }
    : undefined;
}

/** Keeps what a verification found; one that began behind the first entry leaves the time of the last whole one. */
async function storeStatus(
  transaction: Transaction,
  workspaceId: string,
  head: Head,
  found: { readonly to: number; readonly firstBad: AuditStatus['firstBad']; readonly whole: boolean },
): Promise<AuditStatus> {
  const stored = await row<StoredVerification>(
    transaction,
    `insert into audit_verifications as v (workspace_id, verified_to, verified_at, whole_at, ok, first_bad) values ($1, $2, now(), now(), $3, $4)
     on conflict (workspace_id) do update set verified_to = excluded.verified_to, verified_at = excluded.verified_at,
       whole_at = case when $5 then excluded.whole_at else v.whole_at end, ok = excluded.ok, first_bad = excluded.first_bad
     returning ${VERIFICATION}`,
    [
      workspaceId,
      found.to,
      found.firstBad === undefined,
      found.firstBad ? jsonText(found.firstBad) : null,
      found.whole,
    ],
  );
  return statusOf(head, stored!);
}

/** What is wrong with an entry, or undefined. */
function faultOf(entry: CheckedEntry, before: Place): string | undefined {
  const seq = before.seq + 1;
  if (Number(entry.seq) !== seq) return `entry ${seq} is missing; the next one is ${entry.seq}`;
  if (leafHash(entry.bytes) !== entry.hash) return 'its bytes do not have its hash';
  let content: ReturnType<typeof entryOf>;
  try {
    const text = entry.bytes.toString();
    content = entryOf(entry);
    if (canonicalJson(JSON.parse(text)) !== text) return 'its bytes are not in canonical form';
  } catch {
    return 'its bytes are not an entry';
  }
  if (content.seq !== seq) return `its bytes say that it is entry ${content.seq}`;
  if (content.previousHash !== before.hash || entry.previous_hash !== before.hash)
    return 'it does not continue the entry before';
  if (
    Date.parse(content.at) !== entry.at.getTime() ||
    content.actor.id !== entry.actor ||
    content.verb !== entry.verb ||
    (content.incidentId ?? null) !== entry.incident_id
  ) {
    return 'a column beside its bytes says something else';
  }
  return entry.at.getTime() < before.atMs ? 'it is earlier than the entry before' : undefined;
}

function rootFault(tree: MerkleRange | undefined, hash: string, root: string | undefined): string | undefined {
  tree?.append(hash);
  return tree && root !== undefined && tree.root() !== root
    ? 'the root of a signed checkpoint that ends here is another'
    : undefined;
}

/** How many of the newest checkpoints' signatures are looked at: the newest covers all entries of those before it. */
const NOTES = 500;

async function noteFault(
  checkpoints: readonly StoredCheckpoint[],
  workspaceId: string,
  signedByUs: SignatureCheck,
): Promise<AuditStatus['firstBad']> {
  for (const { size, root, bytes } of checkpoints.slice(-NOTES)) {
    const seq = Number(size);
    const note = readCheckpointNote(bytes.toString());
    if (note === undefined) return { seq, why: 'the checkpoint that ends here is not a signed note' };
    if (!(await signedByUs(note)))
      return { seq, why: 'the signature of the checkpoint that ends here does not hold by our key' };
    const { head } = note;
    if (head.origin !== `autoops-audit/${workspaceId}` || head.size !== seq || head.root !== root)
      return { seq, why: 'the checkpoint that ends here says something else than what was signed' };
  }
  return undefined;
}

async function loadHead(transaction: Transaction, workspaceId: string): Promise<Head> {
  const head = await row<Head>(transaction, 'select seq, hash, base_seq, base_hash from audit_heads');
  if (!head) throw new Error(`Workspace ${workspaceId} has no audit chain.`);
  return head;
}

interface StoredVerification {
  readonly verified_to: string;
  readonly verified_at: Date;
  readonly whole_at: Date;
  readonly ok: boolean;
  readonly first_bad: AuditStatus['firstBad'] | null;
}

const VERIFICATION = 'verified_to, verified_at, whole_at, ok, first_bad';

function statusOf(head: Head, stored: StoredVerification): AuditStatus {
  return {
    entries: Number(head.seq) - Number(head.base_seq),
    verifiedTo: Number(stored.verified_to),
    headHash: head.hash,
    verifiedAt: stored.verified_at.toISOString(),
    wholeAt: stored.whole_at.toISOString(),
    ok: stored.ok,
    ...present('firstBad', stored.first_bad ?? undefined),
  };
}

/**
 * The head, and how far the chain holds: what came since the last verification is recomputed now, from the entry where that ended.
 * A log that was never verified, or no longer has that entry, is verified whole. A fault stays until a whole verification finds none.
 */
export async function selectAuditStatus(transaction: Transaction, workspaceId: string): Promise<AuditStatus> {
  // In this order: the head is never behind what was verified before it was read.
  const last = await row<StoredVerification>(transaction, `select ${VERIFICATION} from audit_verifications`);
  const head = await loadHead(transaction, workspaceId);
  if (last?.ok === false) return statusOf(head, last);
  const verified = Number(last?.verified_to ?? 0);
  const cut = cutFault(Number(head.seq), verified, VERIFIED);
  if (cut) return storeStatus(transaction, workspaceId, head, { to: Number(head.seq), firstBad: cut, whole: false });
  const place = await selectPlace(transaction, verified);
  if (!place) return verifyAudit(transaction, workspaceId);
  // Before the entries are read: a checkpoint that comes meanwhile may cover what was written after they were.
  const covered = await row<{ size: string | null }>(transaction, 'select max(size) as size from audit_checkpoints');
  const { end, firstBad } = await readChain(transaction, place);
  return storeStatus(transaction, workspaceId, head, {
    to: end.seq,
    firstBad: firstBad ?? cutFault(end.seq, Number(covered?.size ?? 0), SIGNED) ?? headFault(end, head),
    whole: false,
  });
}

async function selectPlace(transaction: Transaction, seq: number): Promise<Place | undefined> {
  const entry = await row<{ hash: string; at: Date }>(
    transaction,
    'select hash, at from audit_entries where seq = $1',
    [seq],
  );
  return entry && { seq, hash: entry.hash, atMs: entry.at.getTime() };
}
