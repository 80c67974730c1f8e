import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';

const FORM = 'sealed.v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps secrets that AutoOps must be able to read again. `context` says what a secret belongs to; elsewhere it does not open. */
export interface Sealer {
  seal(secret: string, context: string): string;
  /** The secret; what was stored before there was a seal is answered as it is. Throws where the key or the context is another. */
  open(stored: string, context: string): string;
}

/**
 * Seals with AES-256-GCM (NIST SP 800-38D), a random 96-bit IV each, under a key that HKDF-SHA256 (RFC 5869) derives from the
 * installation's signing key: whoever has only the database, or a copy of it, reads no secret.
 */
export function sealerOf(privateKey: KeyObject): Sealer {
  const material = privateKey.export({ type: 'pkcs8', format: 'der' });
  const key = new Uint8Array(hkdfSync('sha256', material, new Uint8Array(0), 'autoops.sealed-secrets.v1', 32));
  return {
    seal(secret, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return FORM + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(stored, context) {
      if (!isSealed(stored)) return stored;
      const bytes = Buffer.from(stored.slice(FORM.length), 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw new Error(
          'A stored secret was sealed with another key. Put the keys/ that belong to this database back, or make the channel anew.',
        );
      }
    },
  };
}

function isSealed(stored: string): boolean {
  return stored.startsWith(FORM);
}

/** What the secret of a channel belongs to. */
export function channelContext(workspaceId: string, channelId: string): string {
  return `channel/${workspaceId}/${channelId}`;
}
