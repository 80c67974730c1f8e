import {
  incidentName,
  type Anomaly,
  type Forecast,
  type Incident,
  type IncidentResource,
  type IncidentRow,
  type IncidentValue,
  type Page,
} from '@autoops/contracts';
import { isUuid, row, rows, type Transaction } from '../database.ts';
import { documents } from '../state/documents.ts';
import { withNearestPast } from './nearest-past.ts';
import { Conditions, selectPage, type PageQuery } from './page.ts';
import { present } from './services.ts';

export interface IncidentQuery extends PageQuery {
  readonly state?: string | undefined;
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
  readonly severity?: string | undefined;
  readonly open?: boolean | undefined;
  readonly q?: string | undefined;
}

interface ListedIncident {
  readonly doc: Incident;
  readonly verdict: IncidentRow['verdict'] | null;
  readonly exhaustion: number | null;
  readonly forecast_at: Date | null;
  readonly root_cause: string | null;
  readonly change: string | null;
  readonly anomaly: string | null;
  readonly value: IncidentValue | null;
}

/** Rows of the incident list, newest first. */
export function selectIncidents(
  transaction: Transaction,
  workspaceId: string,
  query: IncidentQuery,
): Promise<Page<IncidentRow>> {
  const { conditions, values } = new Conditions()
    .add('i.state = ?', query.state)
    .add('i.environment = ?', query.environment)
    .add('i.environment = any (?)', query.environments)
    .add('i.service = ?', query.service)
    .add('i.severity = ?', query.severity)
    .only("i.state <> 'closed'", query.open === true)
    .only("i.state = 'closed'", query.open === false)
    .add(
      "(i.doc ->> 'title' ilike ? or i.service ilike ? or 'INC-' || lpad(i.number::text, 4, '0') ilike ?)",
      query.q === undefined ? undefined : `%${escapeLike(query.q)}%`,
    );
  return selectPage<ListedIncident, IncidentRow>(
    transaction,
    {
      list: 'incidents',
      workspaceId,
      first: 'i.opened_at',
      firstType: 'timestamptz',
      second: 'i.id',
      secondType: 'uuid',
    },
    query,
    {
      columns: `i.doc, p.doc #>> '{verdict,effect}' as verdict, (f.doc #>> '{exhaustionSeconds,p50}')::float8 as exhaustion, f.issued_at as forecast_at,
        n.doc #>> '{spine,rootCause,text}' as root_cause, v.doc as value,
        (select c ->> 'summary'
          from (select min(opened_at) as start from anomalies where workspace_id = i.workspace_id and incident_id = i.id) first
            join anomalies a on a.workspace_id = i.workspace_id and a.incident_id = i.id
            cross join jsonb_array_elements(a.doc #> '{context,changesBefore}') c
          where (c ->> 'at')::timestamptz <= i.opened_at
          order by (c ->> 'at')::timestamptz <= first.start desc, (c ->> 'at')::timestamptz desc, c ->> 'eventId' limit 1) as change,
        (select a.doc ->> 'indicator' from anomalies a where a.workspace_id = i.workspace_id and a.incident_id = i.id order by a.opened_at, a.id limit 1) as anomaly`,
      from: `incidents i
        left join plans p on p.workspace_id = i.workspace_id and p.id = i.plan_id
        left join lateral (select doc, issued_at from forecasts f where f.workspace_id = i.workspace_id and f.incident_id = i.id order by issued_at desc limit 1) f on true
        left join narratives n on n.workspace_id = i.workspace_id and n.incident_id = i.id
        left join incident_values v on v.workspace_id = i.workspace_id and v.incident_id = i.id`,
      conditions,
      values,
    },
    rowOf,
  );
}

function rowOf({
  doc,
  verdict,
  exhaustion,
  forecast_at: forecastAt,
  root_cause: rootCause,
  change,
  anomaly,
  value,
}: ListedIncident): IncidentRow {
  return {
    id: doc.id,
    number: doc.number,
    name: incidentName(doc.number),
    state: doc.state,
    ...present('outcome', doc.outcome),
    service: doc.service,
    environment: doc.environment,
    severity: doc.severity,
    title: doc.title,
    openedAt: doc.openedAt,
    ...present('closedAt', doc.closedAt),
    updatedAt: doc.updatedAt,
    source: doc.source,
    cause:
      rootCause ??
      change ??
      (anomaly === null ? doc.title : `${anomaly.replaceAll('_', ' ')} of ${doc.service} left what was expected`),
    ...present('verdict', verdict ?? undefined),
    ...present('planId', doc.planId),
    ...(forecastAt === null ? {} : { exhaustionSeconds: exhaustion, forecastAt: forecastAt.toISOString() }),
    ...present('assignee', doc.assignee),
    ...present('booked', value?.money?.booked),
    ...present('badMinutesAvoided', value?.badMinutesAvoided.p10 ?? undefined),
  };
}

/** One incident with what hangs on it, by id or by its name `INC-0193`. */
export async function selectIncident(
  transaction: Transaction,
  idOrName: string,
): Promise<IncidentResource | undefined> {
  const number = /^INC-(\d{1,9})$/i.exec(idOrName)?.[1];
  if (number === undefined && !isUuid(idOrName)) return undefined;
  const [incident] = await documents<Incident>(
    transaction,
    `select doc from incidents where ${number === undefined ? 'id = $1' : 'number = $1'}`,
    [number ?? idOrName],
  );
  if (!incident) return undefined;
  const anomalies = await withNearestPast(
    transaction,
    await documents<Anomaly>(transaction, 'select doc from anomalies where incident_id = $1 order by opened_at, id', [
      incident.id,
    ]),
  );
  const [forecast] = await documents<Forecast>(
    transaction,
    'select doc from forecasts where incident_id = $1 order by issued_at desc, id desc limit 1',
    [incident.id],
  );
  const runs = await rows<{ id: string }>(
    transaction,
    'select id from runs where incident_id = $1 order by created_at, id',
    [incident.id],
  );
  const value = await row<{ doc: IncidentValue }>(
    transaction,
    'select doc from incident_values where incident_id = $1',
    [incident.id],
  );
  return {
    ...incident,
    name: incidentName(incident.number),
    anomalies,
    ...present('forecast', forecast),
    runIds: runs.map((run) => run.id),
    ...present('value', value?.doc),
  };
}

/** A page of whole documents, newest first. */
export function selectDocuments<T>(
  transaction: Transaction,
  workspaceId: string,
  table: 'anomalies' | 'forecasts' | 'plans' | 'approvals',
  time: 'opened_at' | 'issued_at' | 'created_at',
  query: PageQuery,
  { conditions, values }: Conditions,
): Promise<Page<T>> {
  return selectPage<{ doc: T }, T>(
    transaction,
    { list: table, workspaceId, first: time, firstType: 'timestamptz', second: 'id', secondType: 'uuid' },
    query,
    { columns: 'doc', from: table, conditions, values },
    (found) => found.doc,
  );
}

function escapeLike(text: string): string {
  return text.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&');
}
