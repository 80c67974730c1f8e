import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';

type Holder = { readonly pid: number; readonly started: string };

/**
 * Takes the data directory for this process; returns the function that gives it back.
 * A holder that died is recognised by its pid and start time, so a recycled pid does not block the next start.
 */
export function takeInstanceLock(dataDir: string, describe: () => string): () => void {
  const path = join(dataDir, 'up.lock');
  const own = `${path}.${process.pid}`;
  const me: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' };
  writeFileSync(own, JSON.stringify(me), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        linkSync(own, path); // atomic: only one of two starts at the same moment gets the name
        return () => {
          if (read(path)?.pid === process.pid) rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = read(path);
      if (holder !== undefined && startOf(holder.pid) === holder.started) {
        throw new Refusal(
          `it already runs on ${dataDir} (process ${holder.pid}${describe()}). ` +
            `Use that one, end it with \`kill ${holder.pid}\`, or give this one its own AUTOOPS_DATA_DIR and AUTOOPS_PORT.`,
        );
      }
      rmSync(path, { force: true });
    }
    throw new Refusal(`another start took ${dataDir} at the same moment. Try again.`);
  } finally {
    rmSync(own, { force: true });
  }
}

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** The start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); undefined when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]; // the name before it may contain spaces
  } catch {
    return undefined;
  }
}
