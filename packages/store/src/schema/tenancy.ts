import { bigint, integer, jsonb, pgTable, primaryKey, text, uuid, index, uniqueIndex } from 'drizzle-orm/pg-core';
import { at, createdAt, workspaceId } from './columns.ts';

export const workspaces = pgTable('workspaces', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull().unique(),
  createdAt: createdAt(),
});

/** Gapless numbers of a workspace: incidents, live events. */
export const counters = pgTable(
  'counters',
  { workspaceId: workspaceId(), name: text('name').notNull(), value: bigint('value', { mode: 'number' }).notNull() },
  (table) => [primaryKey({ columns: [table.workspaceId, table.name] })],
);

/** Opaque bearers, stored as SHA-256 of the token. */
export const tokens = pgTable(
  'tokens',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    hash: text('hash').notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    permissions: text('permissions').array().notNull(),
    environments: text('environments').array().notNull(),
    source: text('source'),
    createdAt: createdAt(),
    expiresAt: at('expires_at'),
    revokedAt: at('revoked_at'),
    lastUsedAt: at('last_used_at'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] }), uniqueIndex('tokens_by_hash').on(table.hash)],
);

export const sessions = pgTable(
  'sessions',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    hash: text('hash').notNull(),
    subject: text('subject').notNull(),
    role: text('role').notNull(),
    permissions: text('permissions').array().notNull(),
    environments: text('environments').array().notNull(),
    authenticatedAt: at('authenticated_at').notNull(),
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex('sessions_by_hash').on(table.hash),
    index('sessions_by_expiry').on(table.workspaceId, table.expiresAt),
  ],
);

/** How a person likes the dashboard; `version` guards against two pages that overwrite each other. */
export const preferences = pgTable(
  'preferences',
  {
    workspaceId: workspaceId(),
    subject: text('subject').notNull(),
    version: integer('version').notNull(),
    doc: jsonb('doc').notNull(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.subject] })],
);

/** Answers kept under Idempotency-Key; `status` is null while the first call still runs. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    workspaceId: workspaceId(),
    key: text('key').notNull(),
    bodyDigest: text('body_digest').notNull(),
    status: integer('status'),
    body: jsonb('body'),
    claimedAt: at('claimed_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.key] })],
);
