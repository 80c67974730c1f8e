import type { Guard } from '@autoops/pipeline/ports';
import { execute, rows, type Transaction } from '../database.ts';
import { guardBreaker } from './breakers.ts';
import { reserveBudget } from './budget.ts';
import { acquireLocks, holdLocks } from './locks.ts';
import { Refused } from './refused.ts';

/** Checks one condition of a transition, or throws `Refused`. Answers the epochs of locks that it took or extended. */
export async function check(
  transaction: Transaction,
  workspaceId: string,
  guard: Guard,
): Promise<Readonly<Record<string, number>>> {
  switch (guard.kind) {
    case 'control':
      await refuseStopped(transaction, workspaceId, guard);
      return {};
    case 'locks.acquire':
      return acquireLocks(transaction, workspaceId, guard);
    case 'locks.hold':
      return holdLocks(transaction, guard);
    case 'budget.reserve':
      await reserveBudget(transaction, workspaceId, guard);
      return {};
    case 'breaker.closed':
      await guardBreaker(transaction, guard);
      return {};
    case 'incidents.known':
      await refuseUnknownIncidents(transaction, workspaceId, guard);
      return {};
    case 'rollback-token.use':
      await useRollbackToken(transaction, guard.id);
      return {};
  }
}

const LEVELS = ['open', 'no-new', 'freeze'];

async function refuseStopped(
  transaction: Transaction,
  workspaceId: string,
  guard: Extract<Guard, { kind: 'control' }>,
): Promise<void> {
  const controls = await rows<{ scope: string; level: string; reason: string }>(
    transaction,
    'select scope, level, reason from share_controls($1, $2)',
    [workspaceId, [...new Set(guard.scopes)].sort()],
  );
  const stopped = controls.find((control) => LEVELS.indexOf(control.level) >= LEVELS.indexOf(guard.level));
  if (stopped) throw new Refused('frozen', `${stopped.scope} is ${stopped.level}: ${stopped.reason}`);
}

async function refuseUnknownIncidents(
  transaction: Transaction,
  workspaceId: string,
  guard: Extract<Guard, { kind: 'incidents.known' }>,
): Promise<void> {
  // Until the end of the transaction: what somebody else is about to open in this environment is either there or waits for us.
  await execute(transaction, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `incidents/${workspaceId}/${guard.environment}`,
  ]);
  const unknown = await rows<{ id: string }>(
    transaction,
    "select id from incidents where environment = $1 and state <> 'closed' and id <> all ($2::uuid[]) limit 1",
    [guard.environment, [...guard.ids]],
  );
  if (unknown[0])
    throw new Refused('conflict', `incident ${unknown[0].id} was opened meanwhile in ${guard.environment}`);
}

async function useRollbackToken(transaction: Transaction, id: string): Promise<void> {
  const used = await execute(
    transaction,
    `update rollback_tokens set state = 'used', used_at = clock_timestamp() where id = $1 and state = 'valid' and expires_at > clock_timestamp()`,
    [id],
  );
  if (used !== 1) throw new Refused('token-used', 'this rollback token was used already, has expired or was made void');
}
