import { sql } from 'drizzle-orm';
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytea } from './audit.ts';
import { at, createdAt, updatedAt, workspaceId } from './columns.ts';

// `samples`, `logs` and `indicator_points` are partitioned by day, which drizzle cannot say: see migrations/*_partitions.sql.

/** Work of one worker at a time: workspace + environment + service, or one of 8 slots for series that name no service. */
export const shards = pgTable(
  'shards',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    environment: text('environment').notNull(),
    service: text('service').notNull(),
    slot: integer('slot').notNull(),
    nextSequence: bigint('next_sequence', { mode: 'number' }).notNull().default(1),
    newestLogId: bigint('newest_log_id', { mode: 'number' }).notNull().default(0),
    newestAlertRevision: bigint('newest_alert_revision', { mode: 'number' }).notNull().default(0),
    changedAt: at('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('shards_by_id').on(table.id),
    uniqueIndex('shards_by_key').on(table.workspaceId, table.environment, table.service, table.slot),
  ],
);

export const shardCheckpoints = pgTable(
  'shard_checkpoints',
  {
    workspaceId: workspaceId(),
    shardId: uuid('shard_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull().default(0),
    logId: bigint('log_id', { mode: 'number' }).notNull().default(0),
    alertRevision: bigint('alert_revision', { mode: 'number' }).notNull().default(0),
    state: bytea('state'),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.shardId] })],
);

/** Samples of a shard in the order of commit, packed little-endian; gone once they are behind the checkpoint. */
export const shardBatches = pgTable(
  'shard_batches',
  {
    workspaceId: workspaceId(),
    shardId: uuid('shard_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    source: text('source').notNull(),
    seriesIds: bigint('series_ids', { mode: 'number' }).array().notNull(),
    seriesIndex: bytea('series_index').notNull(),
    timestampMs: bytea('timestamp_ms').notNull(),
    value: bytea('value').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.shardId, table.sequence] })],
);

export const series = pgTable(
  'series',
  {
    workspaceId: workspaceId(),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    metric: text('metric').notNull(),
    labels: jsonb('labels').notNull(),
    /** SHA-256 over source, metric and sorted labels. */
    identity: bytea('identity').notNull(),
    shardId: uuid('shard_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex('series_by_identity').on(table.workspaceId, table.identity),
    index('series_by_metric').on(table.workspaceId, table.metric, table.id),
  ],
);

export const changeEvents = pgTable(
  'change_events',
  {
    workspaceId: workspaceId(),
    source: text('source').notNull(),
    eventId: text('event_id').notNull(),
    environment: text('environment').notNull(),
    service: text('service').notNull(),
    at: at('at').notNull(),
    doc: jsonb('doc').notNull(),
    redactions: jsonb('redactions'),
    receivedAt: at('received_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.source, table.eventId] }),
    index('change_events_by_time').on(table.workspaceId, table.environment, table.at),
  ],
);

export const alerts = pgTable(
  'alerts',
  {
    workspaceId: workspaceId(),
    key: text('key').notNull(),
    startsAt: at('starts_at').notNull(),
    /** Drawn anew at each change, under the shard's lock: what the detector has not seen yet is above its checkpoint. */
    revision: bigint('revision', { mode: 'number' })
      .notNull()
      .default(sql`nextval('alert_revisions')`),
    shardId: uuid('shard_id').notNull(),
    status: text('status').notNull(),
    doc: jsonb('doc').notNull(),
    redactions: jsonb('redactions'),
    receivedAt: at('received_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.key, table.startsAt] }),
    index('alerts_by_revision').on(table.workspaceId, table.shardId, table.revision),
    index('alerts_by_receipt').on(table.workspaceId, table.receivedAt),
  ],
);

/** What is known of an indicator of a service; its points are in `indicator_points`. */
export const indicatorSeries = pgTable(
  'indicator_series',
  {
    workspaceId: workspaceId(),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
    environment: text('environment').notNull(),
    service: text('service').notNull(),
    indicator: text('indicator').notNull(),
    labels: jsonb('labels').notNull(),
    /** First 12 hex digits of the SHA-256 of the labels' canonical JSON; empty without labels. */
    labelHash: text('label_hash').notNull(),
    source: text('source').notNull(),
    unit: text('unit').notNull(),
    view: text('view').notNull(),
    intervalMs: doublePrecision('interval_ms').notNull(),
    samples: bigint('samples', { mode: 'number' }).notNull().default(0),
    newestAt: at('newest_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex('indicator_series_by_name').on(
      table.workspaceId,
      table.environment,
      table.service,
      table.indicator,
      table.labelHash,
    ),
  ],
);

/** How many signals a source has handed in, for the Integrations screen and our own figures. */
export const signalCounts = pgTable(
  'signal_counts',
  {
    workspaceId: workspaceId(),
    source: text('source').notNull(),
    received: bigint('received', { mode: 'number' }).notNull(),
    duplicates: bigint('duplicates', { mode: 'number' }).notNull(),
    late: bigint('late', { mode: 'number' }).notNull(),
    lastAt: at('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.source] })],
);
