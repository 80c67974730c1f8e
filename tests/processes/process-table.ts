import { readFileSync, readdirSync } from 'node:fs';

/** A process as it was seen: `start` (clock ticks since boot) tells it from a later one with the same id. */
export interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly start: string;
  readonly command: string;
}

/** Every process that is no zombie. */
function all(): readonly Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => see(Number(name)) ?? []);
}

function see(pid: number): Seen | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before the fields may contain spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(fields[1]), start: fields[19] ?? '', command };
  } catch {
    return undefined; // it has ended meanwhile
  }
}

function mentions(pid: number, text: string): boolean {
  try {
    return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(text));
  } catch {
    return false;
  }
}

/** What a product consists of: the process it was started by and all that come from it, and whoever names its data directory. */
export function processesOf(starter: number, dataDir: string): readonly Seen[] {
  const running = all().filter(({ pid }) => pid !== process.pid);
  const own = new Set([starter]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of running) {
      if (own.has(pid) || !own.has(parent)) continue;
      own.add(pid);
      grown = true;
    }
  }
  return running.filter(({ pid }) => own.has(pid) || mentions(pid, dataDir));
}

/** Whoever names this data directory in its command line or environment. */
export function processesOn(dataDir: string): readonly Seen[] {
  return all().filter(({ pid }) => pid !== process.pid && mentions(pid, dataDir));
}

/** Those of them that still run. */
export function stillRunning(seen: readonly Seen[]): readonly Seen[] {
  return seen.filter(({ pid, start }) => see(pid)?.start === start);
}
