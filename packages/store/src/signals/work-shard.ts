import type { AlertSignal } from '@autoops/contracts';
import type { Router, ShardResult, ShardWork, SignalStore } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { execute, row, rows, withWorkspace, type Transaction } from '../database.ts';
import { applyTransition, refusalOf } from '../state/commit.ts';
import { appendOutbox } from '../state/messages.ts';
import type { Catalogue } from './catalogue.ts';
import { unpackFloat64, unpackUint32 } from './packing.ts';
import { storeTicks } from './store-ticks.ts';

/** Bounds on one piece of work; what is left over is hinted again. */
const BATCH_LIMIT = 500;
const LOG_LIMIT = 5_000;
/** A decision that loses a race is made again from fresh records; more often than this, something else is wrong. */
const ATTEMPTS = 3;
/** When another worker has the shard, look again after this time: what came in meanwhile may not be in its hands. */
const BUSY_RETRY_MS = 250;

interface Checkpoint {
  readonly sequence: string;
  readonly log_id: string;
  readonly alert_revision: string;
  readonly state: Buffer | null;
  readonly service: string;
  readonly environment: string;
  readonly newest_log_id: string;
  readonly newest_alert_revision: string;
}

interface Loaded {
  readonly work: ShardWork;
  readonly alertRevision: string;
}

/** Hands a shard to one worker at a time and commits its result with the checkpoint that it belongs to. */
export function createWorkShard(pool: Pool, catalogue: Catalogue, router: Router): SignalStore['workShard'] {
  const workspaces = new Map<string, string>(); // a shard never moves
  return async (shardId, cachedSequence, work) => {
    const workspaceId = workspaces.get(shardId) ?? (await router.routeTo('shard', shardId));
    if (workspaceId === undefined) return false; // a forged or outdated job
    workspaces.set(shardId, workspaceId);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await withWorkspace(pool, workspaceId, async (transaction) => {
          // After a lost race the worker's cached state has already seen these samples: it gets the stored one.
          const loaded = await load(
            transaction,
            catalogue,
            workspaceId,
            shardId,
            attempt === 1 ? cachedSequence : undefined,
          );
          if (loaded === 'busy')
            await appendOutbox(transaction, workspaceId, [
              { queue: 'detector', subjectId: shardId, delayMs: BUSY_RETRY_MS },
            ]);
          if (loaded === 'busy' || loaded === undefined) return false;
          await save(transaction, loaded, await work(loaded.work));
          return true;
        });
      } catch (error) {
        if (!refusalOf(error) || attempt >= ATTEMPTS) throw error;
      }
    }
  };
}

async function load(
  transaction: Transaction,
  catalogue: Catalogue,
  workspaceId: string,
  shardId: string,
  cachedSequence: number | undefined,
): Promise<Loaded | 'busy' | undefined> {
  const checkpoint = await row<Checkpoint>(
    transaction,
    `select c.sequence, c.log_id, c.alert_revision, case when c.sequence = $2 then null else c.state end as state,
       s.service, s.environment, s.newest_log_id, s.newest_alert_revision
     from shard_checkpoints c join shards s on s.workspace_id = c.workspace_id and s.id = c.shard_id
     where c.shard_id = $1 for update of c skip locked`,
    [shardId, cachedSequence ?? null],
  );
  if (!checkpoint) return 'busy';
  const batches = await loadBatches(transaction, shardId, checkpoint.sequence);
  const logs =
    BigInt(checkpoint.newest_log_id) > BigInt(checkpoint.log_id)
      ? await loadLogs(transaction, shardId, checkpoint.log_id)
      : [];
  const alerts =
    BigInt(checkpoint.newest_alert_revision) > BigInt(checkpoint.alert_revision)
      ? await loadAlerts(transaction, shardId, checkpoint.alert_revision)
      : [];
  if (batches.length === 0 && logs.length === 0 && alerts.length === 0) return undefined;
  const seriesIds = [...new Set(batches.flatMap((batch) => batch.seriesIds.map(Number)))];
  return {
    alertRevision: alerts.at(-1)?.revision ?? checkpoint.alert_revision,
    work: {
      workspaceId,
      shardId,
      service: checkpoint.service,
      environment: checkpoint.environment,
      checkpoint: {
        sequence: Number(checkpoint.sequence),
        state: checkpoint.state ? new Uint8Array(checkpoint.state) : undefined,
      },
      batches,
      series: await catalogue.rowsOf(transaction, workspaceId, seriesIds),
      logs,
      alerts: alerts.map((alert) => alert.doc),
    },
  };
}

