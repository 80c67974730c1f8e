// `npm run dev`: the product, reloading on save. A save compiles what changed; `autoops up --watch` restarts the program
// whose build changed; the dashboard comes from Vite with hot reload and talks to the running API.
import { spawn } from 'node:child_process';
import { globSync, watch } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap/root.mjs';
import { readOptions } from './options.ts';

readOptions('usage: npm run dev   (AUTOOPS_PORT: where the product listens, 8080 unless set)', { options: {} });
const api = `http://127.0.0.1:${process.env.AUTOOPS_PORT ?? '8080'}`;
const programs = [
  ['AutoOps', process.execPath, [join(root, 'apps/cli/dist/main.js'), 'up', '--watch']],
  // Vite's own configuration sends the dashboard's requests to AUTOOPS_API.
  [
    'the dashboard',
    process.execPath,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      join(root, 'apps/web'),
      '--host',
      '127.0.0.1',
      '--clearScreen',
      'false',
    ],
  ],
];
let stopping = false;

const children = programs.map(([name, program, args]) => {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, AUTOOPS_API: api },
  });
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code) => {
      if (!stopping) console.log(`dev: ${String(name)} has ended`);
      void stop(code ?? 1);
      resolve();
    });
  });
  return { child, ended };
});

/** Ends everything when one of them ends or we are asked to. */
async function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const { child } of children) child.kill('SIGTERM');
  await Promise.all(children.map(({ ended }) => ended));
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));
const parent = process.ppid;
setInterval(() => process.ppid !== parent && void stop(0), 500);

// Not `tsc --watch`: on this many projects it polls, takes half a core at rest and notices a save seconds later.
let compiling = false;
let again = false;
let timer;
function saved(file) {
  if (!/\.(ts|tsx|json)$/.test(file ?? '')) return;
  clearTimeout(timer);
  timer = setTimeout(compile, 100); // an editor writes several files for one save
}
function compile() {
  if (stopping) return;
  again = compiling;
  if (compiling) return;
  compiling = true;
  const start = performance.now();
  const child = spawn(join(root, 'node_modules/.bin/tsc'), ['-b'], { cwd: root, stdio: 'inherit' });
  child.once('exit', (code) => {
    compiling = false;
    console.log(
      `dev: ${code === 0 ? 'compiled' : 'does not compile'} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
    );
    if (again) compile();
  });
}
for (const source of globSync('{apps/{api,worker,sandbox,cli},packages/*}/src', { cwd: root })) {
  watch(join(root, source), { recursive: true }, (_event, file) => saved(file));
}
