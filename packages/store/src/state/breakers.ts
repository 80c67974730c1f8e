import type { Guard, Write } from '@autoops/pipeline/ports';
import { execute, row, rows, type Transaction } from '../database.ts';
import { Refused } from './refused.ts';

type Outcome = Extract<Write, { kind: 'breaker.record' }>;
type BreakerGuard = Extract<Guard, { kind: 'breaker.closed' }>;
export type BreakerState = 'closed' | 'open' | 'half-open';

const KEY = 'runbook = $1 and target_kind = $2 and environment = $3';

/**
 * Whether recent outcomes, newest first, open a breaker (remediation.md): 3 failures of the last 5, 2 rollbacks within an hour,
 * or 3 runs at one target within an hour (flapping). A rollback is a failure too.
 */
export function opens(
  outcomes: readonly { readonly outcome: string; readonly targetKey: string; readonly ageMs: number }[],
): boolean {
  const lastHour = outcomes.filter((one) => one.ageMs <= 3_600_000);
  const newest = outcomes[0];
  return (
    outcomes.slice(0, 5).filter((one) => one.outcome !== 'success').length >= 3 ||
    lastHour.filter((one) => one.outcome === 'rollback').length >= 2 ||
    (newest !== undefined && lastHour.filter((one) => one.targetKey === newest.targetKey).length >= 3)
  );
}

/** Records how an action ended and opens or closes its breaker. A success while half-open closes it and forgives what was before. */
export async function recordBreakerOutcome(
  transaction: Transaction,
  workspaceId: string,
  change: Outcome,
): Promise<void> {
  const key = [change.runbook, change.targetKind, change.environment];
  await execute(
    transaction,
    `insert into breakers (workspace_id, runbook, target_kind, environment, counts_from) values ($4, $1, $2, $3, '-infinity')
     on conflict do nothing`,
    [...key, workspaceId],
  );
  const breaker = await row<{ opened_at: Date | null }>(
    transaction,
    `select opened_at from breakers where ${KEY} for update`,
    key,
  );
  await execute(
    transaction,
    `insert into breaker_outcomes (workspace_id, runbook, target_kind, environment, target_key, outcome, at)
     values ($4, $1, $2, $3, $5, $6, clock_timestamp())`,
    [...key, workspaceId, change.targetKey, change.outcome],
  );
  if (breaker?.opened_at && change.outcome === 'success') {
    await execute(
      transaction,
      `update breakers set opened_at = null, counts_from = clock_timestamp() where ${KEY}`,
      key,
    );
    return;
  }
  const recent = await rows<{ outcome: string; target_key: string; age: number }>(
    transaction,
    `select o.outcome, o.target_key, extract(epoch from clock_timestamp() - o.at)::float8 * 1000 as age
     from breaker_outcomes o join breakers b using (workspace_id, runbook, target_kind, environment)
     where o.runbook = $1 and o.target_kind = $2 and o.environment = $3 and o.at >= b.counts_from order by o.id desc limit 50`,
    key,
  );
  if (opens(recent.map((one) => ({ outcome: one.outcome, targetKey: one.target_key, ageMs: one.age }))))
    await execute(transaction, `update breakers set opened_at = clock_timestamp() where ${KEY}`, key);
}

/** A breaker as it is now; half-open once `halfOpenAfterMs` have passed since it opened, by the database's clock. */
export async function breakerState(
  transaction: Transaction,
  key: { readonly runbook: string; readonly targetKind: string; readonly environment: string },
  halfOpenAfterMs: number,
): Promise<BreakerState> {
  const breaker = await row<{ state: BreakerState }>(
    transaction,
    `select case when opened_at is null then 'closed' when opened_at + $4 * interval '1 millisecond' <= clock_timestamp() then 'half-open' else 'open' end as state
     from breakers where ${KEY}`,
    [key.runbook, key.targetKind, key.environment, halfOpenAfterMs],
  );
  return breaker?.state ?? 'closed';
}

/** Refuses while the breaker is open. Half-open passes: policy asks for a person then, and limits keep it to one at a time. */
export async function guardBreaker(transaction: Transaction, guard: BreakerGuard): Promise<void> {
  if ((await breakerState(transaction, guard, guard.halfOpenAfterMs)) === 'open')
    throw new Refused(
      'breaker-open',
      `${guard.runbook} on ${guard.targetKind} in ${guard.environment} has failed too often; it is tried again later`,
    );
}
