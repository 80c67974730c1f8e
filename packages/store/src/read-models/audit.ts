import { AuditEntry, consideredIn, type AuditStatus, type Page, type TimelineEntry } from '@autoops/contracts';
import { canonicalJson, leafHash, readCheckpointNote } from '@autoops/digest';
import { execute, jsonText, row, rows, type Transaction } from '../database.ts';
import { auditSeq } from '../state/audit-log.ts';
import { MerkleRange } from './merkle-range.ts';
import { Conditions, selectPage, type PageQuery } from './page.ts';
import { present } from './services.ts';

interface StoredEntry {
  readonly seq: string;
  readonly bytes: Buffer;
  readonly hash: string;
}

const COLUMNS = 'seq, bytes, hash';
const VERIFY_CHUNK = 2_000;

export interface AuditQuery extends PageQuery {
  readonly actor?: string | undefined;
  readonly verb?: string | undefined;
  readonly incidentId?: string | undefined;
  /** Entries that say this anywhere, in upper or lower case. */
  readonly q?: string | undefined;
}

/** An entry as its bytes say it, with the hash that the database keeps. */
function entryOf(stored: StoredEntry): AuditEntry {
  return AuditEntry.parse({ ...(JSON.parse(stored.bytes.toString()) as object), hash: stored.hash });
}

/** The log, newest first. */
export function selectAudit(
  transaction: Transaction,
  workspaceId: string,
  query: AuditQuery,
): Promise<Page<AuditEntry>> {
  const { conditions, values } = new Conditions()
    .add('actor = ?', query.actor)
    .add('verb = ?', query.verb)
    .add('incident_id = ?', query.incidentId)
    .add("position(lower(?) in lower(convert_from(bytes, 'UTF8'))) > 0", query.q)
    // What is about no incident (tokens, configuration, the log itself) belongs to no environment.
    .add(
      `(incident_id is null or exists (select from incidents i where i.workspace_id = audit_entries.workspace_id
         and i.id = audit_entries.incident_id and i.environment = any (?)))`,
      query.environments,
    );
  return selectPage<StoredEntry, AuditEntry>(
    transaction,
    { list: 'audit', workspaceId, first: 'seq', firstType: 'bigint', second: 'seq', secondType: 'bigint' },
    query,
    { columns: COLUMNS, from: 'audit_entries', conditions, values },
    entryOf,
  );
}

export async function selectAuditEntry(transaction: Transaction, id: string): Promise<AuditEntry | undefined> {
  const seq = auditSeq(id);
  const found =
    seq === undefined
      ? undefined
      : await row<StoredEntry>(transaction, `select ${COLUMNS} from audit_entries where seq = $1`, [seq]);
  return found && entryOf(found);
}

/** A page of a timeline; by default the oldest entries come first. */
export interface TimelineQuery extends PageQuery {
  readonly order?: 'oldest' | 'newest' | undefined;
}

/** An incident's own entries, and the notes on its service's charts that touch its time and were not taken away. */
const OF_INCIDENT = `(incident_id = $1 or seq in (
  select e.seq from incidents i
    join annotations n on n.workspace_id = i.workspace_id and n.environment = i.environment and n.service = i.service
      and n.from_at <= coalesce(i.closed_at, now()) and coalesce(n.to_at, n.from_at) >= i.opened_at
    join audit_entries e on e.workspace_id = n.workspace_id and e.verb = 'annotation.create' and e.subject_id = n.id::text
  where i.id = $1))`;

