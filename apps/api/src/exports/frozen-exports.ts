import type { ObjectStore } from '@autoops/pipeline/ports';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { IdempotencyStore } from '../read-models.ts';
import type { StoredRecord } from './stored-record.ts';

/** The two files of an incident version, which name each other by digest. */
export interface Exports {
  readonly brief: Uint8Array;
  readonly bundle: Uint8Array;
}

const Addresses = z.object({ brief: z.string(), bundle: z.string() });
const BUILDING_MS = 250;
const TRIES = 80;

/**
 * Exports of one incident version, built once: an anomaly goes on for seconds after its incident has closed, and the same version
 * must give the same bytes, also from another API process. While an incident is open each call builds afresh.
 */
export async function frozenExports(
  stores: { readonly idempotency: IdempotencyStore; readonly objects: ObjectStore },
  workspaceId: string,
  { incident }: Pick<StoredRecord, 'incident'>,
  generator: string,
  build: () => Promise<Exports>,
): Promise<Exports> {
  if (incident.state !== 'closed') return build();
  const key = `export ${incident.id} version ${incident.version} by ${generator}`;
  for (let tries = 0; tries < TRIES; tries++) {
    const claim = await stores.idempotency.claim(workspaceId, key, key);
    if (claim.kind === 'stored') {
      const kept = Addresses.parse(claim.body);
      const [brief, bundle] = await Promise.all([stores.objects.get(kept.brief), stores.objects.get(kept.bundle)]);
      return brief && bundle ? { brief, bundle } : build();
    }
    if (claim.kind === 'new') return keep(stores, workspaceId, key, build);
    await sleep(BUILDING_MS);
  }
  return build();
}

async function keep(
  { idempotency, objects }: { readonly idempotency: IdempotencyStore; readonly objects: ObjectStore },
  workspaceId: string,
  key: string,
  build: () => Promise<Exports>,
): Promise<Exports> {
  try {
    const built = await build();
    const [brief, bundle] = await Promise.all([
      objects.put(built.brief, 'application/pdf'),
      objects.put(built.bundle, 'application/json'),
    ]);
    await idempotency.complete(workspaceId, key, 200, { brief: brief.sha256, bundle: bundle.sha256 });
    return built;
  } catch (fault) {
    await idempotency.release(workspaceId, key);
    throw fault;
  }
}
