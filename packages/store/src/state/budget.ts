import type { Guard } from '@autoops/pipeline/ports';
import { execute, row, type Transaction } from '../database.ts';
import { Refused } from './refused.ts';

type Reserve = Extract<Guard, { kind: 'budget.reserve' }>;

/**
 * Reserves a holder's actions against the limits of its environment. One at a time per environment, so that two sums never pass a
 * limit together. A rollback draws on a reserve of its own and is not held back by what is in flight. Reserving again is harmless.
 */
export async function reserveBudget(transaction: Transaction, workspaceId: string, guard: Reserve): Promise<void> {
  await execute(transaction, 'select pg_advisory_xact_lock(hashtextextended($1, 7215))', [
    `${workspaceId}/${guard.environment}`,
  ]);
  const keys = [...new Set(guard.targetKeys)];
  const used = await row<{ service: number; environment: number; targets: number; rollbacks: number }>(
    transaction,
    `with counted as (
       select r.* from action_reservations r
       left join history_resets h on h.workspace_id = r.workspace_id and h.environment = r.environment
       where r.environment = $1 and (h.at is null or r.reserved_at > h.at))
     select
       (select count(distinct holder) from counted where released_at is null and not rollback and holder <> $3 and service = $2)::integer as service,
       (select count(distinct holder) from counted where released_at is null and not rollback and holder <> $3)::integer as environment,
       (select count(distinct key) from (
          select target_key as key from counted where not rollback and reserved_at > clock_timestamp() - interval '1 hour'
          union select unnest($4::text[])) t)::integer as targets,
       (select count(distinct key) from (
          select target_key as key from counted where rollback and reserved_at > clock_timestamp() - interval '1 hour'
          union select unnest($4::text[])) t)::integer as rollbacks`,
    [guard.environment, guard.service, guard.holder, keys],
  );
  if (!used) throw new Error('A count answers one row.');
  const { limits } = guard;
  const exceeded = guard.rollback
    ? used.rollbacks > limits.rollbackReservePerHour &&
      `${used.rollbacks} targets rolled back within an hour, at most ${limits.rollbackReservePerHour}`
    : (used.service + 1 > limits.perServiceInFlight &&
        `${used.service} in flight for ${guard.service}, at most ${limits.perServiceInFlight}`) ||
      (used.environment + 1 > limits.perEnvironmentInFlight &&
        `${used.environment} in flight in ${guard.environment}, at most ${limits.perEnvironmentInFlight}`) ||
      (used.targets > limits.targetsPerHour &&
        `${used.targets} targets within an hour, at most ${limits.targetsPerHour}`);
  if (exceeded) throw new Refused('budget-exhausted', exceeded);
  await execute(
    transaction,
    `insert into action_reservations (workspace_id, holder, target_key, rollback, environment, service, unavailable, reserved_at)
     select $1, $2, unnest($3::text[]), $4, $5, $6, $7, clock_timestamp()
     on conflict (workspace_id, holder, target_key, rollback) do update set released_at = null`,
    [workspaceId, guard.holder, keys, guard.rollback, guard.environment, guard.service, guard.unavailable],
  );
}
