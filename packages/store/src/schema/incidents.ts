import { sql } from 'drizzle-orm';
import { foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea } from './audit.ts';
import {
  at,
  booleanOf,
  createdAt,
  document,
  instantOf,
  integerOf,
  textOf,
  updatedAt,
  uuidOf,
  workspaceId,
} from './columns.ts';

export const incidents = pgTable(
  'incidents',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    state: textOf('state', 'state'),
    outcome: textOf('outcome', 'outcome'),
    version: integerOf('version', 'version'),
    number: integerOf('number', 'number'),
    service: textOf('service', 'service'),
    environment: textOf('environment', 'environment'),
    severity: textOf('severity', 'severity'),
    kind: textOf('kind', 'kind'),
    planId: uuidOf('plan_id', 'planId'),
    openedAt: instantOf('opened_at', 'openedAt'),
    closedAt: instantOf('closed_at', 'closedAt'),
    demo: booleanOf('demo', 'demo'),
    evidenceCount: integer('evidence_count').notNull().default(0),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('incidents_by_id').on(table.id),
    uniqueIndex('incidents_by_number').on(table.workspaceId, table.number),
    index('incidents_by_opening').on(table.workspaceId, table.openedAt, table.id),
    index('incidents_open')
      .on(table.workspaceId, table.state)
      .where(sql`state <> 'closed'`),
    index('incidents_by_closing').on(table.workspaceId, table.closedAt),
  ],
);

export const anomalies = pgTable(
  'anomalies',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    incidentId: uuidOf('incident_id', 'incidentId'),
    service: textOf('service', 'service'),
    environment: textOf('environment', 'environment'),
    openedAt: instantOf('opened_at', 'openedAt'),
    closedAt: instantOf('closed_at', 'closedAt'),
    /** Series state from before the anomaly's window and the samples since, for replay. */
    snapshot: bytea('snapshot'),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('anomalies_by_incident').on(table.workspaceId, table.incidentId),
    index('anomalies_by_opening').on(table.workspaceId, table.openedAt, table.id),
    index('anomalies_open')
      .on(table.workspaceId)
      .where(sql`closed_at is null`),
  ],
);

/** What people said of an anomaly, one row a person; what counts is the newest. */
export const anomalyLabels = pgTable(
  'anomaly_labels',
  {
    workspaceId: workspaceId(),
    anomalyId: uuid('anomaly_id').notNull(),
    subject: text('subject').notNull(),
    subjectKind: text('subject_kind').notNull(),
    label: text('label').notNull(),
    reason: text('reason'),
    labelledAt: at('labelled_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.anomalyId, table.subject] }),
    index('anomaly_labels_by_time').on(table.workspaceId, table.labelledAt),
    foreignKey({
      name: 'anomaly_labels_anomaly',
      columns: [table.workspaceId, table.anomalyId],
      foreignColumns: [anomalies.workspaceId, anomalies.id],
    }),
  ],
);

/** Notes of people on a service's charts. */
export const annotations = pgTable(
  'annotations',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    environment: text('environment').notNull(),
    service: text('service').notNull(),
    fromAt: at('from_at').notNull(),
    toAt: at('to_at'),
    text: text('text').notNull(),
    author: text('author').notNull(),
    authorKind: text('author_kind').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('annotations_by_service').on(table.workspaceId, table.environment, table.service, table.fromAt),
  ],
);

export const forecasts = pgTable(
  'forecasts',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    incidentId: uuidOf('incident_id', 'incidentId'),
    service: textOf('service', 'service'),
    environment: textOf('environment', 'environment'),
    issuedAt: instantOf('issued_at', 'issuedAt'),
    /** Exact inputs as text, for replay. */
    inputs: text('inputs').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('forecasts_by_incident').on(table.workspaceId, table.incidentId, table.issuedAt),
    index('forecasts_by_issue').on(table.workspaceId, table.issuedAt, table.id),
  ],
);

/** Forecasts of services beside incidents; `judgement` is what came, once it is known. */
export const serviceForecasts = pgTable(
  'service_forecasts',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    kind: textOf('kind', 'kind'),
    service: textOf('service', 'service'),
    environment: textOf('environment', 'environment'),
    subject: textOf('subject', 'subject'),
    issuedAt: instantOf('issued_at', 'issuedAt'),
    dueAt: instantOf('due_at', 'dueAt'),
    judgement: jsonb('judgement'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('service_forecasts_newest').on(
      table.workspaceId,
      table.environment,
      table.service,
      table.kind,
      table.subject,
      table.issuedAt,
    ),
    index('service_forecasts_judged')
      .on(table.workspaceId, table.kind, table.service, table.issuedAt)
      .where(sql`judgement is not null`),
    index('service_forecasts_due')
      .on(table.workspaceId, table.dueAt)
      .where(sql`judgement is null`),
  ],
);

/** What outcomes taught of each class of bounded resource. */
export const hazardCalibrations = pgTable(
  'hazard_calibrations',
  {
    workspaceId: workspaceId(),
    resourceClass: text('resource_class').notNull(),
    doc: document(),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.resourceClass] })],
);

export const evidence = pgTable(
  'evidence',
  {
    workspaceId: workspaceId(),
    incidentId: uuid('incident_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    doc: document(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.incidentId, table.ordinal] }),
    foreignKey({
      name: 'evidence_incident',
      columns: [table.workspaceId, table.incidentId],
      foreignColumns: [incidents.workspaceId, incidents.id],
    }),
  ],
);

export const narratives = pgTable(
  'narratives',
  {
    workspaceId: workspaceId(),
    incidentId: uuid('incident_id').notNull(),
    doc: document(),
    updatedAt: updatedAt(),
    /** What it was told from as text, for replay. */
    inputs: text('inputs'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.incidentId] }),
    foreignKey({
      name: 'narratives_incident',
      columns: [table.workspaceId, table.incidentId],
      foreignColumns: [incidents.workspaceId, incidents.id],
    }),
  ],
);

export const incidentValues = pgTable(
  'incident_values',
  {
    workspaceId: workspaceId(),
    incidentId: uuid('incident_id').notNull(),
    doc: document(),
    computedAt: instantOf('computed_at', 'computedAt'),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.incidentId] }),
    foreignKey({
      name: 'incident_values_incident',
      columns: [table.workspaceId, table.incidentId],
      foreignColumns: [incidents.workspaceId, incidents.id],
    }),
  ],
);
