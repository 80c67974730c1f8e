import type { HistoryReader } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { row, rows, withWorkspace } from '../database.ts';
import { breakerState } from '../state/breakers.ts';

/** Attempts of a runbook count against its limit for this long. */
const ATTEMPT_WINDOW = "interval '1 hour'";

/** Track records: what the Planner ranks by. They begin after the last reset of the environment (`demo reset`), forecasts apart. */
export function createHistoryReader(pool: Pool, halfOpenAfterMs: number): HistoryReader {
  return {
    runbookRecord: (workspaceId, runbook, service, environment) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const record = await row<{ n: number; succeeded: number; last_at: Date | null; attempts: number }>(
          transaction,
          `with own as (
             select r.state, r.finished_at, r.created_at,
               (h.at is null or r.created_at > h.at) as since_reset
             from runs r left join history_resets h on h.workspace_id = r.workspace_id and h.environment = r.environment
             where r.environment = $3 and r.service = $2
               and exists (select from steps s where s.workspace_id = r.workspace_id and s.run_id = r.id and s.runbook = $1))
           select count(*) filter (where finished_at is not null)::integer as n,
             count(*) filter (where state = 'succeeded')::integer as succeeded,
             max(created_at) filter (where since_reset) as last_at,
             count(*) filter (where since_reset and created_at > now() - ${ATTEMPT_WINDOW})::integer as attempts
           from own`,
          [runbook, service, environment],
        );
        return {
          n: record?.n ?? 0,
          succeeded: record?.succeeded ?? 0,
          lastRunAt: record?.last_at ?? undefined,
          attemptsInWindow: record?.attempts ?? 0,
        };
      }),
    untreatedForecasts: (workspaceId, service) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const found = await rows<{
          issued_at: Date;
          low: number | null;
          high: number | null;
          exhausted: number | null;
          lasted: number;
        }>(
          transaction,
          `select distinct on (f.incident_id) f.issued_at, (f.doc #>> '{exhaustionSeconds,p10}')::float8 as low,
             (f.doc #>> '{exhaustionSeconds,p90}')::float8 as high,
             extract(epoch from i.closed_at - f.issued_at)::float8 as lasted,
             (select extract(epoch from min(e.at) - f.issued_at)::float8 from slo_exhaustions e
              where e.workspace_id = f.workspace_id and e.environment = f.environment and e.service = f.service
                and e.slo = f.doc ->> 'slo' and e.at >= f.issued_at and e.at <= i.closed_at) as exhausted
           from forecasts f join incidents i on i.workspace_id = f.workspace_id and i.id = f.incident_id
           where f.service = $1 and i.state = 'closed'
             and not exists (select from runs r where r.workspace_id = i.workspace_id and r.incident_id = i.id)
           order by f.incident_id, f.issued_at, f.id`,
          [service],
        );
        return found.map(({ issued_at: issuedAt, ...one }) => ({ issuedAt: issuedAt.toISOString(), ...one }));
      }),
    untreatedDurations: (workspaceId, service, kind) =>
      numbers(
        pool,
        workspaceId,
        `select extract(epoch from closed_at - opened_at)::float8 as n from incidents i
         where service = $1 and kind = $2 and state = 'closed' and outcome not in ('merged', 'closed-by-person')
           and not exists (select from runs r where r.workspace_id = i.workspace_id and r.incident_id = i.id) order by closed_at`,
        [service, kind],
      ),
    runDurations: (workspaceId, planTitle) =>
      numbers(
        pool,
        workspaceId,
        `select extract(epoch from r.finished_at - r.created_at)::float8 as n from runs r
           join plans p on p.workspace_id = r.workspace_id and p.id = r.plan_id
         where p.doc ->> 'title' = $1 and r.finished_at is not null order by r.finished_at`,
        [planTitle],
      ),
    breaker: (workspaceId, runbook, targetKind, environment) =>
      withWorkspace(pool, workspaceId, (transaction) =>
        breakerState(transaction, { runbook, targetKind, environment }, halfOpenAfterMs),
      ),
    actionsInFlight: (workspaceId, environment) =>
      withWorkspace(pool, workspaceId, (transaction) =>
        rows(
          transaction,
          `select service, target_key as "targetKey", rollback from action_reservations where environment = $1 and released_at is null
           order by reserved_at, target_key`,
          [environment],
        ),
      ),
    targetsTouchedSince: async (workspaceId, environment, since) => {
      const touched = await withWorkspace(pool, workspaceId, (transaction) =>
        rows<{ target_key: string }>(
          transaction,
          `select distinct r.target_key from action_reservations r
             left join history_resets h on h.workspace_id = r.workspace_id and h.environment = r.environment
           where r.environment = $1 and r.reserved_at >= $2 and (h.at is null or r.reserved_at > h.at) order by 1`,
          [environment, since],
        ),
      );
      return touched.map((one) => one.target_key);
    },
  };
}

async function numbers(
  pool: Pool,
  workspaceId: string,
  text: string,
  values: readonly unknown[],
): Promise<readonly number[]> {
  return (await withWorkspace(pool, workspaceId, (transaction) => rows<{ n: number }>(transaction, text, values))).map(
    (one) => one.n,
  );
}
