import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { at, workspaceId } from './columns.ts';

/** Who may touch a target. The epoch only grows, so a late writer with an old one is refused. */
export const targetLocks = pgTable(
  'target_locks',
  {
    workspaceId: workspaceId(),
    targetKey: text('target_key').notNull(),
    epoch: integer('epoch').notNull(),
    holder: text('holder'),
    expiresAt: at('expires_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.targetKey] }),
    index('target_locks_by_holder').on(table.workspaceId, table.holder),
  ],
);

/** Blast-radius budget: an action in flight is a holder without `released_at`. */
export const actionReservations = pgTable(
  'action_reservations',
  {
    workspaceId: workspaceId(),
    holder: text('holder').notNull(),
    targetKey: text('target_key').notNull(),
    rollback: boolean('rollback').notNull(),
    environment: text('environment').notNull(),
    service: text('service').notNull(),
    unavailable: integer('unavailable').notNull(),
    reservedAt: at('reserved_at').notNull(),
    releasedAt: at('released_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.holder, table.targetKey, table.rollback] }),
    index('action_reservations_in_flight')
      .on(table.workspaceId, table.environment)
      .where(sql`released_at is null`),
    index('action_reservations_by_time').on(table.workspaceId, table.environment, table.reservedAt),
  ],
);

export const breakers = pgTable(
  'breakers',
  {
    workspaceId: workspaceId(),
    runbook: text('runbook').notNull(),
    targetKind: text('target_kind').notNull(),
    environment: text('environment').notNull(),
    openedAt: at('opened_at'),
    /** Outcomes before this time do not count any more. */
    countsFrom: at('counts_from').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.runbook, table.targetKind, table.environment] })],
);

export const breakerOutcomes = pgTable(
  'breaker_outcomes',
  {
    workspaceId: workspaceId(),
    id: bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity(),
    runbook: text('runbook').notNull(),
    targetKind: text('target_kind').notNull(),
    environment: text('environment').notNull(),
    targetKey: text('target_key').notNull(),
    outcome: text('outcome').notNull(),
    at: at('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('breaker_outcomes_by_key').on(
      table.workspaceId,
      table.runbook,
      table.targetKind,
      table.environment,
      table.at,
    ),
  ],
);

/** Kill switches; written by `set_control` alone and read FOR SHARE before every dispatch. */
export const controls = pgTable(
  'controls',
  {
    workspaceId: workspaceId(),
    scope: text('scope').notNull(),
    level: text('level').notNull(),
    version: integer('version').notNull(),
    reason: text('reason').notNull(),
    changedByKind: text('changed_by_kind').notNull(),
    changedById: text('changed_by_id').notNull(),
    changedAt: at('changed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.scope] })],
);

export const rollbackTokens = pgTable(
  'rollback_tokens',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    runId: uuid('run_id').notNull(),
    state: text('state').notNull(),
    expiresAt: at('expires_at').notNull(),
    usedAt: at('used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('rollback_tokens_by_run').on(table.workspaceId, table.runId),
  ],
);

/** After a reset, track records, cool-downs and budgets of an environment count from here (demo reset). */
export const historyResets = pgTable(
  'history_resets',
  { workspaceId: workspaceId(), environment: text('environment').notNull(), at: at('at').notNull() },
  (table) => [primaryKey({ columns: [table.workspaceId, table.environment] })],
);
