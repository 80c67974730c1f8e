import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The operating-system account PostgreSQL runs as; PostgreSQL refuses to run as root. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

/**
 * Returns the account to switch to, or undefined when this process is not root and can run PostgreSQL itself.
 * The account must exist in passwd (PostgreSQL looks its name up): `postgres` if there, else `nobody`.
 */
export function databaseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const account = lookUp(name);
    if (account !== undefined) return account;
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has neither a `postgres` nor a `nobody` account. ' +
      'Start AutoOps as an ordinary user, or set DATABASE_URL to an existing PostgreSQL.',
  );
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** Tells whether the account can walk down to `path`: every existing directory on the way has its search bit for it. */
export function canReach(path: string, account: Account | undefined): boolean {
  if (account === undefined) return true;
  for (let directory = path; ; directory = dirname(directory)) {
    const found = statSync(directory, { throwIfNoEntry: false });
    if (found?.isDirectory() && !maySearch(found, account)) return false;
    if (directory === dirname(directory)) return true;
  }
}

function maySearch(found: { mode: number; uid: number; gid: number }, account: Account): boolean {
  if (found.uid === account.uid) return (found.mode & 0o100) !== 0;
  if (found.gid === account.gid) return (found.mode & 0o010) !== 0;
  return (found.mode & 0o001) !== 0;
}
