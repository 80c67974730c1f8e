import type { ServiceForecast } from '@autoops/contracts';
import type { KnownForecast, ServiceForecastStore } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { execute, jsonText, row, rows, withWorkspace } from '../database.ts';
import { documents } from '../state/documents.ts';

/** Keeps forecasts of services, what came of them, and what that taught. */
export function createServiceForecastStore(pool: Pool): ServiceForecastStore {
  return {
    issue: (workspaceId, forecast) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const stored = await execute(
          transaction,
          'insert into service_forecasts (workspace_id, id, doc) values ($1, $2, $3) on conflict do nothing',
          [workspaceId, forecast.id, jsonText(forecast)],
        );
        return stored > 0;
      }),
    due: (workspaceId, now) =>
      withWorkspace(pool, workspaceId, (transaction) =>
        documents<ServiceForecast>(
          transaction,
          'select doc from service_forecasts where judgement is null and due_at <= $1 order by due_at, id limit 200',
          [now],
        ),
      ),
    judge: (workspaceId, id, judgement) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(transaction, 'update service_forecasts set judgement = $2 where id = $1 and judgement is null', [
          id,
          jsonText(judgement),
        ]);
      }),
    judged: (workspaceId, query) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await rows<Omit<KnownForecast, 'issuedAt'> & { issued_at: Date }>(
          transaction,
          `select environment, subject, issued_at, judgement from service_forecasts
           where kind = $1 and judgement is not null and ($2::text is null or service = $2)
             and ($3::text is null or subject = $3 or starts_with(subject, $3 || '{'))
           order by issued_at desc, id desc limit $4`,
          [query.kind, query.service ?? null, query.indicator ?? null, query.limit],
        );
        return found.reverse().map(({ issued_at: issuedAt, ...one }) => ({ ...one, issuedAt: issuedAt.toISOString() }));
      }),
    means: (workspaceId, query) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await rows<{
          labels: Record<string, string>;
          unit: string;
          interval_ms: number;
          at: number[];
          value: number[];
        }>(
          transaction,
          `select s.labels, s.unit, s.interval_ms, p.at, p.value
           from (select id, workspace_id, labels, label_hash, unit, interval_ms from indicator_series
             where environment = $1 and service = $2 and indicator = $3) s
           cross join lateral (
             select array_agg(b.at order by b.at) as at, array_agg(b.value order by b.at) as value from (
               select ceil((extract(epoch from p.at) * 1000)::float8 / $6) * $6 as at, avg(p.value) as value
               from indicator_points p where p.workspace_id = s.workspace_id and p.series_id = s.id
                 and p.at > $4 and p.at <= $5 and p.value <> 'NaN' group by 1) b) p
           where p.at is not null order by s.label_hash`,
          [query.environment, query.service, query.indicator, query.from, query.to, query.stepMs],
        );
        return found.map(({ interval_ms: intervalMs, ...one }) => ({ ...one, intervalMs }));
      }),
    happened: (workspaceId, { environment, service, from, to }) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await row<{ opened: boolean; openAtStart: boolean; treated: boolean }>(
          transaction,
          `select
             exists (select from incidents where environment = $1 and service = $2 and opened_at > $3 and opened_at <= $4) as opened,
             exists (select from incidents where environment = $1 and service = $2 and opened_at <= $3
               and (closed_at is null or closed_at > $3)) as "openAtStart",
             exists (select from runs r where r.environment = $1 and r.created_at > $3 and r.created_at <= $4
               and (r.service = $2 or exists (select from steps s where s.workspace_id = r.workspace_id and s.run_id = r.id
                 and s.doc #>> '{target,service}' = $2))) as treated`,
          [environment, service, from, to],
        );
        return found ?? { opened: false, openAtStart: false, treated: false };
      }),
    observedShare: (workspaceId, { environment, service, from, to }) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await row<{ n: number }>(
          transaction,
          `select count(distinct floor(extract(epoch from p.at) / 300))::integer as n from indicator_points p
           where p.at > $3 and p.at <= $4 and p.value <> 'NaN' and p.series_id = (
             select id from indicator_series where environment = $1 and service = $2 order by samples desc, id limit 1)`,
          [environment, service, from, to],
        );
        return Math.min(1, (found?.n ?? 0) / Math.max(1, Math.floor((to.getTime() - from.getTime()) / 300_000)));
      }),
    calibration: (workspaceId, resourceClass) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await documents<{ slope: number; shift: number; n: number; breaches: number }>(
          transaction,
          'select doc from hazard_calibrations where resource_class = $1',
          [resourceClass],
        );
        return found[0];
      }),
    putCalibration: (workspaceId, resourceClass, calibration) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          `insert into hazard_calibrations (workspace_id, resource_class, doc) values ($1, $2, $3)
           on conflict (workspace_id, resource_class) do update set doc = excluded.doc, updated_at = now()`,
          [workspaceId, resourceClass, jsonText(calibration)],
        );
      }),
  };
}
