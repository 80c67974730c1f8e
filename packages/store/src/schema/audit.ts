import { bigint, boolean, customType, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { at, workspaceId } from './columns.ts';

export const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/** The head of each workspace's chain. Locked first by every decision, which puts entries and live events in commit order. */
export const auditHeads = pgTable('audit_heads', {
  workspaceId: uuid('workspace_id').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  hash: text('hash').notNull(),
  at: at('at').notNull(),
  /** Entries up to here were removed by retention; the chain starts after `base_hash`. */
  baseSeq: bigint('base_seq', { mode: 'number' }).notNull().default(0),
  baseHash: text('base_hash').notNull(),
});

/** RFC 8785 bytes are the truth; the columns after `hash` are extracted from them by `append_audit`, for queries only. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    workspaceId: workspaceId(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    bytes: bytea('bytes').notNull(),
    hash: text('hash').notNull(),
    previousHash: text('previous_hash').notNull(),
    at: at('at').notNull(),
    actor: text('actor').notNull(),
    verb: text('verb').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    incidentId: uuid('incident_id'),
    reason: text('reason'),
    stage: text('stage'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.seq] }),
    index('audit_entries_by_incident').on(table.workspaceId, table.incidentId, table.seq),
    index('audit_entries_by_verb').on(table.workspaceId, table.verb, table.seq),
    index('audit_entries_by_actor').on(table.workspaceId, table.actor, table.seq),
    index('audit_entries_by_time').on(table.workspaceId, table.at),
  ],
);

/** Signed notes over the Merkle root of the first `size` entries. */
export const auditCheckpoints = pgTable(
  'audit_checkpoints',
  {
    workspaceId: workspaceId(),
    size: bigint('size', { mode: 'number' }).notNull(),
    root: text('root').notNull(),
    bytes: bytea('bytes').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.size] })],
);

/** What the last verification found. */
export const auditVerifications = pgTable('audit_verifications', {
  workspaceId: uuid('workspace_id').primaryKey(),
  verifiedTo: bigint('verified_to', { mode: 'number' }).notNull(),
  verifiedAt: at('verified_at').notNull(),
  /** Of the last that began at the first entry. */
  wholeAt: at('whole_at').notNull(),
  ok: boolean('ok').notNull(),
  firstBad: jsonb('first_bad'),
});