/** An incident's timeline: the log seen through one incident. */
export function selectTimeline(
  transaction: Transaction,
  workspaceId: string,
  incidentId: string,
  query: TimelineQuery,
): Promise<Page<TimelineEntry>> {
  return selectPage<StoredEntry, TimelineEntry>(
    transaction,
    {
      list: `timeline/${incidentId}/${query.order ?? 'oldest'}`,
      workspaceId,
      first: 'seq',
      firstType: 'bigint',
      second: 'seq',
      secondType: 'bigint',
      ascending: query.order !== 'newest',
    },
    query,
    { columns: COLUMNS, from: 'audit_entries', conditions: [OF_INCIDENT], values: [incidentId] },
    (stored) => {
      const entry = entryOf(stored);
      return {
        seq: entry.seq,
        auditId: entry.id,
        at: entry.at,
        lane: entry.lane,
        importance: entry.importance,
        actor: entry.actor,
        ...present('stage', entry.stage),
        ...present('reason', entry.reason),
        text: entry.summary,
        evidence: entry.evidence,
        reference: `${entry.subject.kind}:${entry.subject.id}`,
        ...present('considered', consideredIn(entry)),
      };
    },
  );
}

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
  let previousHash = head.base_hash;
  let seq = Number(head.base_seq);
  let previousAt = Number.NEGATIVE_INFINITY;
  let firstBad: AuditStatus['firstBad'];
  while (firstBad === undefined) {
    const chunk = await rows<CheckedEntry>(
      transaction,
      `select ${COLUMNS}, previous_hash, at, actor, verb, incident_id from audit_entries where seq > $1 order by seq limit ${VERIFY_CHUNK}`,
      [seq],
    );
    for (const entry of chunk) {
      const why = faultOf(entry, seq + 1, previousHash, previousAt) ?? rootFault(tree, entry.hash, roots.get(seq + 1));
      if (why !== undefined) {
        firstBad = { seq: seq + 1, why };
        break;
      }
      seq += 1;
      previousHash = entry.hash;
      previousAt = entry.at.getTime();
    }
    if (chunk.length < VERIFY_CHUNK) break;
  }
  const largest = checkpoints.at(-1);
  if (!firstBad && largest && Number(largest.size) > seq)
    firstBad = {
      seq: seq + 1,
      why: `the log ends here, but a signed checkpoint covers ${largest.size} entries: its end was cut off`,
    };
  if (!firstBad && signedByUs) firstBad = await noteFault(checkpoints, workspaceId, signedByUs);
  // Entries that came in while we read are behind the head that we read first, never before it.
  if (!firstBad && seq < Number(head.seq))
    firstBad = { seq: seq + 1, why: `entries ${seq + 1} to ${head.seq} are missing` };
  if (!firstBad && seq === Number(head.seq) && previousHash !== head.hash)
    firstBad = { seq, why: 'the last entry is not the head of the chain' };
  const status: AuditStatus = {
    entries: Number(head.seq) - Number(head.base_seq),
    verifiedTo: seq,
    headHash: head.hash,
    verifiedAt: new Date().toISOString(),
    ok: firstBad === undefined,
    ...present('firstBad', firstBad),
  };
  await execute(
    transaction,
    `insert into audit_verifications (workspace_id, verified_to, verified_at, ok, first_bad) values ($1, $2, $3, $4, $5)
     on conflict (workspace_id) do update set verified_to = excluded.verified_to, verified_at = excluded.verified_at, ok = excluded.ok, first_bad = excluded.first_bad`,
    [workspaceId, seq, status.verifiedAt, status.ok, firstBad ? jsonText(firstBad) : null],
  );
  return status;
}

/** What is wrong with an entry, or undefined. */
function faultOf(entry: CheckedEntry, seq: number, previousHash: string, previousAt: number): string | undefined {
  if (Number(entry.seq) !== seq) return `entry ${seq} is missing; the next one is ${entry.seq}`;
  if (leafHash(entry.bytes) !== entry.hash) return 'its bytes do not have its hash';
  let content: AuditEntry;
  try {
    const text = entry.bytes.toString();
    content = entryOf(entry);
    if (canonicalJson(JSON.parse(text)) !== text) return 'its bytes are not in canonical form';
  } catch {
    return 'its bytes are not an entry';
  }
  if (content.seq !== seq) return `its bytes say that it is entry ${content.seq}`;
  if (content.previousHash !== previousHash || entry.previous_hash !== previousHash)
    return 'it does not continue the entry before';
  if (
    Date.parse(content.at) !== entry.at.getTime() ||
    content.actor.id !== entry.actor ||
    content.verb !== entry.verb ||
    (content.incidentId ?? null) !== entry.incident_id
  ) {
    return 'a column beside its bytes says something else';
  }
  return entry.at.getTime() < previousAt ? 'it is earlier than the entry before' : undefined;
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

/** The head, and what the last verification found. A log that was never verified is verified now. */
export async function selectAuditStatus(transaction: Transaction, workspaceId: string): Promise<AuditStatus> {
  const head = await loadHead(transaction, workspaceId);
  const last = await row<{
    verified_to: string;
    verified_at: Date;
    ok: boolean;
    first_bad: AuditStatus['firstBad'] | null;
  }>(transaction, 'select verified_to, verified_at, ok, first_bad from audit_verifications');
  if (!last) return verifyAudit(transaction, workspaceId);
  return {
    entries: Number(head.seq) - Number(head.base_seq),
    verifiedTo: Number(last.verified_to),
    headHash: head.hash,
    verifiedAt: last.verified_at.toISOString(),
    ok: last.ok,
    ...present('firstBad', last.first_bad ?? undefined),
  };
}
