import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from '@autoops/digest';
import type { ObjectStore } from '@autoops/pipeline/ports';

const ADDRESS = /^[0-9a-f]{64}$/;

/** Objects as files named by their SHA-256 below `directory`. A file appears whole or not at all, and is checked when it is read. */
export function fileObjectStore(directory: string): ObjectStore {
  const pathOf = (sha256: string): string => join(directory, sha256.slice(0, 2), sha256);
  return {
    async put(bytes) {
      const sha256 = sha256Hex(bytes);
      const path = pathOf(sha256);
      if ((await readIfThere(path)) === undefined) await writeWhole(path, bytes);
      return { sha256, uri: `file:objects/${sha256}` };
    },
    async get(sha256) {
      if (!ADDRESS.test(sha256)) return undefined;
      const bytes = await readIfThere(pathOf(sha256));
      if (bytes !== undefined && sha256Hex(bytes) !== sha256)
        throw new Error(`The object ${sha256} has been changed on disk.`);
      return bytes;
    },
  };
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return undefined;
    throw fault;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${randomUUID()}`;
  try {
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (fault) {
    await rm(partial, { force: true });
    throw fault;
  }
}
