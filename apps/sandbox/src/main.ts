/** `node dist/main.js --data-dir DIR [--control-port N] [--events-url URL --events-token-file FILE]` */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startSandbox, type Sandbox } from './sandbox.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    'control-port': { type: 'string', default: '0' },
    'events-url': { type: 'string' },
    'events-token-file': { type: 'string' },
    seed: { type: 'string' },
  },
});
const dataDir = values['data-dir'];
if (dataDir === undefined || !/^\d+$/.test(values['control-port'])) {
  process.stderr.write(
    'usage: --data-dir DIR [--control-port N] [--events-url URL --events-token-file FILE] [--seed TEXT]\n',
  );
  process.exit(2);
}

let sandbox: Sandbox | undefined;
let ending = false;
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(code === 0 ? 1 : code), 10_000).unref(); // children end with our channel anyway
  await sandbox?.stop();
  process.exit(code);
}
process.on('SIGTERM', () => void end(0));
process.on('SIGINT', () => void end(0));
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void end(0);
}, 500).unref();

try {
  const tokenFile = values['events-token-file'];
  sandbox = await startSandbox({
    dataDir,
    controlPort: Number(values['control-port']),
    ...(values.seed !== undefined && { seed: values.seed }),
    ...(values['events-url'] !== undefined &&
      tokenFile !== undefined && {
        eventsUrl: values['events-url'],
        eventsToken: readFileSync(tokenFile, 'utf8').trim(),
      }),
  });
  if (!ending) process.stdout.write(`${JSON.stringify({ ready: true, controlUrl: sandbox.controlUrl })}\n`);
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  process.stderr.write(
    `${taken ? `The control port ${values['control-port']} is taken: choose another, or 0 for a free one.` : `The sandbox could not start: ${String(error)}`}\n`,
  );
  process.exit(1);
}
