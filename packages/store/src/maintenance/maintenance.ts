import type { Timings } from '@autoops/contracts';
import type { Pool } from 'pg';
import { execute, row, rows, withWorkspace, withoutWorkspace } from '../database.ts';
import { listWorkspaces } from '../readers/router.ts';
import type { Partitions } from '../signals/partitions.ts';
import { findRunnable, type Runnable } from './runnable.ts';
import { prune, type Pruned, type Retention } from './retention.ts';

/** What schedulers call. */
export interface Maintenance {
  /** Every workspace by id and name. */
  workspaces(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** What should run and is not owed to the queue; `idleMs` = untouched for so long (default: one sweep). */
  runnable(idleMs?: number): Promise<readonly Runnable[]>;
  /** Makes the day partitions until so many days from now; returns how many were missing. */
  createPartitions(daysAhead: number): Promise<number>;
  prune(retention: Retention): Promise<Pruned>;
  /** Clears breakers, cool-downs and budgets of an environment; samples, incidents and their history stay. The caller audits it. */
  resetActions(workspaceId: string, environment: string): Promise<void>;
  /** Leaf hashes of the audit log beyond the last checkpoint's tree, with its size: what a new checkpoint is made from. */
  auditLeaves(
    workspaceId: string,
  ): Promise<{ readonly baseSeq: number; readonly checkpointSize: number; readonly leaves: readonly string[] }>;
  /** Stores a signed checkpoint over the first `size` entries; `bytes` is the signed note. */
  writeCheckpoint(
    workspaceId: string,
    checkpoint: { readonly size: number; readonly root: string; readonly bytes: Uint8Array },
  ): Promise<void>;
}

export function createMaintenance(pool: Pool, partitions: Partitions, timings: Timings): Maintenance {
  return {
    workspaces: () => listWorkspaces(pool),
    runnable: (idleMs) => findRunnable(pool, timings, idleMs),
    createPartitions: async (daysAhead) => {
      const made = await withoutWorkspace(pool, (transaction) =>
        row<{ n: number }>(
          transaction,
          "select ensure_partitions((now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date + $1::integer) as n",
          [daysAhead],
        ),
      );
      return made?.n ?? 0;
    },
    async prune(retention) {
      const pruned = await prune(pool, retention);
      if (pruned.partitions > 0) partitions.forget();
      return pruned;
    },
    resetActions: (workspaceId, environment) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          `insert into history_resets (workspace_id, environment, at) values ($1, $2, clock_timestamp())
           on conflict (workspace_id, environment) do update set at = excluded.at`,
          [workspaceId, environment],
        );
        await execute(
          transaction,
          'update breakers set opened_at = null, counts_from = clock_timestamp() where environment = $1',
          [environment],
        );
      }),
    auditLeaves: (workspaceId) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const head = await row<{ base_seq: string; size: string | null }>(
          transaction,
          'select base_seq, (select max(size) from audit_checkpoints) as size from audit_heads',
        );
        const leaves = await rows<{ hash: string }>(transaction, 'select hash from audit_entries order by seq');
        return {
          baseSeq: Number(head?.base_seq ?? 0),
          checkpointSize: Number(head?.size ?? 0),
          leaves: leaves.map((leaf) => leaf.hash),
        };
      }),
    writeCheckpoint: (workspaceId, { size, root, bytes }) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          'insert into audit_checkpoints (workspace_id, size, root, bytes) values ($1, $2, $3, $4) on conflict do nothing',
          [workspaceId, size, root, Buffer.from(bytes)],
        );
      }),
  };
}
