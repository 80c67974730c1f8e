import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const guard = fileURLToPath(new URL('./guard.ts', import.meta.url));

/** What a supervisor does: it starts a guarded program, says its process id, and lives until it is killed. */
const supervisor = (program: string): string => `
  const { spawn } = require('node:child_process');
  const args = ['--import', ${JSON.stringify(guard)}, '-e', ${JSON.stringify(program)}];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.once('data', () => console.log(child.pid));
  setInterval(() => {}, 1000);`;

it.each([
  ['that ends when it is asked to', `console.log('up'); setInterval(() => {}, 1000)`],
  [
    'that hangs',
    `console.log('up'); process.on('SIGTERM', () => {}); setTimeout(() => { const end = Date.now() + 60_000; while (Date.now() < end); process.exit(); }, 100)`,
  ],
])(
  'ends a program %s when its supervisor is killed',
  async (_kind, program) => {
    const parent = spawn(process.execPath, ['-e', supervisor(program)], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await new Promise<Buffer>((said) => parent.stdout.once('data', said)));
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    parent.kill('SIGKILL');
    while (existsSync(`/proc/${pid}`)) await sleep(50);
  },
  60_000,
);
