import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { root } from '../root.ts';
import { CommandError, EXIT } from './exit-code.ts';

const Credentials = z.object({ url: z.string(), tokens: z.record(z.string(), z.string()) });
export type DemoRole = 'viewer' | 'operator' | 'approver' | 'admin' | 'ingest';

export interface Connection {
  readonly url: string;
  readonly token: string;
}

/** The data directory: AUTOOPS_DATA_DIR, or `.autoops` of this installation. */
export function dataDirectory(env: NodeJS.ProcessEnv): string {
  return resolve(env['AUTOOPS_DATA_DIR']?.trim() || join(root, '.autoops'));
}

/**
 * Where to call and as whom: flags, then AUTOOPS_URL with AUTOOPS_TOKEN or AUTOOPS_TOKEN_FILE, then what the API of this
 * installation left in its data directory for `role`. Throws `CommandError` that says what to do when there is none.
 */
export function findConnection(
  env: NodeJS.ProcessEnv,
  role: DemoRole,
  flags: { readonly url?: string | undefined; readonly token?: string | undefined } = {},
): Connection {
  const directory = dataDirectory(env);
  const url = flags.url ?? env['AUTOOPS_URL'];
  const tokenFile = env['AUTOOPS_TOKEN_FILE'];
  const token =
    flags.token ??
    env['AUTOOPS_TOKEN'] ??
    (tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8').trim());
  if (url !== undefined && token !== undefined) return { url, token };
  const credentials = readCredentials(directory);
  const own = token ?? credentials.tokens[role];
  if (own === undefined)
    throw new CommandError(`There is no ${role} token in ${directory}. Set AUTOOPS_TOKEN.`, EXIT.auth);
  return { url: url ?? credentials.url, token: own };
}

/** What the API left for this machine: a token a role with dev login, otherwise the administrator's token of `autoops up`. */
function readCredentials(directory: string): z.infer<typeof Credentials> {
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  try {
    return Credentials.parse(JSON.parse(read('credentials.json')));
  } catch {
    try {
      const { url } = z.object({ url: z.string() }).parse(JSON.parse(read('runtime.json')));
      const token = read('cli.token').trim();
      return { url, tokens: { viewer: token, operator: token, approver: token, admin: token } };
    } catch {
      throw new CommandError(
        'No running AutoOps was found here. Start one with `npm start`, or set AUTOOPS_URL and AUTOOPS_TOKEN.',
        EXIT.auth,
      );
    }
  }
}
