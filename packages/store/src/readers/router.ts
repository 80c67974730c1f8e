import type { Router } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { asRouter, isUuid, row, rows } from '../database.ts';

const TABLES = { incident: 'incidents', step: 'steps', shard: 'shards', delivery: 'deliveries' } as const;

/** The only look-ups without a workspace: where a job's id belongs. */
export function createRouter(pool: Pool): Router {
  return {
    routeTo: (kind, id) =>
      isUuid(id)
        ? asRouter(
            pool,
            async (transaction) =>
              (
                await row<{ workspace_id: string }>(
                  transaction,
                  `select workspace_id from ${TABLES[kind]} where id = $1`,
                  [id],
                )
              )?.workspace_id,
          )
        : Promise.resolve(undefined),
  };
}

/** Every workspace by id and name, oldest ids first: what maintenance walks through, one at a time. */
export function listWorkspaces(pool: Pool): Promise<{ readonly id: string; readonly name: string }[]> {
  return asRouter(pool, (transaction) => rows(transaction, 'select id, name from workspaces order by id'));
}
