import type { SampleColumns } from '@autoops/contracts';
import { execute, rows, type Transaction } from '../database.ts';
import type { KnownSeries } from './catalogue.ts';
import type { NewestTimes } from './newest.ts';
import { numberArray, pack } from './packing.ts';

/** A shard's samples of one batch: series ids, times in ms and values, in order of time. */
export interface ShardSamples {
  readonly shardId: string;
  readonly seriesIds: readonly number[];
  readonly timestampMs: readonly number[];
  readonly value: readonly number[];
  /** Samples that came twice in this batch. */
  readonly duplicates: number;
}

/** Splits samples by shard, orders them by time and drops what a batch names twice; the first of two stands. */
export function splitByShard(samples: SampleColumns, known: readonly KnownSeries[]): Map<string, ShardSamples> {
  const indexes = new Map<string, number[]>();
  for (let index = 0; index < samples.seriesIndex.length; index += 1) {
    const shardId = known[samples.seriesIndex[index] ?? -1]?.shardId;
    if (shardId === undefined) throw new RangeError(`Sample ${index} names series ${samples.seriesIndex[index]}, which the batch does not have.`);
    const list = indexes.get(shardId);
    if (list) list.push(index);
    else indexes.set(shardId, [index]);
  }
  const result = new Map<string, ShardSamples>();
  for (const [shardId, list] of indexes) {
    const time = (index: number): number => Math.round(samples.timestampMs[index] ?? Number.NaN);
    list.sort((a, b) => time(a) - time(b)); // stable: equal times keep the order of arrival
    const seen = new Set<number>();
    let seenAt = Number.NaN;
    const shard = { shardId, seriesIds: [] as number[], timestampMs: [] as number[], value: [] as number[], duplicates: 0 };
    for (const index of list) {
      const series = known[samples.seriesIndex[index] ?? -1]?.id ?? -1;
      const at = time(index);
      if (at !== seenAt) {
        seen.clear();
        seenAt = at;
      }
      if (seen.has(series)) {
        shard.duplicates += 1;
        continue;
      }
      seen.add(series);
      shard.seriesIds.push(series);
      shard.timestampMs.push(at);
      shard.value.push(samples.value[index] ?? Number.NaN);
    }
    result.set(shardId, shard);
  }
  return result;
}

/** What storing a shard's samples came to. `newest` is set where a batch was made, for `NewestTimes.moved`. */
export interface StoredSamples {
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  readonly newest: ReadonlyMap<number, number> | undefined;
}

/**
 * Stores the samples of one shard, which the caller has locked at `sequence`. New ones, and old ones within the lateness, become
 * one batch for the detector; older ones are stored and marked late.
 */
export async function storeShardSamples(
  transaction: Transaction,
  workspaceId: string,
  source: string,
  shard: { readonly id: string; readonly sequence: number },
  samples: ShardSamples,
  latenessMs: number,
  newestTimes: NewestTimes,
): Promise<StoredSamples> {
  const before = await newestTimes.of(transaction, shard, [...new Set(samples.seriesIds)]);
  const fresh: number[] = [];
  const old: number[] = [];
  samples.seriesIds.forEach((series, index) => ((samples.timestampMs[index] ?? 0) > (before.get(series) ?? Number.NEGATIVE_INFINITY) ? fresh : old).push(index));
  const isLate = (index: number): boolean => (samples.timestampMs[index] ?? 0) < (before.get(samples.seriesIds[index] ?? -1) ?? 0) - latenessMs;

  await insertSamples(transaction, workspaceId, samples, fresh, () => false, false);
  const storedOld = await insertSamples(transaction, workspaceId, samples, old, isLate, true);
  const scored = [...fresh, ...storedOld.filter((index) => !isLate(index))].sort((a, b) => a - b);
  if (scored.length > 0) await insertBatch(transaction, workspaceId, source, shard, samples, scored);
  const newest = new Map<number, number>();
  for (const index of fresh) newest.set(samples.seriesIds[index] ?? -1, samples.timestampMs[index] ?? 0); // in order of time: the last one stays
  return {
    accepted: fresh.length + storedOld.length,
    duplicates: samples.duplicates + old.length - storedOld.length,
    late: storedOld.filter(isLate).length,
    newest: scored.length > 0 ? newest : undefined,
  };
}

/** Inserts the samples at `indexes`; with `mayExist` it answers the indexes that were not there before, else all. */
async function insertSamples(
  transaction: Transaction,
  workspaceId: string,
  samples: ShardSamples,
  indexes: readonly number[],
  isLate: (index: number) => boolean,
  mayExist: boolean,
): Promise<readonly number[]> {
  if (indexes.length === 0) return [];
  const text = `insert into samples (workspace_id, series_id, at, value, late)
    select $1, s, to_timestamp(t / 1000), v, l from unnest($2::bigint[], $3::float8[], $4::float8[], $5::boolean[]) as i (s, t, v, l)
    on conflict do nothing`;
  const values = [
    workspaceId,
    numberArray(indexes.map((index) => samples.seriesIds[index])),
    numberArray(indexes.map((index) => samples.timestampMs[index])),
    numberArray(indexes.map((index) => samples.value[index])),
    numberArray(indexes.map((index) => isLate(index))),
  ];
  if (!mayExist) {
    await execute(transaction, text, values);
    return indexes;
  }
  const stored = await rows<{ key: string }>(transaction, `${text} returning series_id || '/' || (extract(epoch from at) * 1000)::bigint as key`, values);
  const keys = new Set(stored.map((one) => one.key));
  return indexes.filter((index) => keys.has(`${samples.seriesIds[index]}/${samples.timestampMs[index]}`));
}

async function insertBatch(
  transaction: Transaction,
  workspaceId: string,
  source: string,
  shard: { readonly id: string; readonly sequence: number },
  samples: ShardSamples,
  indexes: readonly number[],
): Promise<void> {
  const ids: number[] = [];
  const positions = new Map<number, number>();
  const seriesIndex = new Uint32Array(indexes.length);
  const timestampMs = new Float64Array(indexes.length);
  const value = new Float64Array(indexes.length);
  indexes.forEach((index, target) => {
    const series = samples.seriesIds[index] ?? -1;
    let position = positions.get(series);
    if (position === undefined) {
      position = ids.push(series) - 1;
      positions.set(series, position);
    }
    seriesIndex[target] = position;
    timestampMs[target] = samples.timestampMs[index] ?? 0;
    value[target] = samples.value[index] ?? 0;
  });
  await execute(
    transaction,
    `insert into shard_batches (workspace_id, shard_id, sequence, source, series_ids, series_index, timestamp_ms, value)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, shard.id, shard.sequence, source, numberArray(ids), pack(seriesIndex), pack(timestampMs), pack(value)],
  );
}
