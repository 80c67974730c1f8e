import { createHash } from 'node:crypto';

/** Twelve hex digits of the SHA-256 of an engine's constants: figures with another hash are of another configuration. */
export function configurationHash(constants: unknown): string {
  return createHash('sha256').update(JSON.stringify(constants)).digest('hex').slice(0, 12);
}
