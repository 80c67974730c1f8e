import type { Anomaly, Approval, Forecast, Page, Plan, PolicyDecision, Run } from '@autoops/contracts';
import type { RecordReader } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { isUuid, row, withWorkspace, type Transaction } from '../database.ts';
import { loadRuns } from '../readers/record-reader.ts';
import { documents } from '../state/documents.ts';
import { selectAuditStatus, verifyAudit, type SignatureCheck } from './audit-chain.ts';
import { selectAudit, selectAuditEntry, selectTimeline, type AuditQuery, type TimelineQuery } from './audit.ts';
import { selectControls, selectIntegrations, selectRateCards, selectRunbooks } from './catalogue.ts';
import { selectDecision, selectDecisions, selectRuleRecords, type DecisionQuery } from './decisions.ts';
import { selectDocuments, selectIncident, selectIncidents, type IncidentQuery } from './incidents.ts';
import { selectOwnFigures } from './own-figures.ts';
import { Conditions, selectPage, type PageQuery } from './page.ts';
import { selectPrecision, type PrecisionQuery } from './precision.ts';
import { selectRunLog, type LogQuery } from './run-log.ts';
import { selectSeries, selectSeriesById, type SeriesQuery } from './series.ts';
import { selectServiceForecasts } from './service-forecasts.ts';
import { selectServices, selectSlos } from './services.ts';
import { selectValue } from './value.ts';

type Optional<Key extends string> = { readonly [K in Key]?: string | undefined };