async function loadBatches(transaction: Transaction, shardId: string, after: string): Promise<ShardWork['batches']> {
  const found = await rows<{
    sequence: string;
    source: string;
    series_ids: string[];
    series_index: Buffer;
    timestamp_ms: Buffer;
    value: Buffer;
  }>(
    transaction,
    `select sequence, source, series_ids, series_index, timestamp_ms, value from shard_batches where shard_id = $1 and sequence > $2 order by sequence limit ${BATCH_LIMIT}`,
    [shardId, after],
  );
  return found.map((batch) => ({
    sequence: Number(batch.sequence),
    source: batch.source,
    seriesIds: batch.series_ids,
    seriesIndex: unpackUint32(batch.series_index),
    timestampMs: unpackFloat64(batch.timestamp_ms),
    value: unpackFloat64(batch.value),
  }));
}

function loadLogs(transaction: Transaction, shardId: string, after: string): Promise<ShardWork['logs'][number][]> {
  return rows(
    transaction,
    `select id::text, at, severity, body, labels from logs where shard_id = $1 and id > $2 order by id limit ${LOG_LIMIT}`,
    [shardId, after],
  );
}

function loadAlerts(
  transaction: Transaction,
  shardId: string,
  after: string,
): Promise<{ revision: string; doc: AlertSignal }[]> {
  return rows(
    transaction,
    `select revision, doc from alerts where shard_id = $1 and revision > $2 order by revision limit ${LOG_LIMIT}`,
    [shardId, after],
  );
}

async function save(transaction: Transaction, { work, alertRevision }: Loaded, result: ShardResult): Promise<void> {
  const newest = work.batches.at(-1)?.sequence ?? work.checkpoint.sequence;
  if (result.sequence < work.checkpoint.sequence || result.sequence > newest) {
    throw new RangeError(
      `Shard ${work.shardId}: the worker answered sequence ${result.sequence}, outside ${work.checkpoint.sequence} to ${newest}.`,
    );
  }
  await storeTicks(transaction, work.workspaceId, result.ticks);
  for (const transition of result.transitions) {
    if (transition.workspaceId !== work.workspaceId)
      throw new Error(`Shard ${work.shardId}: a transition names a foreign workspace.`);
    await applyTransition(transaction, transition);
  }
  const state = Buffer.from(result.state.buffer, result.state.byteOffset, result.state.byteLength);
  await execute(
    transaction,
    `update shard_checkpoints set sequence = $2, log_id = greatest(log_id, coalesce($3::bigint, 0)), alert_revision = greatest(alert_revision, $4::bigint),
       state = $5, updated_at = clock_timestamp() where shard_id = $1`,
    [work.shardId, result.sequence, result.logId ?? work.logs.at(-1)?.id ?? null, alertRevision, state],
  );
  await execute(transaction, 'delete from shard_batches where shard_id = $1 and sequence <= $2', [
    work.shardId,
    result.sequence,
  ]);
  const more = await row(
    transaction,
    `select 1 from shards s join shard_checkpoints c on c.workspace_id = s.workspace_id and c.shard_id = s.id
     where s.id = $1 and (s.next_sequence - 1 > c.sequence or s.newest_log_id > c.log_id or s.newest_alert_revision > c.alert_revision)`,
    [work.shardId],
  );
  if (more) await appendOutbox(transaction, work.workspaceId, [{ queue: 'detector', subjectId: work.shardId }]);
}
