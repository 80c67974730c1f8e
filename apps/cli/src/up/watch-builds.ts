import { existsSync, watch } from 'node:fs';
import type { ManagedProcess } from './managed-process.ts';

// The compiler writes many files for one save; the restart waits until it has been quiet for this long.
const QUIET = 300;

/** Restarts each program when one of its build directories changes; returns the function that ends the watching. */
export function watchBuilds(
  running: readonly ManagedProcess[],
  builds: (name: string) => string[],
  say: (sentence: string) => void,
): () => void {
  const ends = running.flatMap((managed) => {
    let timer: NodeJS.Timeout | undefined;
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        say(`${managed.program.name} has changed; restarting it`);
        void managed.renew();
      }, QUIET);
    };
    const watchers = builds(managed.program.name)
      .filter((directory) => existsSync(directory))
      .map((directory) => watch(directory, { recursive: true }, (_event, file) => file?.endsWith('.js') && changed()));
    return watchers.map((watcher) => () => {
      clearTimeout(timer);
      watcher.close();
    });
  });
  return () => ends.forEach((end) => end());
}
