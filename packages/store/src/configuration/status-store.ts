import type { LiveEvent } from '@autoops/contracts';
import type { StatusStore } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { execute, jsonText, withWorkspace } from '../database.ts';

/** Keeps what the worker computed last, for screens. */
export function createStatusStore(pool: Pool): StatusStore {
  return {
    putSlo: (workspaceId, slo) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          `with former as (select doc ->> 'state' as state from slo_status where id = $2)
           insert into slo_exhaustions (workspace_id, environment, service, slo, at)
           select $1, $3, $4, $5, clock_timestamp() where $6 = 'exhausted' and not exists (select from former where state = 'exhausted')`,
          [workspaceId, slo.id, slo.environment, slo.service, slo.name, slo.state],
        );
        await execute(
          transaction,
          `insert into slo_status (workspace_id, id, doc) values ($1, $2, $3)
           on conflict (workspace_id, id) do update set doc = excluded.doc, updated_at = now()`,
          [workspaceId, slo.id, jsonText(slo)],
        );
      }),
    putRisk: (workspaceId, service, environment, risk) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          `insert into service_risks (workspace_id, environment, service, doc) values ($1, $2, $3, $4)
           on conflict (workspace_id, environment, service) do update set doc = excluded.doc, updated_at = now()`,
          [workspaceId, environment, service, jsonText(risk)],
        );
      }),
    putSource: (workspaceId, { error, ...source }) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          `insert into source_status as s (workspace_id, name, doc, errors, last_error, last_error_at)
           values ($1, $2, $3, case when $4::text is null then 0 else 1 end, $4, case when $4::text is null then null else clock_timestamp() end)
           on conflict (workspace_id, name) do update set doc = excluded.doc, errors = s.errors + excluded.errors,
             last_error = coalesce(excluded.last_error, s.last_error),
             last_error_at = coalesce(excluded.last_error_at, s.last_error_at), updated_at = now()`,
          [workspaceId, source.name, jsonText(source), error ?? null],
        );
      }),
    tick: (workspaceId, hint) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const tick: LiveEvent = {
          seq: 0,
          type: 'service.tick',
          at: new Date().toISOString(),
          subject: { kind: 'service', id: `${hint.environment}:${hint.service}` },
          environment: hint.environment,
          service: hint.service,
          data: {},
        };
        await execute(transaction, 'select pg_notify($1, $2)', [
          'autoops_live',
          `${workspaceId} tick ${JSON.stringify(tick)}`,
        ]);
      }),
  };
}
