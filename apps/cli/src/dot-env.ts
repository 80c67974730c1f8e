import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

/** Variables that may also be given as a file, by `NAME_FILE`: what container platforms do with secrets. */
const SECRETS = ['DATABASE_URL', 'REDIS_URL', 'AUTOOPS_SECRET', 'AUTOOPS_TOKEN'] as const;

/**
 * Reads `.env` at the root into the environment (variables that are set already win), then every `NAME_FILE` of a secret.
 * Throws when such a file cannot be read: starting without a secret that was meant to be there would be worse.
 */
export function loadDotEnv(env: NodeJS.ProcessEnv = process.env, file = join(root, '.env')): void {
  if (env === process.env && existsSync(file)) process.loadEnvFile(file);
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`];
    if (path === undefined || path === '' || env[name] !== undefined) continue;
    try {
      env[name] = readFileSync(path, 'utf8').trim();
    } catch (cause) {
      throw new Error(`${name}_FILE names ${path}, which cannot be read. Correct the path or its permissions.`, {
        cause,
      });
    }
  }
}
