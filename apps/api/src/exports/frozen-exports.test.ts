import { createHash } from 'node:crypto';
import type { ObjectStore } from '@autoops/pipeline/ports';
import { describe, expect, it } from 'vitest';
import type { IdempotencyStore } from '../read-models.ts';
import { frozenExports, type Exports } from './frozen-exports.ts';
import type { StoredRecord } from './stored-record.ts';

function stores(): { idempotency: IdempotencyStore; objects: ObjectStore } {
  const answers = new Map<string, { status: number; body: unknown } | 'busy'>();
  const files = new Map<string, Uint8Array>();
  return {
    idempotency: {
      claim: async (workspaceId, key) => {
        const known = answers.get(`${workspaceId} ${key}`);
        if (known === undefined) answers.set(`${workspaceId} ${key}`, 'busy');
        if (known === undefined) return { kind: 'new' };
        return known === 'busy' ? { kind: 'busy' } : { kind: 'stored', ...known };
      },
      complete: async (workspaceId, key, status, body) => void answers.set(`${workspaceId} ${key}`, { status, body }),
      release: async (workspaceId, key) => void answers.delete(`${workspaceId} ${key}`),
    },
    objects: {
      put: async (bytes) => {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        files.set(sha256, bytes);
        return { sha256, uri: `memory:${sha256}` };
      },
      get: async (sha256) => files.get(sha256),
    },
  };
}

function record(state: 'closed' | 'executing', version = 3): Pick<StoredRecord, 'incident'> {
  return { incident: { id: 'i', state, version } } as Pick<StoredRecord, 'incident'>;
}

function counting(): () => Promise<Exports> {
  let built = 0;
  return async () => {
    built += 1;
    return { brief: Buffer.from(`brief ${built}`), bundle: Buffer.from(`bundle ${built}`) };
  };
}

describe('frozenExports', () => {
  it('gives the same bytes for the same closed version, also to two callers at once, and others for the next version', async () => {
    const kept = stores();
    const build = counting();
    const [first, second] = await Promise.all([
      frozenExports(kept, 'w', record('closed'), '1', build),
      frozenExports(kept, 'w', record('closed'), '1', build),
    ]);
    expect(second).toEqual(first);
    expect(await frozenExports(kept, 'w', record('closed', 4), '1', build)).not.toEqual(first);
  });

  it('builds an open incident afresh, and again after a build that failed', async () => {
    const kept = stores();
    const build = counting();
    expect(await frozenExports(kept, 'w', record('executing'), '1', build)).not.toEqual(
      await frozenExports(kept, 'w', record('executing'), '1', build),
    );
    const failing = (): Promise<Exports> => Promise.reject(new Error('no font'));
    await expect(frozenExports(kept, 'w', record('closed'), '1', failing)).rejects.toThrow('no font');
    expect((await frozenExports(kept, 'w', record('closed'), '1', build)).brief.length).toBeGreaterThan(0);
  });
});
