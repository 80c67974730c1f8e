import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Signer } from '@autoops/pipeline/ports';

/** Ed25519 over a key file. `privateKey` is for tokens, whose library takes the key itself. */
export interface FileSigner extends Signer {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * The installation's signer. The key is made on first use (mode 600) and kept: what was signed before a restart still verifies.
 * Its id is the first 16 hexadecimal digits of the SHA-256 of the public key's SPKI bytes.
 */
export async function openFileSigner(file: string): Promise<FileSigner> {
  const privateKey = createPrivateKey(await readOrCreate(file));
  const publicKey = createPublicKey(privateKey);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`${file} does not hold an Ed25519 key.`);
  const keyId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
  return {
    keyId,
    privateKey,
    publicKey,
    sign: async (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
    verify: async (bytes, signature, named) => named === keyId && verify(null, bytes, publicKey, signature),
    publicKeyPem: () => publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

async function readOrCreate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  // Written whole under a name of its own, then linked: API and worker may start at the same moment, and whoever comes second must
  // neither read half a key nor replace the first one's.
  const own = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  await writeFile(own, pem, { mode: 0o600, flag: 'wx' });
  try {
    await link(own, file);
    return pem;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return await readFile(file, 'utf8');
  } finally {
    await unlink(own);
  }
}
