import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, document, textOf, updatedAt, workspaceId } from './columns.ts';

/** Configuration documents as versioned rows; `current` marks the version in force. */
export const configDocuments = pgTable(
  'config_documents',
  {
    workspaceId: workspaceId(),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    version: integer('version').notNull(),
    digest: text('digest').notNull(),
    body: jsonb('body').notNull(),
    text: text('text').notNull(),
    loadedAt: at('loaded_at').notNull().defaultNow(),
    current: boolean('current').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.kind, table.name, table.version] }),
    index('config_documents_current').on(table.workspaceId, table.kind, table.current),
  ],
);

export const configProblems = pgTable('config_problems', {
  workspaceId: workspaceId().primaryKey(),
  file: text('file').notNull(),
  message: text('message').notNull(),
  at: at('at').notNull().defaultNow(),
});

/** What the worker computed last; screens read it, nothing decides on it. */
export const sloStatus = pgTable(
  'slo_status',
  {
    workspaceId: workspaceId(),
    id: text('id').notNull(),
    doc: document(),
    service: textOf('service', 'service'),
    environment: textOf('environment', 'environment'),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
);

/** When an error budget ran out: what forecasts of exhaustion are judged by. */
export const sloExhaustions = pgTable(
  'slo_exhaustions',
  {
    workspaceId: workspaceId(),
    environment: text('environment').notNull(),
    service: text('service').notNull(),
    slo: text('slo').notNull(),
    at: at('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.environment, table.service, table.slo, table.at] })],
);

export const serviceRisks = pgTable(
  'service_risks',
  {
    workspaceId: workspaceId(),
    environment: text('environment').notNull(),
    service: text('service').notNull(),
    doc: document(),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.environment, table.service] })],
);

export const sourceStatus = pgTable(
  'source_status',
  {
    workspaceId: workspaceId(),
    name: text('name').notNull(),
    doc: document(),
    errors: integer('errors').notNull().default(0),
    lastError: text('last_error'),
    lastErrorAt: at('last_error_at'),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.name] })],
);
