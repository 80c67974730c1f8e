import { createHash, randomBytes } from 'node:crypto';

/** A fresh opaque secret of 256 bits with a readable prefix, e.g. `aot_...` for tokens. */
export function newSecret(prefix: 'aot' | 'aos'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a token or session: SHA-256 in hexadecimal. The secret has 256 random bits, so no salt is needed. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}
