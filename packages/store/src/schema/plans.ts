import { foreignKey, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, document, instantOf, integerOf, textOf, updatedAt, uuidOf, workspaceId } from './columns.ts';
import { incidents } from './incidents.ts';

export const plans = pgTable(
  'plans',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    incidentId: uuidOf('incident_id', 'incidentId').notNull(),
    version: integerOf('version', 'version'),
    state: textOf('state', 'state'),
    hash: textOf('hash', 'hash'),
    environment: textOf('environment', 'environment'),
    createdAt: instantOf('created_at', 'createdAt'),
    /** Exact inputs as text, for replay. */
    inputs: text('inputs').notNull(),
    /** When `state` was written last: what `awaiting-execute` expires by. */
    stateSince: at('state_since').notNull().defaultNow(),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex('plans_by_incident').on(table.workspaceId, table.incidentId, table.version),
    index('plans_by_creation').on(table.workspaceId, table.createdAt, table.id),
    index('plans_by_state').on(table.workspaceId, table.state),
    foreignKey({
      name: 'plans_incident',
      columns: [table.workspaceId, table.incidentId],
      foreignColumns: [incidents.workspaceId, incidents.id],
    }),
  ],
);

export const decisions = pgTable(
  'decisions',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    planId: uuidOf('plan_id', 'planId').notNull(),
    environment: textOf('environment', 'environment'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('decisions_by_plan').on(table.workspaceId, table.planId, table.createdAt), // no foreign key: candidates are judged before one becomes a plan
  ],
);

export const approvals = pgTable(
  'approvals',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    planId: uuidOf('plan_id', 'planId').notNull(),
    incidentId: uuidOf('incident_id', 'incidentId').notNull(),
    state: textOf('state', 'state'),
    version: integerOf('version', 'version'),
    environment: textOf('environment', 'environment'),
    createdAt: instantOf('created_at', 'createdAt'),
    expiresAt: instantOf('expires_at', 'expiresAt'),
    dispatchBy: instantOf('dispatch_by', 'dispatchBy'),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('approvals_by_plan').on(table.workspaceId, table.planId),
    index('approvals_by_creation').on(table.workspaceId, table.createdAt, table.id),
    foreignKey({
      name: 'approvals_plan',
      columns: [table.workspaceId, table.planId],
      foreignColumns: [plans.workspaceId, plans.id],
    }),
  ],
);

export const runs = pgTable(
  'runs',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    /** A run without its steps, which are rows of their own. */
    doc: document(),
    planId: uuidOf('plan_id', 'planId').notNull(),
    incidentId: uuidOf('incident_id', 'incidentId').notNull(),
    state: textOf('state', 'state'),
    version: integerOf('version', 'version'),
    service: textOf('service', 'service'),
    environment: textOf('environment', 'environment'),
    createdAt: instantOf('created_at', 'createdAt'),
    finishedAt: instantOf('finished_at', 'finishedAt'),
    logLines: integer('log_lines').notNull().default(0),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('runs_by_incident').on(table.workspaceId, table.incidentId),
    index('runs_by_plan').on(table.workspaceId, table.planId),
    index('runs_by_creation').on(table.workspaceId, table.createdAt, table.id),
    index('runs_by_state').on(table.workspaceId, table.state),
    foreignKey({
      name: 'runs_plan',
      columns: [table.workspaceId, table.planId],
      foreignColumns: [plans.workspaceId, plans.id],
    }),
  ],
);

export const steps = pgTable(
  'steps',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    doc: document(),
    runId: uuidOf('run_id', 'runId').notNull(),
    index: integerOf('index', 'index'),
    state: textOf('state', 'state'),
    epoch: integerOf('epoch', 'epoch'),
    runbook: textOf('runbook', 'runbook'),
    targetKey: textOf('target_key', 'target.key'),
    nextAttemptAt: instantOf('next_attempt_at', 'nextAttemptAt'),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('steps_by_id').on(table.id),
    uniqueIndex('steps_by_run').on(table.workspaceId, table.runId, table.index),
    index('steps_by_target').on(table.workspaceId, table.targetKey, table.state),
    foreignKey({
      name: 'steps_run',
      columns: [table.workspaceId, table.runId],
      foreignColumns: [runs.workspaceId, runs.id],
    }),
  ],
);

export const runLog = pgTable(
  'run_log',
  {
    workspaceId: workspaceId(),
    runId: uuid('run_id').notNull(),
    line: integer('line').notNull(),
    at: at('at').notNull(),
    level: text('level').notNull(),
    stepIndex: integer('step_index'),
    text: text('text').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.runId, table.line] }),
    foreignKey({
      name: 'run_log_run',
      columns: [table.workspaceId, table.runId],
      foreignColumns: [runs.workspaceId, runs.id],
    }),
  ],
);
