// Loaded into every program that `autoops up` starts (node --import): when the supervisor is gone without having said so
// (kill -9, out of memory), the program ends itself, so that nothing keeps ports and database sessions.
const supervisor = process.ppid;

const watch = setInterval(() => {
  if (process.ppid === supervisor) return;
  clearInterval(watch);
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), 8000).unref();
}, 500);
watch.unref();

// Our output goes to the supervisor's pipe; a broken one must not end us before we have ended in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
