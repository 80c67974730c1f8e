import type { Router, SignalStore } from '@autoops/pipeline/ports';
import type { Pool } from 'pg';
import { rows, withWorkspace } from '../database.ts';
import { createAccept } from './accept.ts';
import { createCatalogue } from './catalogue.ts';
import { createNewestTimes } from './newest.ts';
import type { Partitions } from './partitions.ts';
import { createWorkShard } from './work-shard.ts';

const LATENESS_CACHE_MS = 5_000;

/**
 * Builds the signal store. Work on shards has a pool of its own: it holds a connection while the worker reads records, so sharing
 * one pool could leave every connection waiting for another.
 */
export function createSignalStore(pool: Pool, workPool: Pool, router: Router, partitions: Partitions): SignalStore {
  const catalogue = createCatalogue(pool);
  return {
    accept: createAccept(pool, catalogue, createNewestTimes(), partitions, createLateness(pool)),
    workShard: createWorkShard(workPool, catalogue, router),
  };
}

/** How far behind its newest sample a source's series may be, in ms: `latenessSeconds` of `sources.yaml`, 0 where nothing is said. */
function createLateness(pool: Pool): (workspaceId: string, source: string) => Promise<number> {
  const cache = new Map<string, { readonly until: number; readonly bySource: ReadonlyMap<string, number> }>();
  return async (workspaceId, source) => {
    const now = performance.now();
    let entry = cache.get(workspaceId);
    if (!entry || entry.until < now) {
      const found = await withWorkspace(pool, workspaceId, (transaction) =>
        rows<{ name: string; seconds: number }>(
          transaction,
          `select s ->> 'name' as name, coalesce((s ->> 'latenessSeconds')::float8, 0) as seconds
           from config_documents d cross join lateral jsonb_array_elements(d.body -> 'sources') s where d.kind = 'sources' and d.current`,
        ),
      );
      entry = { until: now + LATENESS_CACHE_MS, bySource: new Map(found.map((one) => [one.name, one.seconds * 1000])) };
      cache.set(workspaceId, entry);
    }
    return entry.bySource.get(source) ?? 0;
  };
}
