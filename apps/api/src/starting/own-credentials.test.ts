import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessStore, TokenRow } from '../read-models.ts';
import { leaveCredentials } from './own-credentials.ts';

let dataDir: string;
let kept: Map<string, TokenRow>;
let access: AccessStore;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'autoops-credentials-'));
  kept = new Map();
  access = {
    defaultWorkspace: async () => 'workspace',
    createToken: async (token: TokenRow, hash: string) => void kept.set(hash, token),
    findToken: async (hash: string) => kept.get(hash),
  } as unknown as AccessStore;
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const made = () => [...kept.values()].map(({ name, source }) => (source === undefined ? name : `${name} of ${source}`));
const leave = async (demo: boolean): Promise<string> => {
  await leaveCredentials(access, dataDir, { url: 'http://127.0.0.1:8080', demo });
  return readFile(join(dataDir, 'credentials.json'), 'utf8');
};

describe('the tokens of this machine', () => {
  it("are those of the demo's people, and what is sent in is the sandbox's", async () => {
    await leave(true);
    expect(made()).toEqual(['viewer@demo', 'operator@demo', 'approver@demo', 'admin@demo', 'local-ingest of sandbox']);
  });

  it('belong to nobody of the demo without it', async () => {
    await leave(false);
    expect(made()).toEqual(['viewer@local', 'operator@local', 'approver@local', 'admin@local', 'local-ingest']);
  });

  it('are kept with their names while they work', async () => {
    const first = await leave(true);
    expect(await leave(false)).toBe(first);
    expect(kept.size).toBe(5);
  });
});
