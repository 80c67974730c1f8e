// `npm run dev`: the product, reloading on save. The compiler watches every package; `autoops up --watch` restarts the program
// whose build changed; the dashboard comes from Vite with hot reload and talks to the running API.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createServer } from 'vite';
// By path: the package does not export it, and its launcher, when ended, can leave the native compiler behind.
import nativeCompiler from '../node_modules/typescript/lib/getExePath.js';
import { root } from './bootstrap/root.mjs';

const port = process.env.AUTOOPS_PORT ?? '8080';
const api = `http://127.0.0.1:${port}`;
const children = [];
let code;

function start(name, program, args) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  children.push(child);
  child.on('exit', (status) => {
    if (code === undefined) console.log(`dev: ${name} has ended`);
    void stop(status ?? 0);
  });
}

async function stop(status) {
  if (code !== undefined) return;
  code = status;
  await vite.close();
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
  await Promise.all(
    children.map((child) => child.exitCode ?? child.signalCode ?? new Promise((ended) => child.once('exit', ended))),
  );
  process.exit(code);
}

process.env.AUTOOPS_API = api; // where the dashboard's own Vite configuration sends its requests
const vite = await createServer({ root: join(root, 'apps/web'), server: { host: '127.0.0.1', port: 5173 } });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));
const parent = process.ppid;
setInterval(() => process.ppid !== parent && void stop(0), 500);

start('the compiler', nativeCompiler(), ['-b', '--watch', '--preserveWatchOutput']);
start('AutoOps', process.execPath, [join(root, 'apps/cli/dist/main.js'), 'up', '--watch']);
await vite.listen();
console.log(
  `dev: the dashboard reloads on save at http://127.0.0.1:${vite.config.server.port}; it uses the API on ${api}`,
);
