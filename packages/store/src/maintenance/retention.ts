import type { Pool } from 'pg';
import { execute, row, rows, withWorkspace, withoutWorkspace, type Transaction } from '../database.ts';
import { listWorkspaces } from '../readers/router.ts';

/** Days that each class of data is kept; undefined = for ever. */
export interface Retention {
  readonly samplesDays: number | undefined;
  readonly logsDays: number | undefined;
  readonly alertsDays: number | undefined;
  readonly incidentsDays: number | undefined;
  readonly auditDays: number | undefined;
}

export const DEFAULT_RETENTION: Retention = {
  samplesDays: 30,
  logsDays: 14,
  alertsDays: 90,
  incidentsDays: 730,
  auditDays: undefined,
};

/** How much a sweep removed, by class. */
export interface Pruned {
  readonly partitions: number;
  readonly rows: number;
}

const LIVE_EVENT_DAYS = 3;
const IDEMPOTENCY_HOURS = 24;
const CLOSED_DELIVERY_DAYS = 30;

/** Removes what is past its time: whole day partitions, and rows of every workspace. Computed indicators go with the samples. */
export async function prune(pool: Pool, retention: Retention): Promise<Pruned> {
  let partitions = 0;
  for (const [tables, days] of [
    [['samples', 'indicator_points'], retention.samplesDays],
    [['logs'], retention.logsDays],
  ] as const) {
    if (days === undefined) continue;
    for (const table of tables) {
      const dropped = await withoutWorkspace(pool, (transaction) =>
        row<{ n: number }>(
          transaction,
          "select drop_partitions($1, (now() at time zone 'UTC')::date - $2::integer) as n",
          [table, days],
        ),
      );
      partitions += dropped?.n ?? 0;
    }
  }
  let removed = 0;
  for (const workspace of await listWorkspaces(pool)) {
    removed += await withWorkspace(pool, workspace.id, (transaction) =>
      pruneWorkspace(transaction, workspace.id, retention),
    );
  }
  return { partitions, rows: removed };
}

async function pruneWorkspace(transaction: Transaction, workspaceId: string, retention: Retention): Promise<number> {
  const remove = (text: string, values: readonly unknown[] = []): Promise<number> => execute(transaction, text, values);
  let removed = 0;
  removed += await remove(`delete from live_events where at < now() - interval '${LIVE_EVENT_DAYS} days'`);
  removed += await remove(
    `delete from idempotency_keys where claimed_at < now() - interval '${IDEMPOTENCY_HOURS} hours'`,
  );
  removed += await remove('delete from sessions where expires_at < now()');
  removed += await remove(
    `delete from deliveries where state in ('delivered', 'dead') and created_at < now() - interval '${CLOSED_DELIVERY_DAYS} days'`,
  );
  removed += await remove("delete from breaker_outcomes where at < now() - interval '30 days'");
  if (retention.samplesDays !== undefined)
    removed += await remove("delete from service_forecasts where issued_at < now() - $1 * interval '1 day'", [
      retention.samplesDays,
    ]);
  if (retention.alertsDays !== undefined) {
    removed += await remove("delete from alerts where received_at < now() - $1 * interval '1 day'", [
      retention.alertsDays,
    ]);
    removed += await remove("delete from change_events where received_at < now() - $1 * interval '1 day'", [
      retention.alertsDays,
    ]);
  }
  if (retention.incidentsDays !== undefined) {
    removed += await remove("delete from annotations where coalesce(to_at, from_at) < now() - $1 * interval '1 day'", [
      retention.incidentsDays,
    ]);
    removed += await pruneIncidents(transaction, retention.incidentsDays);
  }
  if (retention.auditDays !== undefined) {
    const gone = await row<{ n: string }>(transaction, "select prune_audit($1, now() - $2 * interval '1 day') as n", [
      workspaceId,
      retention.auditDays,
    ]);
    removed += Number(gone?.n ?? 0);
  }
  return removed;
}

/** Closed incidents with everything that hangs on them; references are checked at the end, so order does not matter. */
async function pruneIncidents(transaction: Transaction, days: number): Promise<number> {
  const expired = await rows<{ id: string }>(
    transaction,
    "select id from incidents where state = 'closed' and closed_at < now() - $1 * interval '1 day' order by closed_at limit 1000",
    [days],
  );
  if (expired.length === 0) return 0;
  const ids = [expired.map((incident) => incident.id)];
  const ofIncident = 'incident_id = any ($1::uuid[])';
  let removed = 0;
  for (const statement of [
    ...['run_log', 'steps', 'rollback_tokens'].map(
      (table) => `delete from ${table} where run_id in (select id from runs where ${ofIncident})`,
    ),
    `delete from anomaly_labels where anomaly_id in (select id from anomalies where ${ofIncident})`,
    `delete from decisions where plan_id in (select id from plans where ${ofIncident})`,
    ...['approvals', 'runs', 'plans', 'forecasts', 'anomalies', 'evidence', 'narratives', 'incident_values'].map(
      (table) => `delete from ${table} where ${ofIncident}`,
    ),
    'delete from incidents where id = any ($1::uuid[])',
  ])
    removed += await execute(transaction, statement, ids);
  return removed;
}
