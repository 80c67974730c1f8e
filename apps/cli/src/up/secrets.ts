import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the secret kept in this file of the data directory (mode 600), made at random the first time; `prefix` says what kind it is. */
export function keptSecret(dataDir: string, name: string, prefix = ''): string {
  const path = join(dataDir, name);
  try {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept !== '') return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = `${prefix}${randomBytes(32).toString('base64url')}`;
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return secret;
}
