import type { QueueName } from '@autoops/contracts';
import type { Pool } from 'pg';
import { asRouter, execute, rows } from './database.ts';
import type { Listener } from './listener.ts';

/** A job that is owed to the queue. */
export interface OutboxRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly queue: QueueName;
  readonly subjectId: string;
  readonly traceparent: string | undefined;
  readonly createdAt: Date;
}

/**
 * The lease of a claim: rows that are not done by then are for any relay to take over, since theirs has died or hangs. A relay that
 * lives enqueues a batch in tens of milliseconds; one that is later than this enqueues twice at worst, which a stage finds out.
 */
const LEASE_SECONDS = 2;

/** What the relay takes jobs from. */
export interface Outbox {
  /** Claims at most `limit` due rows for this relay; others skip them. */
  claim(limit: number): Promise<readonly OutboxRow[]>;
  /** Removes rows whose jobs the queue has accepted. */
  done(ids: readonly string[]): Promise<void>;
  /** Milliseconds until a row may be claimed, because it is due or its lease has ended (0 = now); undefined when there is none. */
  nextDueMs(): Promise<number | undefined>;
  /** Calls back after every commit that owes jobs; returns the function that ends it. */
  onNotify(callback: () => void): Promise<() => Promise<void>>;
}

/** The outbox of all workspaces, seen as the router. */
export function createOutbox(pool: Pool, listener: Listener): Outbox {
  return {
    claim: (limit) =>
      asRouter(pool, async (transaction) => {
        const claimed = await rows<{
          id: string;
          workspace_id: string;
          queue: QueueName;
          subject_id: string;
          traceparent: string | null;
          created_at: Date;
        }>(
          transaction,
          `update outbox set claimed_at = clock_timestamp() where id in (
             select id from outbox
             where available_at <= clock_timestamp() and (claimed_at is null or claimed_at < clock_timestamp() - ${LEASE_SECONDS} * interval '1 second')
             order by available_at, id limit $1 for update skip locked)
           returning id, workspace_id, queue, subject_id, traceparent, created_at`,
          [limit],
        );
        return claimed
          .sort((a, b) => Number(a.id) - Number(b.id))
          .map((one) => ({
            id: one.id,
            workspaceId: one.workspace_id,
            queue: one.queue,
            subjectId: one.subject_id,
            traceparent: one.traceparent ?? undefined,
            createdAt: one.created_at,
          }));
      }),
    done: (ids) =>
      asRouter(
        pool,
        async (transaction) =>
          void (await execute(transaction, 'delete from outbox where id = any ($1::bigint[])', [ids])),
      ),
    nextDueMs: () =>
      asRouter(pool, async (transaction) => {
        const next = await rows<{ wait: number | null }>(
          transaction,
          `select extract(epoch from min(coalesce(claimed_at + ${LEASE_SECONDS} * interval '1 second', available_at)) - clock_timestamp())::float8 * 1000 as wait from outbox`,
        );
        const wait = next[0]?.wait;
        return wait === null || wait === undefined ? undefined : Math.max(0, Math.ceil(wait));
      }),
    onNotify: (callback) => listener.listen('autoops_outbox', callback),
  };
}
