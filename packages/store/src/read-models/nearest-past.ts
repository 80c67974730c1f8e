import { incidentName, type Anomaly, type Incident, type LabelShare } from '@autoops/contracts';
import { rows, type Transaction } from '../database.ts';
import { present } from './services.ts';

interface PastRow {
  readonly of: string;
  readonly number: number | null;
  readonly state: Incident['state'] | null;
  readonly outcome: NonNullable<Incident['outcome']> | null;
  readonly labels: LabelShare[] | null;
}

/**
 * Anomalies with what was known at the time they are most like: the anomaly of the same series that was open then (a minute on both
 * sides, for what leaves its band is told a few ticks later), its incident, and how that ended.
 */
export async function withNearestPast(transaction: Transaction, anomalies: readonly Anomaly[]): Promise<Anomaly[]> {
  const asked = anomalies.flatMap((anomaly) => {
    const at = anomaly.context.nearestPast?.at;
    return at === undefined ? [] : [{ ...anomaly, at }];
  });
  if (asked.length === 0) return [...anomalies];
  const found = await rows<PastRow>(
    transaction,
    `select asked.id as of, i.number, i.state, i.outcome, past.doc #> '{context,labelsDiffering}' as labels
      from unnest($1::uuid[], $2::timestamptz[]) as asked (id, at)
      join anomalies own on own.id = asked.id
      join lateral (
        select a.doc, a.incident_id, a.workspace_id from anomalies a
        where a.workspace_id = own.workspace_id and a.id <> own.id and a.service = own.service and a.environment = own.environment
          and a.opened_at < own.opened_at
          and a.opened_at between asked.at - interval '1 day' and asked.at + interval '1 minute'
          and (a.closed_at is null or a.closed_at >= asked.at - interval '1 minute')
          and a.doc ->> 'indicator' = own.doc ->> 'indicator' and a.doc -> 'labels' = own.doc -> 'labels'
        order by a.opened_at desc, a.id limit 1) past on true
      left join incidents i on i.workspace_id = past.workspace_id and i.id = past.incident_id`,
    [asked.map(({ id }) => id), asked.map(({ at }) => at)],
  );
  const byId = new Map(found.map((row) => [row.of, row]));
  return anomalies.map((anomaly) => {
    const past = anomaly.context.nearestPast;
    const known = byId.get(anomaly.id);
    if (past === undefined || known === undefined) return anomaly;
    const nearestPast = {
      ...past,
      ...present('incident', known.number === null ? undefined : incidentName(known.number)),
      ...present('incidentState', known.state ?? undefined),
      ...present('outcome', known.outcome ?? undefined),
      ...present('labelsDiffering', known.labels ?? undefined),
    };
    return { ...anomaly, context: { ...anomaly.context, nearestPast } };
  });
}
