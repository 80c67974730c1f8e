import { rows, type Transaction } from '../database.ts';
import { numberArray } from './packing.ts';

/**
 * The newest stored time of each series, remembered per shard. A shard's sequence moves with every batch that is stored for it, by
 * whichever process, so what is remembered is right exactly while the sequence is the one it was remembered at.
 */
export interface NewestTimes {
  /** Newest times (ms; -Infinity for none) of series of a locked shard whose next sequence is `sequence`. */
  of(
    transaction: Transaction,
    shard: { readonly id: string; readonly sequence: number },
    seriesIds: readonly number[],
  ): Promise<ReadonlyMap<number, number>>;
  /** After the commit: a batch moved the shard from `sequence` to the next, with these newest times. */
  moved(shard: { readonly id: string; readonly sequence: number }, newest: ReadonlyMap<number, number>): void;
}

const SHARD_LIMIT = 10_000;

export function createNewestTimes(): NewestTimes {
  const remembered = new Map<string, { sequence: number; newest: Map<number, number> }>();
  return {
    async of(transaction, shard, seriesIds) {
      let entry = remembered.get(shard.id);
      if (!entry || entry.sequence !== shard.sequence) {
        if (entry && entry.sequence > shard.sequence) remembered.clear(); // the database went back in time: a restored backup
        if (remembered.size > SHARD_LIMIT) remembered.clear();
        entry = { sequence: shard.sequence, newest: new Map() };
        remembered.set(shard.id, entry);
      }
      const { newest } = entry;
      const result = new Map<number, number>();
      const unknown: number[] = [];
      for (const id of seriesIds) {
        const time = newest.get(id) ?? (shard.sequence === 1 ? Number.NEGATIVE_INFINITY : undefined); // at 1 the shard has never had a sample
        if (time === undefined) unknown.push(id);
        else result.set(id, time);
      }
      for (const [id, time] of await load(transaction, unknown)) {
        newest.set(id, time);
        result.set(id, time);
      }
      return result;
    },
    moved(shard, times) {
      const entry = remembered.get(shard.id);
      if (!entry || entry.sequence !== shard.sequence) return; // another batch has been seen meanwhile, or the entry is newer
      entry.sequence += 1;
      for (const [id, time] of times) entry.newest.set(id, time);
    },
  };
}

/** Looks at the last days first: a series that is alive is found there, without a probe into every old partition. */
async function load(transaction: Transaction, seriesIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  for (const condition of ["and p.at > now() - interval '1 day'", '']) {
    const wanted = seriesIds.filter((id) => !found.has(id));
    if (wanted.length === 0) break;
    const newest = await rows<{ id: string; ms: number | null }>(
      transaction,
      `select s.id, (select (extract(epoch from p.at) * 1000)::float8 from samples p
         where p.workspace_id = s.workspace_id and p.series_id = s.id and not p.late ${condition} order by p.at desc limit 1) as ms
       from series s where s.id = any ($1::bigint[])`,
      [numberArray(wanted)],
    );
    for (const one of newest) if (one.ms !== null) found.set(Number(one.id), one.ms);
  }
  for (const id of seriesIds) if (!found.has(id)) found.set(id, Number.NEGATIVE_INFINITY);
  return found;
}
