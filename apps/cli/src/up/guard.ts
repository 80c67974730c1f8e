// Loaded into every program that `autoops up` starts (node --import): when the supervisor is gone without having said so
// (kill -9, out of memory), the program ends itself, so that nothing keeps ports and database sessions. A thread of its own
// watches, because a program that is busy or hangs must end as well.
import { once } from 'node:events';
import { Worker, isMainThread, workerData } from 'node:worker_threads';

const LOOK_EVERY_MS = 500;
/** As long as any program takes to end in order. */
const END_WITHIN_MS = 8_000;

if (isMainThread) {
  const watcher = new Worker(new URL(import.meta.url), {
    workerData: { supervisor: process.ppid },
    execArgv: [],
  });
  watcher.on('error', (error) => process.emitWarning(`Nobody watches for the supervisor's end: ${error.message}`));
  // Nothing runs unguarded.
  await once(watcher, 'online');
  watcher.unref();
  // Our output goes to the supervisor's pipe; a broken one must not end us before we have ended in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
} else if (isGuarding(workerData)) watch(workerData.supervisor);

/** Other threads of the program load this file too, and do not watch. */
function isGuarding(data: unknown): data is { readonly supervisor: number } {
  return data instanceof Object && 'supervisor' in data && typeof data.supervisor === 'number';
}

function watch(supervisor: number): void {
  const looking = setInterval(() => {
    if (process.ppid === supervisor) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(-process.pid, 'SIGKILL'), END_WITHIN_MS);
  }, LOOK_EVERY_MS);
}
