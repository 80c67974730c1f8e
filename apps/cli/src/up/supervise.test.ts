import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@autoops/local-postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./__fixtures__/supervisor.ts', import.meta.url));

let home: string;
let port: number;
let started: ChildProcess[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'supervise-test-'));
  port = await freePort();
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const journal = () => join(home, 'journal');
const notes = () => (existsSync(journal()) ? readFileSync(journal(), 'utf8').trim().split('\n') : []);
const order = () => notes().map((note) => note.split(' ').slice(0, 2).join(' '));
const pids = (name: string) =>
  notes().flatMap((note) => (note.startsWith(`started ${name} `) ? [Number(note.split(' ')[2])] : []));

type Running = { child: ChildProcess; output: () => string; code: Promise<number | null> };

function up(
  options: Record<string, object> = {},
  extra: { env?: Record<string, string>; dataDir?: string } = {},
): Running {
  const given = JSON.stringify({ dataDir: extra.dataDir ?? join(home, 'data'), port, journal: journal(), options });
  const child = spawn(process.execPath, ['--conditions=@autoops/source', script, given], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...extra.env },
  });
  started.push(child);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return { child, output: () => output, code: new Promise((resolve) => child.once('close', resolve)) };
}

async function until(condition: () => boolean, what: () => string, milliseconds = 30_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${what()}`);
    await sleep(20);
  }
}

const ready = (running: Running) =>
  until(
    () => running.output().includes('AutoOps is ready: ') && pids('sandbox').length > 0,
    () => `ready; it said: ${running.output()}`,
  );

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('supervise', { timeout: 60_000 }, () => {
  it('starts in order, prints the address, and ends in the opposite order, the database last', async () => {
    const running = up();
    await ready(running);
    expect(running.output()).toContain(`AutoOps is ready: http://127.0.0.1:${port}\n`);
    expect(JSON.parse(readFileSync(join(home, 'data/runtime.json'), 'utf8'))).toMatchObject({
      url: `http://127.0.0.1:${port}`,
      databaseUrl: 'postgres://app',
      pids: { up: running.child.pid, api: pids('api')[0], worker: pids('worker')[0] },
    });
    running.child.kill('SIGINT');
    expect(await running.code).toBe(0);
    const seen = order();
    expect(seen.slice(0, 2)).toEqual(['started postgres', 'prepared postgres://admin']);
    expect(seen.slice(2, 4).sort()).toEqual(['started api', 'started worker']);
    expect(seen.slice(4)).toEqual(['started sandbox', 'ended sandbox', 'ended worker', 'ended api', 'ended postgres']);
    expect(running.output()).toContain('AutoOps has stopped.');
    expect(existsSync(join(home, 'data/runtime.json'))).toBe(false);
  });

  it('starts a killed program again and says so', async () => {
    const running = up();
    await ready(running);
    process.kill(pids('worker')[0]!, 'SIGKILL');
    await until(
      () => pids('worker').length === 2,
      () => running.output(),
    );
    expect(running.output()).toMatch(/worker ended by itself \(SIGKILL\) after .* s; it starts again in 0\.5 s/);
    running.child.kill('SIGTERM');
    expect(await running.code).toBe(0);
    expect(pids('worker').some(alive)).toBe(false);
  });

  it('kills a program that does not end, within 10 s in all', async () => {
    const running = up({ worker: { stubborn: true } });
    await ready(running);
    const asked = performance.now();
    running.child.kill('SIGTERM');
    expect(await running.code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(running.output()).toContain('worker did not end within 1 s and was killed');
    expect(order().slice(-2)).toEqual(['ended api', 'ended postgres']);
    expect(pids('worker').some(alive)).toBe(false);
  });

  it('leaves nothing behind when it is killed itself', async () => {
    const running = up();
    await ready(running);
    const all = ['api', 'worker', 'sandbox'].flatMap(pids);
    running.child.kill('SIGKILL');
    await until(
      () => !all.some(alive),
      () => `ended: ${all.filter(alive).join(', ')}`,
    );
    const next = up(); // the stale lock does not block the next start
    await until(() => next.output().includes('AutoOps is ready'), next.output);
    next.child.kill('SIGTERM');
    expect(await next.code).toBe(0);
  });

  it('ends in order when the program that started it is killed', async () => {
    const given = JSON.stringify({ dataDir: join(home, 'data'), port, journal: journal() });
    const wrapper = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['--conditions=@autoops/source', ${JSON.stringify(script)}, ${JSON.stringify(given)}], {stdio: 'ignore'})`,
      ],
      { env: { ...process.env, AUTOOPS_STOP_WITH_PARENT: '1' }, stdio: 'ignore' },
    );
    started.push(wrapper);
    await until(
      () => pids('sandbox').length > 0,
      () => order().join(),
    );
    wrapper.kill('SIGKILL');
    await until(
      () => order().includes('ended postgres'),
      () => order().join(),
    );
    expect(['api', 'worker', 'sandbox'].flatMap(pids).some(alive)).toBe(false);
  });

  it('refuses a taken port: names who holds it and a free one, and starts nothing', async () => {
    const holder = createServer();
    await new Promise<void>((listening) => holder.listen(port, '127.0.0.1', listening));
    const running = up();
    expect(await running.code).toBe(1);
    expect(running.output()).toMatch(
      new RegExp(`port ${port} is taken by .*\\(process ${process.pid}\\)\\. .*AUTOOPS_PORT=\\d+ npm start`),
    );
    expect(notes()).toEqual([]);
    holder.close();
  });

  it('refuses a data directory that is in use, and names the running one', async () => {
    const running = up();
    await ready(running);
    const second = up();
    expect(await second.code).toBe(1);
    expect(second.output()).toContain(
      `already runs on ${join(home, 'data')} (process ${running.child.pid}, http://127.0.0.1:${port})`,
    );
    expect(pids('api')).toHaveLength(1);
    running.child.kill('SIGTERM');
    await running.code;
  });

  it('gives up with advice when a program cannot start at all', async () => {
    const running = up({ api: { crash: true, port: 0 } });
    expect(await running.code).toBe(1);
    expect(running.output()).toContain('AutoOps could not start.');
    expect(pids('api')).toHaveLength(3);
    expect(order().at(-1)).toBe('ended postgres');
  });
});
