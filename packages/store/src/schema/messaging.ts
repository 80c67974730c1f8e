import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, createdAt, document, workspaceId } from './columns.ts';

/** Jobs to enqueue after commit. An unclaimed row of the same subject and queue stands for both. */
export const outbox = pgTable(
  'outbox',
  {
    workspaceId: workspaceId(),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
    queue: text('queue').notNull(),
    subjectId: uuid('subject_id').notNull(),
    availableAt: at('available_at').notNull(),
    traceparent: text('traceparent'),
    createdAt: createdAt(),
    claimedAt: at('claimed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('outbox_by_time').on(table.availableAt, table.id),
    index('outbox_by_id').on(table.id),
    uniqueIndex('outbox_waiting')
      .on(table.workspaceId, table.queue, table.subjectId)
      .where(sql`claimed_at is null`),
  ],
);

/** What SSE resumes from; `seq` counts per workspace in commit order. */
export const liveEvents = pgTable(
  'live_events',
  {
    workspaceId: workspaceId(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    at: at('at').notNull(),
    doc: document(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.seq] }),
    index('live_events_by_time').on(table.workspaceId, table.at),
  ],
);

export const channels = pgTable(
  'channels',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    url: text('url').notNull(),
    secret: text('secret').notNull(),
    createdAt: createdAt(),
    disabledAt: at('disabled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex('channels_by_name').on(table.workspaceId, table.name),
  ],
);

/** One message to one channel; `message_id` stays the same on every retry and redelivery. */
export const deliveries = pgTable(
  'deliveries',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    channelId: uuid('channel_id').notNull(),
    messageId: text('message_id').notNull(),
    type: text('type').notNull(),
    subjectId: uuid('subject_id').notNull(),
    incidentId: uuid('incident_id'),
    state: text('state').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: at('next_attempt_at').notNull().defaultNow(),
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    createdAt: createdAt(),
    deliveredAt: at('delivered_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('deliveries_by_id').on(table.id),
    uniqueIndex('deliveries_by_message').on(table.workspaceId, table.channelId, table.messageId),
    index('deliveries_by_creation').on(table.workspaceId, table.createdAt, table.id),
    index('deliveries_waiting')
      .on(table.workspaceId, table.nextAttemptAt)
      .where(sql`state = 'waiting'`),
  ],
);
