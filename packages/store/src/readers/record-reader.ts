import type { Anomaly, ChangeEvent, Incident, LogRecord, Run, RollbackToken, Step } from '@autoops/contracts';
import type { RecordReader } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { isUuid, row, rows, withWorkspace, type Transaction } from '../database.ts';
import { documents, type DocumentTable } from '../state/documents.ts';

/** Loads rows for the stages, inside one workspace. A foreign or missing id is undefined alike. */
export function createRecordReader(pool: Pool): RecordReader {
  const one = <T>(workspaceId: string, table: DocumentTable, id: string): Promise<T | undefined> =>
    first(workspaceId, `select doc from ${table} where id = $1`, id);
  const first = async <T>(workspaceId: string, text: string, id: string): Promise<T | undefined> =>
    isUuid(id) ? (await list<T>(workspaceId, text, [id]))[0] : undefined;
  const list = <T>(workspaceId: string, text: string, values: readonly unknown[] = []): Promise<T[]> =>
    withWorkspace(pool, workspaceId, (transaction) => documents<T>(transaction, text, values));
  const ofIncident = <T>(workspaceId: string, text: string, incidentId: string): Promise<T[]> =>
    isUuid(incidentId) ? list(workspaceId, text, [incidentId]) : Promise.resolve([]);

  return {
    incident: (workspaceId, id) => one<Incident>(workspaceId, 'incidents', id),
    openIncidents: (workspaceId) =>
      list(workspaceId, "select doc from incidents where state <> 'closed' order by opened_at, id"),
    closedIncidents: (workspaceId, closedSince) =>
      withWorkspace(pool, workspaceId, (transaction) => loadClosedIncidents(transaction, closedSince)),
    anomalies: (workspaceId, incidentId) =>
      ofIncident(workspaceId, 'select doc from anomalies where incident_id = $1 order by opened_at, id', incidentId),
    openAnomalies: (workspaceId) =>
      list(workspaceId, 'select doc from anomalies where closed_at is null order by opened_at, id'),
    latestForecast: (workspaceId, incidentId) =>
      first(
        workspaceId,
        'select doc from forecasts where incident_id = $1 order by issued_at desc, id desc limit 1',
        incidentId,
      ),
    forecastsOf: (workspaceId, incidentId) =>
      ofIncident(workspaceId, 'select doc from forecasts where incident_id = $1 order by issued_at, id', incidentId),
    plan: (workspaceId, id) => one(workspaceId, 'plans', id),
    plansOf: (workspaceId, incidentId) =>
      ofIncident(workspaceId, 'select doc from plans where incident_id = $1 order by version', incidentId),
    approval: (workspaceId, id) => one(workspaceId, 'approvals', id),
    approvalOfPlan: (workspaceId, planId) =>
      first(
        workspaceId,
        'select doc from approvals where plan_id = $1 order by created_at desc, id desc limit 1',
        planId,
      ),
    run: (workspaceId, id) =>
      isUuid(id)
        ? withWorkspace(pool, workspaceId, async (transaction) => (await loadRuns(transaction, 'id = $1', [id]))[0])
        : Promise.resolve(undefined),
    runsOf: (workspaceId, incidentId) =>
      isUuid(incidentId)
        ? withWorkspace(pool, workspaceId, (transaction) => loadRuns(transaction, 'incident_id = $1', [incidentId]))
        : Promise.resolve([]),
    step: (workspaceId, id) => one<Step>(workspaceId, 'steps', id),
    decisions: (workspaceId, planId) =>
      ofIncident(workspaceId, 'select doc from decisions where plan_id = $1 order by created_at, id', planId),
    evidence: (workspaceId, incidentId) =>
      ofIncident(workspaceId, 'select doc from evidence where incident_id = $1 order by ordinal', incidentId),
    narrative: (workspaceId, incidentId) =>
      first(workspaceId, 'select doc from narratives where incident_id = $1', incidentId),
    changes: (workspaceId, query) =>
      list<ChangeEvent>(
        workspaceId,
        'select doc from change_events where environment = $1 and at >= $2 and at <= $3 order by at, source, event_id',
        [query.environment, query.from, query.to],
      ),
    logs: (workspaceId, query) => withWorkspace(pool, workspaceId, (transaction) => loadLogs(transaction, query)),
    inputsOf: (workspaceId, kind, id) =>
      isUuid(id)
        ? withWorkspace(pool, workspaceId, (transaction) => loadInputs(transaction, kind, id))
        : Promise.resolve(undefined),
  };
}

