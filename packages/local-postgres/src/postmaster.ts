import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a running server says about itself in `postmaster.pid`. */
export type Postmaster = {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
  readonly status: string;
};

/** Reads `postmaster.pid`; undefined when there is none, it is not yet complete, or its process is gone or not a PostgreSQL. */
export function readPostmaster(dataDir: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  // The file's lines: pid, data directory, start time, port, socket directory, listen address, shared memory key, status.
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isPostgres(pid)) return undefined;
  return { pid, port: Number(lines[3]), socketDir: lines[4]?.trim() ?? '', status: lines[7]?.trim() ?? 'starting' };
}

function isPostgres(pid: number): boolean {
  try {
    // A recycled pid belongs to some other program: its file is stale, and PostgreSQL itself removes it.
    return /(^|\/)postgres(\0|$)/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

/** Tells whether a process with this id exists (also as a zombie not yet waited for). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Waits until no server holds the data directory; false when one still does after `milliseconds`. */
export async function waitUntilReleased(pid: number, dataDir: string, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (isAlive(pid) && readPostmaster(dataDir)?.pid === pid) {
    if (performance.now() > end) return false;
    await sleep(10);
  }
  return true;
}

/** Stops a server: fast (open transactions are rolled back) and, if that takes longer than `milliseconds`, immediately (recovery at the next start). */
export async function stopPostmaster(pid: number, dataDir: string, milliseconds = 6000): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitUntilReleased(pid, dataDir, signal === 'SIGINT' ? milliseconds : 1500)) return;
  }
}
