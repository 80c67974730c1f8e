import type { Guard } from '@autoops/pipeline/ports';
import { execute, row, rows, type Transaction } from '../database.ts';
import { Refused } from './refused.ts';

type Acquire = Extract<Guard, { kind: 'locks.acquire' }>;
type Hold = Extract<Guard, { kind: 'locks.hold' }>;
type Epochs = Readonly<Record<string, number>>;

/**
 * Takes every lock, in sorted order so that two holders cannot wait for each other, and raises its epoch. Refuses when another
 * holder's lease is alive, and when an operation at the target has an outcome nobody knows yet, whatever the lease says.
 */
export async function acquireLocks(transaction: Transaction, workspaceId: string, guard: Acquire): Promise<Epochs> {
  const keys = [...new Set(guard.keys)].sort();
  const former = await rows<{ holder: string }>(
    transaction,
    `select holder from target_locks where target_key = any ($1) and holder is not null and holder <> $2 order by target_key for update`,
    [keys, guard.holder],
  );
  const taken = await rows<{ target_key: string; epoch: number }>(
    transaction,
    `insert into target_locks as l (workspace_id, target_key, epoch, holder, expires_at)
     select $1, key, 1, $3, clock_timestamp() + $4 * interval '1 millisecond' from unnest($2::text[]) with ordinality as k (key, position) order by position
     on conflict (workspace_id, target_key) do update set epoch = l.epoch + 1, holder = excluded.holder, expires_at = excluded.expires_at
       where l.holder is null or l.holder = excluded.holder or l.expires_at < clock_timestamp()
     returning target_key, epoch`,
    [workspaceId, keys, guard.holder, guard.leaseMs],
  );
  if (taken.length < keys.length) {
    const free = new Set(taken.map((lock) => lock.target_key));
    throw new Refused('target-locked', `held by another run: ${keys.filter((key) => !free.has(key)).join(', ')}`);
  }
  await refuseUnresolved(transaction, keys, guard.holder);
  // Whoever lost one lock lost its turn: its other locks go too, so that `locks.hold` finds none and it stops.
  const losers = former.map((lock) => lock.holder);
  if (losers.length > 0)
    await execute(transaction, 'update target_locks set holder = null, expires_at = null where holder = any ($1)', [
      losers,
    ]);
  return Object.fromEntries(taken.map((lock) => [lock.target_key, lock.epoch]));
}

async function refuseUnresolved(transaction: Transaction, keys: readonly string[], holder: string): Promise<void> {
  const unresolved = await row<{ target_key: string; run_id: string }>(
    transaction,
    `select s.target_key, s.run_id from steps s
       join runs r on r.workspace_id = s.workspace_id and r.id = s.run_id
       join incidents i on i.workspace_id = r.workspace_id and i.id = r.incident_id
     where s.target_key = any ($1) and s.state in ('dispatched', 'unknown') and i.state <> 'closed' and $2 not in (s.run_id::text, s.id::text) limit 1`,
    [keys, holder],
  );
  if (unresolved)
    throw new Refused(
      'target-locked',
      `what became of an operation at ${unresolved.target_key} (run ${unresolved.run_id}) is not known yet`,
    );
}

/** Extends the leases of a holder that still has its locks; refuses one that lost them. Answers the epochs. */
export async function holdLocks(transaction: Transaction, guard: Hold): Promise<Epochs> {
  const held = await rows<{ target_key: string; epoch: number }>(
    transaction,
    `update target_locks set expires_at = clock_timestamp() + $2 * interval '1 millisecond' where holder = $1 returning target_key, epoch`,
    [guard.holder, guard.leaseMs],
  );
  if (held.length === 0) throw new Refused('target-locked', `${guard.holder} does not hold its targets any more`);
  return Object.fromEntries(held.map((lock) => [lock.target_key, lock.epoch]));
}
