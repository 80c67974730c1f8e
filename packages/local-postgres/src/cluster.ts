import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { canReach, type Account } from './account.ts';
import { sharedDirectory, type Binaries } from './binaries.ts';

/** How a new cluster is made. */
export type ClusterOptions = { readonly databaseUser: string; readonly password: string; readonly noSync: boolean };

/**
 * Returns the directory that holds the cluster of `dataDir`. Normally that directory itself; when PostgreSQL's account cannot
 * reach it (root, checkout below a home closed to others), one under /var/lib/autoops named by the file LOCATION in it.
 */
export function clusterDirectory(dataDir: string, account: Account | undefined): string {
  const pointer = join(dataDir, 'LOCATION');
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim();
  if (existsSync(join(dataDir, 'PG_VERSION')) || canReach(dirname(dataDir), account)) return dataDir;
  const elsewhere = join(sharedDirectory(), `data-${randomUUID()}`);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(pointer, `${elsewhere}\n`);
  return elsewhere;
}

/** Makes the cluster when there is none, and refuses one of another PostgreSQL version or a directory with other things in it. */
export async function ensureCluster(
  directory: string,
  binaries: Binaries,
  account: Account | undefined,
  options: ClusterOptions,
): Promise<void> {
  const versionFile = join(directory, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim();
    if (found === binaries.major) return;
    throw new Error(
      `The database in ${directory} was made by PostgreSQL ${found}; this AutoOps ships PostgreSQL ${binaries.major}. ` +
        `Move the directory away to start with an empty database, or run PostgreSQL ${found} on it and set DATABASE_URL.`,
    );
  }
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new Error(
      `${directory} is not a PostgreSQL data directory, but it is not empty either. Move it away, or choose another AUTOOPS_DATA_DIR.`,
    );
  }
  await initialise(directory, binaries, account, options);
}

/** Makes it beside its final place and renames it, so that an interrupted start leaves no half-made cluster behind. */
async function initialise(
  directory: string,
  binaries: Binaries,
  account: Account | undefined,
  options: ClusterOptions,
): Promise<void> {
  const partial = `${directory}.new-${process.pid}`;
  const passwordFile = `${partial}.password`;
  mkdirSync(dirname(directory), { recursive: true });
  removeLeftovers(directory);
  mkdirSync(partial, { mode: 0o700 });
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (account !== undefined) for (const path of [partial, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    await promisify(execFile)(
      join(binaries.directory, 'initdb'),
      [
        '-D',
        partial,
        '-U',
        options.databaseUser,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        ...(options.noSync ? ['--no-sync'] : []),
      ],
      { cwd: '/', env: databaseEnvironment(), ...(account && { uid: account.uid, gid: account.gid }) },
    );
    if (existsSync(directory)) rmSync(directory, { recursive: true }); // empty, checked above
    renameSync(partial, directory);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    const said = (cause as { stderr?: string }).stderr?.trim() || (cause as Error).message;
    throw new Error(
      `PostgreSQL could not make its data directory ${directory}: ${said}\nCheck free space (about 100 MB are needed) and permissions.`,
      { cause },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function removeLeftovers(directory: string): void {
  const prefix = `${basename(directory)}.new-`;
  for (const name of readdirSync(dirname(directory))) {
    if (!name.startsWith(prefix)) continue;
    if (!existsSync(`/proc/${Number.parseInt(name.slice(prefix.length), 10)}`))
      rmSync(join(dirname(directory), name), { recursive: true, force: true });
  }
}

/** The environment PostgreSQL's programs get: none of the caller's PG* and locale variables, which would change what they do. */
export function databaseEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
