import { SCORED_AHEAD_MS, type SampleColumns } from '@autoops/contracts';
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
    if (shardId === undefined)
      throw new RangeError(
        `Sample ${index} names series ${samples.seriesIndex[index]}, which the batch does not have.`,
      );
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
    const shard = {
      shardId,
      seriesIds: [] as number[],
      timestampMs: [] as number[],
      value: [] as number[],
      duplicates: 0,
    };
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

/** A locked shard and what is to be stored for it. */
export interface ShardInput {
  readonly shard: { readonly id: string; readonly sequence: number };
  readonly samples: ShardSamples;
}

/** What storing samples came to. `moved` names the shards that got a batch, with the newest times to remember. */
export interface StoredSamples {
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  readonly moved: readonly { readonly shard: ShardInput['shard']; readonly newest: ReadonlyMap<number, number> }[];
}

/** A shard's samples by what is known of them: newer than anything of their series, or maybe stored already. */
interface Sorted extends ShardInput {
  readonly fresh: readonly number[];
  readonly old: readonly number[];
  isLate(index: number): boolean;
}

/**
 * Stores the samples of shards that the caller has locked. New ones, and old ones within the lateness, become one batch a shard for
 * the detector; older ones, and those of a clock that runs ahead, are stored and marked late: they are never scored, and no later
 * sample is measured against them. Three statements, however many shards there are.
 */
export async function storeSamples(
  transaction: Transaction,
  workspaceId: string,
  source: string,
  inputs: readonly ShardInput[],
  latenessMs: number,
  newestTimes: NewestTimes,
): Promise<StoredSamples> {
  const sorted: Sorted[] = [];
  for (const input of inputs) sorted.push(await sortOut(transaction, input, latenessMs, newestTimes));
  await insertFresh(transaction, workspaceId, sorted);
  const storedOld = await insertOld(transaction, workspaceId, sorted);
  const counts = { accepted: 0, duplicates: 0, late: 0 };
  const batches: { readonly input: Sorted; readonly indexes: readonly number[] }[] = [];
  sorted.forEach((input, position) => {
    const stored = storedOld[position] ?? [];
    const scored = stored.filter((index) => !input.isLate(index));
    counts.accepted += input.fresh.length + stored.length;
    counts.duplicates += input.samples.duplicates + input.old.length - stored.length;
    counts.late += stored.length - scored.length;
    const indexes = scored.length === 0 ? input.fresh : [...input.fresh, ...scored].sort((a, b) => a - b);
    if (indexes.length > 0) batches.push({ input, indexes });
  });
  await insertBatches(transaction, workspaceId, source, batches);
  return {
    ...counts,
    moved: batches.map(({ input }) => {
      const newest = new Map<number, number>();
      for (const index of input.fresh)
        newest.set(input.samples.seriesIds[index] ?? -1, input.samples.timestampMs[index] ?? 0); // in order of time: the last one stays
      return { shard: input.shard, newest };
    }),
  };
}

async function sortOut(
  transaction: Transaction,
  input: ShardInput,
  latenessMs: number,
  newestTimes: NewestTimes,
): Promise<Sorted> {
  const { seriesIds, timestampMs } = input.samples;
  const before = await newestTimes.of(transaction, input.shard, [...new Set(seriesIds)]);
  const newestOf = (index: number): number => before.get(seriesIds[index] ?? -1) ?? Number.NEGATIVE_INFINITY;
  const present = Date.now() + SCORED_AHEAD_MS;
  const isEarly = (index: number): boolean => (timestampMs[index] ?? 0) > present;
  const fresh: number[] = [];
  const old: number[] = [];
  seriesIds.forEach((_, index) =>
    ((timestampMs[index] ?? 0) > newestOf(index) && !isEarly(index) ? fresh : old).push(index),
  );
  return {
    ...input,
    fresh,
    old,
    isLate: (index) => (timestampMs[index] ?? 0) < newestOf(index) - latenessMs || isEarly(index),
  };
}

/** Parts of all shards in one column. */
function column(
  inputs: readonly Sorted[],
  part: 'fresh' | 'old',
  value: (input: Sorted, index: number) => unknown,
): string {
  return numberArray(inputs.flatMap((input) => input[part].map((index) => value(input, index))));
}

async function insertFresh(transaction: Transaction, workspaceId: string, inputs: readonly Sorted[]): Promise<void> {
  if (inputs.every((input) => input.fresh.length === 0)) return;
  await execute(
    transaction,
    `insert into samples (workspace_id, series_id, at, value)
     select $1, s, to_timestamp(t / 1000), v from unnest($2::bigint[], $3::float8[], $4::float8[]) as i (s, t, v) on conflict do nothing`,
    [
      workspaceId,
      column(inputs, 'fresh', (input, index) => input.samples.seriesIds[index]),
      column(inputs, 'fresh', (input, index) => input.samples.timestampMs[index]),
      column(inputs, 'fresh', (input, index) => input.samples.value[index]),
    ],
  );
}

/** Inserts what may be there already; answers for each shard the indexes that were not. */
async function insertOld(
  transaction: Transaction,
  workspaceId: string,
  inputs: readonly Sorted[],
): Promise<readonly (readonly number[])[]> {
  if (inputs.every((input) => input.old.length === 0)) return inputs.map(() => []);
  const stored = await rows<{ key: string }>(
    transaction,
    `insert into samples (workspace_id, series_id, at, value, late)
     select $1, s, to_timestamp(t / 1000), v, l from unnest($2::bigint[], $3::float8[], $4::float8[], $5::boolean[]) as i (s, t, v, l)
     on conflict do nothing returning series_id || '/' || (extract(epoch from at) * 1000)::bigint as key`,
    [
      workspaceId,
      column(inputs, 'old', (input, index) => input.samples.seriesIds[index]),
      column(inputs, 'old', (input, index) => input.samples.timestampMs[index]),
      column(inputs, 'old', (input, index) => input.samples.value[index]),
      column(inputs, 'old', (input, index) => input.isLate(index)),
    ],
  );
  const keys = new Set(stored.map((one) => one.key));
  return inputs.map((input) =>
    input.old.filter((index) => keys.has(`${input.samples.seriesIds[index]}/${input.samples.timestampMs[index]}`)),
  );
}

async function insertBatches(
  transaction: Transaction,
  workspaceId: string,
  source: string,
  batches: readonly { readonly input: Sorted; readonly indexes: readonly number[] }[],
): Promise<void> {
  if (batches.length === 0) return;
  const packed = batches.map(({ input, indexes }) => packBatch(input.samples, indexes));
  await execute(
    transaction,
    `insert into shard_batches (workspace_id, shard_id, sequence, source, series_ids, series_index, timestamp_ms, value)
     select $1, shard, sequence, $2, ids::bigint[], positions, times, vals
     from unnest($3::uuid[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[]) as b (shard, sequence, ids, positions, times, vals)`,
    [
      workspaceId,
      source,
      batches.map(({ input }) => input.shard.id),
      batches.map(({ input }) => input.shard.sequence),
      packed.map((batch) => batch.seriesIds),
      packed.map((batch) => batch.seriesIndex),
      packed.map((batch) => batch.timestampMs),
      packed.map((batch) => batch.value),
    ],
  );
}

function packBatch(
  samples: ShardSamples,
  indexes: readonly number[],
): { seriesIds: string; seriesIndex: Buffer; timestampMs: Buffer; value: Buffer } {
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
  return {
    seriesIds: numberArray(ids),
    seriesIndex: pack(seriesIndex),
    timestampMs: pack(timestampMs),
    value: pack(value),
  };
}