/** What the screens read. Every method stays in one workspace and answers undefined alike for missing and foreign. */
export function createReadModels(pool: Pool, records: RecordReader) {
  const read = <T>(workspaceId: string, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
    withWorkspace(pool, workspaceId, work);
  /** An id that is none cannot belong to a row; a page of it is empty. */
  const emptyUnlessUuid = <T>(id: string | undefined, page: () => Promise<Page<T>>): Promise<Page<T>> =>
    id === undefined || isUuid(id) ? page() : Promise.resolve({ items: [] });

  return {
    services: (workspaceId: string, query: Optional<'environment'>) =>
      read(workspaceId, (transaction) => selectServices(transaction, query.environment)),
    service: (workspaceId: string, id: string) =>
      read(workspaceId, async (transaction) =>
        (await selectServices(transaction, id.split(':')[0])).find((service) => service.id === id),
      ),
    slos: (workspaceId: string, query: Optional<'environment' | 'service'>) =>
      read(workspaceId, (transaction) => selectSlos(transaction, query)),
    slo: (workspaceId: string, id: string) =>
      read(workspaceId, async (transaction) => (await selectSlos(transaction, {})).find((slo) => slo.id === id)),
    series: (workspaceId: string, query: SeriesQuery) =>
      read(workspaceId, (transaction) => selectSeries(transaction, workspaceId, query)),
    seriesById: (workspaceId: string, id: string, query: SeriesQuery) =>
      read(workspaceId, (transaction) => selectSeriesById(transaction, workspaceId, id, query)),

    anomalies: (
      workspaceId: string,
      query: PageQuery & Optional<'environment' | 'service'> & { readonly open?: boolean | undefined },
    ) =>
      read(workspaceId, (transaction) =>
        selectDocuments<Anomaly>(
          transaction,
          workspaceId,
          'anomalies',
          'opened_at',
          query,
          new Conditions()
            .add('environment = ?', query.environment)
            .add('environment = any (?)', query.environments)
            .add('service = ?', query.service)
            .only('closed_at is null', query.open === true)
            .only('closed_at is not null', query.open === false),
        ),
      ),
    anomaly: (workspaceId: string, id: string) => first<Anomaly>(read, workspaceId, 'anomalies', id),
    forecasts: (workspaceId: string, query: PageQuery & Optional<'environment' | 'service'>) =>
      read(workspaceId, (transaction) =>
        selectDocuments<Forecast>(
          transaction,
          workspaceId,
          'forecasts',
          'issued_at',
          query,
          new Conditions()
            .add('environment = ?', query.environment)
            .add('environment = any (?)', query.environments)
            .add('service = ?', query.service),
        ),
      ),
    serviceForecasts: (workspaceId: string, query: Optional<'environment' | 'service'>) =>
      read(workspaceId, (transaction) => selectServiceForecasts(transaction, query)),
    forecast: (workspaceId: string, id: string) => first<Forecast>(read, workspaceId, 'forecasts', id),

    incidents: (workspaceId: string, query: IncidentQuery) =>
      read(workspaceId, (transaction) => selectIncidents(transaction, workspaceId, query)),
    incident: (workspaceId: string, idOrName: string) =>
      read(workspaceId, (transaction) => selectIncident(transaction, idOrName)),
    timeline: (workspaceId: string, incidentId: string, query: TimelineQuery) =>
      emptyUnlessUuid(incidentId, () =>
        read(workspaceId, (transaction) => selectTimeline(transaction, workspaceId, incidentId, query)),
      ),
    evidence: (workspaceId: string, incidentId: string) => records.evidence(workspaceId, incidentId),
    narrative: (workspaceId: string, incidentId: string) => records.narrative(workspaceId, incidentId),
    decisions: async (workspaceId: string, incidentId: string) =>
      isUuid(incidentId)
        ? read(workspaceId, (transaction) =>
            documents<PolicyDecision>(
              transaction,
              'select d.doc from decisions d join plans p on p.workspace_id = d.workspace_id and p.id = d.plan_id where p.incident_id = $1 order by d.created_at, d.id',
              [incidentId],
            ),
          )
        : [],

    decisionLog: (workspaceId: string, query: DecisionQuery) =>
      read(workspaceId, (transaction) => selectDecisions(transaction, workspaceId, query)),
    decision: (workspaceId: string, id: string) => read(workspaceId, (transaction) => selectDecision(transaction, id)),
    ruleRecords: (workspaceId: string) => read(workspaceId, selectRuleRecords),

    plans: (workspaceId: string, query: PageQuery & Optional<'incidentId' | 'environment' | 'state'>) =>
      emptyUnlessUuid(query.incidentId, () =>
        read(workspaceId, (transaction) =>
          selectDocuments<Plan>(
            transaction,
            workspaceId,
            'plans',
            'created_at',
            query,
            new Conditions()
              .add('incident_id = ?', query.incidentId)
              .add('environment = ?', query.environment)
              .add('environment = any (?)', query.environments)
              .add('state = ?', query.state),
          ),
        ),
      ),
    plan: (workspaceId: string, id: string) => records.plan(workspaceId, id),
    approvals: (workspaceId: string, query: PageQuery & Optional<'state' | 'environment'>) =>
      read(workspaceId, (transaction) =>
        selectDocuments<Approval>(
          transaction,
          workspaceId,
          'approvals',
          'created_at',
          query,
          new Conditions()
            .add('state = ?', query.state)
            .add('environment = ?', query.environment)
            .add('environment = any (?)', query.environments),
        ),
      ),
    approval: (workspaceId: string, id: string) => records.approval(workspaceId, id),

    runs: (
      workspaceId: string,
      query: PageQuery & Optional<'state' | 'environment' | 'service' | 'runbook' | 'incidentId'>,
    ) =>
      emptyUnlessUuid(query.incidentId, () =>
        read(workspaceId, async (transaction): Promise<Page<Run>> => {
          const page = await selectPage<{ id: string }, string>(
            transaction,
            {
              list: 'runs',
              workspaceId,
              first: 'r.created_at',
              firstType: 'timestamptz',
              second: 'r.id',
              secondType: 'uuid',
            },
            query,
            {
              columns: 'r.id',
              from: 'runs r',
              ...new Conditions()
                .add('r.state = ?', query.state)
                .add('r.environment = ?', query.environment)
                .add('r.environment = any (?)', query.environments)
                .add('r.service = ?', query.service)
                .add('r.incident_id = ?', query.incidentId)
                .add(
                  'exists (select from steps s where s.workspace_id = r.workspace_id and s.run_id = r.id and s.runbook = ?)',
                  query.runbook,
                )
                .parts(),
            },
            (found) => found.id,
          );
          return {
            ...page,
            items: await loadRuns(transaction, 'id = any ($1)', [page.items], 'created_at desc, id desc'),
          };
        }),
      ),
    run: (workspaceId: string, id: string) => records.run(workspaceId, id),
    runLog: async (workspaceId: string, runId: string, query: LogQuery) =>
      isUuid(runId)
        ? read(workspaceId, (transaction) => selectRunLog(transaction, runId, query))
        : { lines: [], total: 0 },

    runbooks: (workspaceId: string) => read(workspaceId, selectRunbooks),
    rateCards: (workspaceId: string) => read(workspaceId, selectRateCards),
    value: (workspaceId: string, period: string) =>
      read(workspaceId, (transaction) => selectValue(transaction, period)),
    audit: (workspaceId: string, query: AuditQuery) =>
      emptyUnlessUuid(query.incidentId, () =>
        read(workspaceId, (transaction) => selectAudit(transaction, workspaceId, query)),
      ),
    auditEntry: (workspaceId: string, id: string) =>
      read(workspaceId, (transaction) => selectAuditEntry(transaction, id)),
    auditVerify: (workspaceId: string, signedByUs?: SignatureCheck) =>
      read(workspaceId, (transaction) => verifyAudit(transaction, workspaceId, signedByUs)),
    auditStatus: (workspaceId: string) =>
      read(workspaceId, (transaction) => selectAuditStatus(transaction, workspaceId)),
    controls: (workspaceId: string) => read(workspaceId, selectControls),
    integrations: (workspaceId: string) => read(workspaceId, selectIntegrations),
    ownFigures: (workspaceId: string) => read(workspaceId, selectOwnFigures),
    precision: (workspaceId: string, query: PrecisionQuery) =>
      read(workspaceId, (transaction) => selectPrecision(transaction, query)),
    configProblem: (workspaceId: string) =>
      read(workspaceId, (transaction) =>
        row<{ file: string; message: string }>(transaction, 'select file, message from config_problems'),
      ),
  };
}

export type ReadModels = ReturnType<typeof createReadModels>;

type Read = <T>(workspaceId: string, work: (transaction: Transaction) => Promise<T>) => Promise<T>;

async function first<T>(
  read: Read,
  workspaceId: string,
  table: 'anomalies' | 'forecasts',
  id: string,
): Promise<T | undefined> {
  if (!isUuid(id)) return undefined;
  return (
    await read(workspaceId, (transaction) => documents<T>(transaction, `select doc from ${table} where id = $1`, [id]))
  )[0];
}
