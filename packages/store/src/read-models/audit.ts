import { AuditEntry, consideredIn, type Page, type TimelineEntry } from '@autoops/contracts';
import { row, type Transaction } from '../database.ts';
import { auditSeq } from '../state/audit-log.ts';
import { Conditions, selectPage, type PageQuery } from './page.ts';
import { present } from './services.ts';

export interface StoredEntry {
  readonly seq: string;
  readonly bytes: Buffer;
  readonly hash: string;
}

export const ENTRY_COLUMNS = 'seq, bytes, hash';

export interface AuditQuery extends PageQuery {
  readonly actor?: string | undefined;
  readonly verb?: string | undefined;
  readonly incidentId?: string | undefined;
  /** Entries that say this anywhere, in upper or lower case. */
  readonly q?: string | undefined;
}

/** An entry as its bytes say it, with the hash that the database keeps. */
export function entryOf(stored: StoredEntry): AuditEntry {
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
    { columns: ENTRY_COLUMNS, from: 'audit_entries', conditions, values },
    entryOf,
  );
}

export async function selectAuditEntry(transaction: Transaction, id: string): Promise<AuditEntry | undefined> {
  const seq = auditSeq(id);
  const found =
    seq === undefined
      ? undefined
      : await row<StoredEntry>(transaction, `select ${ENTRY_COLUMNS} from audit_entries where seq = $1`, [seq]);
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
    { columns: ENTRY_COLUMNS, from: 'audit_entries', conditions: [OF_INCIDENT], values: [incidentId] },
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