async function loadClosedIncidents(
  transaction: Transaction,
  closedSince: Date | undefined,
): Promise<Awaited<ReturnType<RecordReader['closedIncidents']>>> {
  const incidents = await documents<Incident>(
    transaction,
    `select doc from incidents where state = 'closed' and (closed_at >= $1 or id in
       (select incident_id from anomalies where closed_at is null and incident_id is not null)) order by opened_at, id`,
    [closedSince ?? null],
  );
  if (incidents.length === 0) return [];
  const anomalies = await documents<Anomaly>(
    transaction,
    'select doc from anomalies where incident_id = any ($1) order by opened_at, id',
    [incidents.map(({ id }) => id)],
  );
  return incidents.map((incident) => ({
    incident,
    anomalies: anomalies.filter(({ incidentId }) => incidentId === incident.id),
  }));
}

/**
 * Runs that match a condition, oldest first, with their steps in order. The token's state comes from its own row, which alone
 * knows whether it was used; past its time it is `expired`.
 */
export async function loadRuns(
  transaction: Transaction,
  condition: string,
  values: readonly unknown[],
  order = 'created_at, id',
): Promise<Run[]> {
  const found = await rows<{ doc: Omit<Run, 'steps'>; steps: Step[]; token_state: RollbackToken['state'] | null }>(
    transaction,
    `select r.doc,
       coalesce((select jsonb_agg(s.doc order by s.index) from steps s where s.workspace_id = r.workspace_id and s.run_id = r.id), '[]') as steps,
       (select case when t.state = 'valid' and t.expires_at <= clock_timestamp() then 'expired' else t.state end
          from rollback_tokens t where t.workspace_id = r.workspace_id and t.id = (r.doc #>> '{rollbackToken,id}')::uuid) as token_state
     from runs r where ${condition} order by ${order}`,
    values,
  );
  return found.map(({ doc, steps, token_state: tokenState }) => ({
    ...doc,
    steps,
    ...(doc.rollbackToken && tokenState ? { rollbackToken: { ...doc.rollbackToken, state: tokenState } } : {}),
  }));
}

async function loadLogs(transaction: Transaction, query: Parameters<RecordReader['logs']>[1]): Promise<LogRecord[]> {
  const found = await rows<{ at: Date; severity: LogRecord['severity']; body: string; labels: Record<string, string> }>(
    transaction,
    `select at, severity, body, labels from logs
     where environment = $1 and at >= $2 and at <= $3 and ($4::text is null or service = $4) order by at desc, id desc limit $5`,
    [query.environment, query.from, query.to, query.service ?? null, query.limit],
  );
  return found
    .reverse()
    .map((log) => ({ timestamp: log.at.toISOString(), severity: log.severity, body: log.body, labels: log.labels }));
}

async function loadInputs(
  transaction: Transaction,
  kind: 'forecast' | 'plan' | 'anomaly' | 'narrative',
  id: string,
): Promise<unknown> {
  if (kind === 'anomaly') {
    const found = await row<{ snapshot: Buffer | null }>(transaction, 'select snapshot from anomalies where id = $1', [
      id,
    ]);
    return found?.snapshot ? new Uint8Array(found.snapshot) : undefined;
  }
  const found = await row<{ inputs: string | null }>(
    transaction,
    `select inputs from ${kind}s where ${kind === 'narrative' ? 'incident_id' : 'id'} = $1`,
    [id],
  );
  return found?.inputs === null || found === undefined ? undefined : JSON.parse(found.inputs);
}
