import type { SignalBatch } from '@autoops/contracts';
import type { SignalStore } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { execute, rows, sqlState, withWorkspace, type Transaction } from '../database.ts';
import { appendOutbox } from '../state/messages.ts';
import type { Catalogue } from './catalogue.ts';
import type { NewestTimes } from './newest.ts';
import type { Partitions } from './partitions.ts';
import { storeAlerts, storeEvents, storeLogs } from './store-discrete.ts';
import { splitByShard, storeSamples, type ShardInput, type StoredSamples } from './store-samples.ts';

/** check_violation: what PostgreSQL answers when no partition takes a row. */
const NO_PARTITION = '23514';
const DEADLOCK = '40P01';

/** Stores a batch of signals: all of it in one transaction, or nothing. */
export function createAccept(
  pool: Pool,
  catalogue: Catalogue,
  newestTimes: NewestTimes,
  partitions: Partitions,
  latenessMs: (workspaceId: string, source: string) => Promise<number>,
): SignalStore['accept'] {
  const attempt: SignalStore['accept'] = async (workspaceId, batch) => {
    await partitions.cover(timesOf(batch));
    const known = await catalogue.resolve(workspaceId, batch.source, batch.series);
    const samples = splitByShard(batch.samples, known);
    const logShards: string[] = [];
    for (const log of batch.logs) logShards.push(await catalogue.shardOf(workspaceId, log.labels));
    const alertShards: string[] = [];
    for (const alert of batch.alerts)
      alertShards.push(
        await catalogue.shardOf(workspaceId, { environment: alert.environment, service: alert.service }),
      );
    const lateness = await latenessMs(workspaceId, batch.source);

    let moved: StoredSamples['moved'] = [];
    const result = await withWorkspace(pool, workspaceId, async (transaction) => {
      const shards = await lockShards(transaction, [...samples.keys(), ...logShards, ...alertShards]);
      const inputs = shards.flatMap((shard) => {
        const own = samples.get(shard.id);
        return own ? [{ shard, samples: own }] : [];
      });
      const stored = await storeSamples(transaction, workspaceId, batch.source, inputs, lateness, newestTimes);
      moved = stored.moved;
      const logs = await storeLogs(transaction, workspaceId, batch.source, batch.logs, logShards, batch.redactions);
      const alerts = await storeAlerts(transaction, workspaceId, batch.alerts, alertShards, batch.redactions);
      const events = await storeEvents(transaction, workspaceId, batch.events, batch.redactions);
      const counts = {
        accepted: stored.accepted + logs.stored + alerts.stored + events.stored,
        duplicates: stored.duplicates + logs.duplicates + alerts.duplicates + events.duplicates,
        late: stored.late,
        stored: { samples: stored.accepted, logs: logs.stored, events: events.stored, alerts: alerts.stored },
      };
      const withBatch = new Set(moved.map(({ shard }) => shard.id));
      const changed = shards
        .filter((shard) => withBatch.has(shard.id) || logs.newest.has(shard.id) || alerts.newest.has(shard.id))
        .map((shard) => shard.id);
      if (changed.length > 0) {
        await execute(
          transaction,
          `update shards s set next_sequence = s.next_sequence + m.step, newest_log_id = greatest(s.newest_log_id, m.log_id),
             newest_alert_revision = greatest(s.newest_alert_revision, m.alert), changed_at = clock_timestamp()
           from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::bigint[]) as m (id, step, log_id, alert) where s.id = m.id`,
          [
            changed,
            changed.map((id) => (withBatch.has(id) ? 1 : 0)),
            changed.map((id) => logs.newest.get(id) ?? 0),
            changed.map((id) => alerts.newest.get(id) ?? 0),
          ],
        );
        await appendOutbox(
          transaction,
          workspaceId,
          changed.map((id) => ({ queue: 'detector', subjectId: id })),
        );
      }
      await count(transaction, workspaceId, batch.source, counts);
      return counts;
    });
    for (const { shard, newest } of moved) newestTimes.moved(shard, newest);
    return result;
  };
  return async (workspaceId, batch) => {
    try {
      return await attempt(workspaceId, batch);
    } catch (error) {
      const state = sqlState(error);
      if (state !== NO_PARTITION && state !== DEADLOCK) throw error;
      partitions.forget(); // another process's retention may have dropped a day that we know of
      return attempt(workspaceId, batch); // nothing of the first attempt was stored
    }
  };
}

function* timesOf(batch: SignalBatch): Generator<number> {
  yield* batch.samples.timestampMs;
  for (const log of batch.logs) yield Date.parse(log.timestamp);
}

/** Locks in sorted order, so that two batches of the same shards wait for each other instead of dying. */
async function lockShards(transaction: Transaction, ids: readonly string[]): Promise<ShardInput['shard'][]> {
  const unique = [...new Set(ids)];
  if (unique.length === 0) return [];
  const locked = await rows<{ id: string; next_sequence: string }>(
    transaction,
    'select id, next_sequence from shards where id = any ($1) order by id for update',
    [unique],
  );
  return locked.map((shard) => ({ id: shard.id, sequence: Number(shard.next_sequence) }));
}

/** Last of all writes: the row is hot, and its lock ends with the commit. */
async function count(
  transaction: Transaction,
  workspaceId: string,
  source: string,
  counts: { readonly accepted: number; readonly duplicates: number; readonly late: number },
): Promise<void> {
  await execute(
    transaction,
    `insert into signal_counts as c (workspace_id, source, received, duplicates, late, last_at) values ($1, $2, $3, $4, $5, clock_timestamp())
     on conflict (workspace_id, source) do update set received = c.received + excluded.received, duplicates = c.duplicates + excluded.duplicates,
       late = c.late + excluded.late, last_at = excluded.last_at`,
    [workspaceId, source, counts.accepted, counts.duplicates, counts.late],
  );
}
