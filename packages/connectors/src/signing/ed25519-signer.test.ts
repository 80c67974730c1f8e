import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFileSigner } from './ed25519-signer.ts';

it('makes one key however many start at the same moment, readable by its owner alone, and leaves nothing beside it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'autoops-signer-'));
  try {
    const file = join(directory, 'keys', 'signing.pem');
    const signers = await Promise.all(Array.from({ length: 12 }, () => openFileSigner(file)));
    expect(new Set(signers.map((signer) => signer.keyId)).size).toBe(1);
    expect(await readdir(join(directory, 'keys'))).toEqual(['signing.pem']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const [first, second] = signers;
    const bytes = new TextEncoder().encode('a note');
    const signature = await first?.sign(bytes);
    expect(await second?.verify(bytes, signature ?? new Uint8Array(), second.keyId)).toBe(true);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
