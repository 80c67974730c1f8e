import { createHash, randomUUIDv7 } from 'node:crypto';
import type { SeriesIdentity } from '@autoops/contracts';
import type { SeriesRow } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { jsonText, plainText, rows, withWorkspace, type Transaction } from '../database.ts';
import { nameOf } from './name-of.ts';
import { numberArray } from './packing.ts';

/** Series that name no service are spread over this many shards of their environment. */
const SLOTS = 8;
/** Beyond this the caches are emptied and fill again: a bound on memory, not on what is stored. */
const CACHE_LIMIT = 500_000;

/** A stored series and the shard that works it. */
export interface KnownSeries {
  readonly id: number;
  readonly shardId: string;
}

/** Where signals belong. Shards and series never change once they are there, so a process asks for each once. */
export interface Catalogue {
  /** Ids in the order of `series`, created where new. */
  resolve(workspaceId: string, source: string, series: readonly SeriesIdentity[]): Promise<readonly KnownSeries[]>;
  /** The shard of a log record or alert, by its labels. */
  shardOf(workspaceId: string, labels: Readonly<Record<string, string>>): Promise<string>;
  /** Rows of series by id, inside a transaction of their workspace. */
  rowsOf(transaction: Transaction, workspaceId: string, ids: readonly number[]): Promise<readonly SeriesRow[]>;
}

interface ShardKey {
  readonly environment: string;
  readonly service: string;
  readonly slot: number;
}

export function createCatalogue(pool: Pool): Catalogue {
  const shards = new Map<string, string>();
  const known = new Map<string, KnownSeries>();
  // A sender's series come as the same objects again and again: found without putting their names together.
  const byObject = new Map<string, WeakMap<SeriesIdentity, KnownSeries>>();
  const seriesRows = new Map<string, SeriesRow>();

  const ensureShards = async (workspaceId: string, keys: readonly ShardKey[]): Promise<void> => {
    const missing = new Map(
      keys.map((key) => [shardName(workspaceId, key), key] as const).filter(([name]) => !shards.has(name)),
    );
    if (missing.size === 0) return;
    const sorted = [...missing].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
    const columns = [
      sorted.map((key) => key.environment),
      sorted.map((key) => key.service),
      sorted.map((key) => key.slot),
    ];
    const found = await withWorkspace(pool, workspaceId, async (transaction) => {
      await rows(
        transaction,
        `with made as (
           insert into shards (workspace_id, id, environment, service, slot) select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::integer[])
           on conflict (workspace_id, environment, service, slot) do nothing returning id)
         insert into shard_checkpoints (workspace_id, shard_id) select $1, id from made`,
        [workspaceId, sorted.map(() => randomUUIDv7()), ...columns],
      );
      return rows<ShardKey & { id: string }>(
        transaction,
        `select id, environment, service, slot from shards
         where (environment, service, slot) in (select * from unnest($1::text[], $2::text[], $3::integer[]))`,
        columns,
      );
    });
    for (const shard of found) shards.set(shardName(workspaceId, shard), shard.id);
  };

  const shardId = (workspaceId: string, key: ShardKey): string => {
    const id = shards.get(shardName(workspaceId, key));
    if (id === undefined) throw new Error(`Shard ${shardName(workspaceId, key)} was not made.`);
    return id;
  };

  const createSeries = async (
    workspaceId: string,
    source: string,
    missing: ReadonlyMap<string, SeriesIdentity>,
  ): Promise<void> => {
    const wanted = [...missing]
      .map(([name, series]) => ({ name, series, identity: createHash('sha256').update(name).digest() }))
      .sort((a, b) => Buffer.compare(a.identity, b.identity)); // two transactions that add the same series meet in the same order
    await ensureShards(
      workspaceId,
      wanted.map(({ series, identity }) => shardKey(series.labels, identity)),
    );
    await withWorkspace(pool, workspaceId, async (transaction) => {
      await rows(
        transaction,
        `insert into series (workspace_id, source, metric, labels, identity, shard_id)
         select $1, $2, * from unnest($3::text[], $4::jsonb[], $5::bytea[], $6::uuid[])
         on conflict (workspace_id, identity) do nothing`,
        [
          workspaceId,
          source,
          wanted.map(({ series }) => plainText(series.metric)),
          wanted.map(({ series }) => jsonText(series.labels)),
          wanted.map(({ identity }) => identity),
          wanted.map(({ series, identity }) => shardId(workspaceId, shardKey(series.labels, identity))),
        ],
      );
      const stored = await rows<{ id: string; identity: Buffer; shard_id: string }>(
        transaction,
        'select id, identity, shard_id from series where identity = any ($1)',
        [wanted.map(({ identity }) => identity)],
      );
      const byIdentity = new Map(
        stored.map((one) => [one.identity.toString('hex'), { id: Number(one.id), shardId: one.shard_id }]),
      );
      if (known.size + wanted.length > CACHE_LIMIT) known.clear();
      for (const { name, identity } of wanted) {
        const found = byIdentity.get(identity.toString('hex'));
        if (found) known.set(`${workspaceId}\0${name}`, found);
      }
    });
  };

  return {
    async resolve(workspaceId, source, series) {
      const owner = `${workspaceId}\0${source}`;
      let objects = byObject.get(owner);
      if (objects === undefined) byObject.set(owner, (objects = new WeakMap()));
      const names = new Map<SeriesIdentity, string>();
      const missing = new Map<string, SeriesIdentity>();
      for (const one of series) {
        if (objects.has(one)) continue;
        const name = seriesName(source, one);
        names.set(one, name);
        if (!known.has(`${workspaceId}\0${name}`)) missing.set(name, one);
      }
      if (missing.size > 0) await createSeries(workspaceId, source, missing);
      for (const [one, name] of names) {
        const found = known.get(`${workspaceId}\0${name}`);
        if (!found) throw new Error('A series that was just stored cannot be read back.');
        objects.set(one, found);
      }
      return series.flatMap((one) => objects.get(one) ?? []);
    },
    async shardOf(workspaceId, labels) {
      const key = shardKey(labels, createHash('sha256').update(jsonText(labels)).digest());
      await ensureShards(workspaceId, [key]);
      return shardId(workspaceId, key);
    },
    async rowsOf(transaction, workspaceId, ids) {
      const missing = ids.filter((id) => !seriesRows.has(`${workspaceId}/${id}`));
      if (missing.length > 0) {
        if (seriesRows.size + missing.length > CACHE_LIMIT) seriesRows.clear();
        const found = await rows<SeriesRow>(
          transaction,
          'select id::text, metric, labels, source from series where id = any ($1::bigint[])',
          [numberArray(missing)],
        );
        for (const one of found) seriesRows.set(`${workspaceId}/${one.id}`, one);
      }
      return ids.flatMap((id) => seriesRows.get(`${workspaceId}/${id}`) ?? []);
    },
  };
}

/** The identity of a series within its workspace, as text: source, metric and labels in order. */
function seriesName(source: string, series: SeriesIdentity): string {
  let name = `${source}\u0001${series.metric}`;
  for (const label of Object.keys(series.labels).sort()) name += `\u0001${label}\u0002${series.labels[label]}`;
  return name;
}

function shardKey(labels: Readonly<Record<string, string>>, identity: Uint8Array): ShardKey {
  const environment = nameOf(labels.environment);
  const service = nameOf(labels.service);
  return { environment, service, slot: service === '' ? (identity[0] ?? 0) % SLOTS : 0 };
}

const shardName = (workspaceId: string, key: ShardKey): string =>
  `${workspaceId}\0${key.environment}\0${key.service}\0${key.slot}`;
