import type { Pool } from 'pg';
import { execute, jsonText, row, withWorkspace } from '../database.ts';

/** Answers stored under Idempotency-Key for 24 h. */
export interface IdempotencyStore {
  claim(
    workspaceId: string,
    key: string,
    bodyDigest: string,
  ): Promise<
    | { readonly kind: 'new' }
    | { readonly kind: 'stored'; readonly status: number; readonly body: unknown }
    | { readonly kind: 'busy' }
    | { readonly kind: 'mismatch' }
  >;
  complete(workspaceId: string, key: string, status: number, body: unknown): Promise<void>;
  release(workspaceId: string, key: string): Promise<void>;
}

/** A claim without an answer belongs to a process that died: after this time the key may be claimed again. */
const ABANDONED = "interval '1 minute'";
const KEPT = "interval '24 hours'";

export function createIdempotencyStore(pool: Pool): IdempotencyStore {
  return {
    claim: (workspaceId, key, bodyDigest) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        const claimed = await execute(
          transaction,
          `insert into idempotency_keys as k (workspace_id, key, body_digest) values ($1, $2, $3)
           on conflict (workspace_id, key) do update set body_digest = excluded.body_digest, status = null, body = null, claimed_at = now()
             where k.claimed_at < now() - ${KEPT} or (k.status is null and k.claimed_at < now() - ${ABANDONED} and k.body_digest = excluded.body_digest)`,
          [workspaceId, key, bodyDigest],
        );
        if (claimed === 1) return { kind: 'new' };
        const known = await row<{ body_digest: string; status: number | null; body: unknown }>(
          transaction,
          'select body_digest, status, body from idempotency_keys where key = $1',
          [key],
        );
        if (!known) return { kind: 'busy' }; // released between the two statements: the caller may try again
        if (known.body_digest !== bodyDigest) return { kind: 'mismatch' };
        return known.status === null ? { kind: 'busy' } : { kind: 'stored', status: known.status, body: known.body };
      }),
    complete: (workspaceId, key, status, body) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(transaction, 'update idempotency_keys set status = $2, body = $3 where key = $1', [
          key,
          status,
          jsonText(body),
        ]);
      }),
    release: (workspaceId, key) =>
      withWorkspace(
        pool,
        workspaceId,
        async (transaction) =>
          void (await execute(transaction, 'delete from idempotency_keys where key = $1 and status is null', [key])),
      ),
  };
}
