import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditEntry, page } from '@autoops/contracts';
import { freePort } from '@autoops/local-postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { until } from '../stand/stand.ts';
import { processesOf, processesOn, stillRunning, type Seen } from './process-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A warm start takes less than 5 s on an idle machine of two cores; three times that on any. */
const WARM_MS = 15_000;
/** Ending in order takes at most 10 s (API, worker, sandbox and two databases), noticing a dead parent half a second more. */
const END_MS = 20_000;

/** A product that was started by `npm start`, in a process group of its own as on a terminal. */
interface Started {
  readonly npm: ChildProcess;
  readonly readyMs: number;
  readonly ended: Promise<number | null>;
  output(): string;
}

describe('npm start', () => {
  let dataDir: string;
  let port: number;
  const groups = new Set<number>();
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'autoops-life-'));
    chmodSync(dataDir, 0o755); // run by root, PostgreSQL has an account of its own, which must get in
    port = await freePort();
  });
  afterAll(() => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        continue; // it has ended, as it should
      }
    }
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('keeps to itself, refuses a second start, and ends whole at Ctrl-C', async () => {
    const first = await start();
    const all = await everything(first);
    // Two databases, API, worker, supervisor, sandbox with its replicas, balancers and load.
    expect(all.filter(({ command }) => /\/postgres .*-D/.test(command))).toHaveLength(2);
    expect(all.length).toBeGreaterThan(20);
    await call('POST', '/tokens', { name: 'of the first start', role: 'viewer' });

    const onThePort = await refused({ AUTOOPS_DATA_DIR: `${dataDir}-other`, AUTOOPS_PORT: String(port) });
    expect(onThePort).toMatch(
      new RegExp(
        `AutoOps did not start: port ${port} is taken by .*\\(process \\d+\\)\\. End that program, or choose another port: AUTOOPS_PORT=\\d+ npm start`,
      ),
    );
    const onTheData = await refused({ AUTOOPS_DATA_DIR: dataDir, AUTOOPS_PORT: String(await freePort()) });
    expect(onTheData).toMatch(/AutoOps did not start: it already runs on .*\(process \d+, http:\/\/127\.0\.0\.1:\d+\)/);
    rmSync(`${dataDir}-other`, { recursive: true, force: true });

    process.kill(-(first.npm.pid ?? 0), 'SIGINT');
    await first.ended;
    await gone(all, first);
    expect(first.output()).toContain('Stopping AutoOps (Ctrl-C) ...');
    expect(first.output()).toContain('AutoOps has stopped.');
    expect(first.output()).not.toMatch(/was killed|"level":"?(warn|error|40|50)/);
  });

  it('is ready within seconds the second time, with the history of the first, and dies with its parent', async () => {
    const second = await start();
    expect(second.output()).toContain('your history is kept');
    expect(second.readyMs).toBeLessThan(WARM_MS);
    const { items } = page(AuditEntry).parse(await call('GET', '/audit?limit=200'));
    expect(items.some(({ verb }) => verb === 'token.create')).toBe(true);
    const all = await everything(second);
    second.npm.kill('SIGKILL');
    await gone(all, second);
    expect(second.output()).toContain('AutoOps has stopped.');
  });

  it('leaves nothing when the product itself is killed, and starts again on what that left', async () => {
    const third = await start();
    const all = await everything(third);
    const { pids } = z
      .object({ pids: z.record(z.string(), z.number()) })
      .parse(JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')));
    process.kill(pids['up'] ?? 0, 'SIGKILL');
    await third.ended;
    await gone(all, third);

    const fourth = await start();
    const again = await everything(fourth);
    process.kill(-(fourth.npm.pid ?? 0), 'SIGINT');
    await fourth.ended;
    await gone(again, fourth);
  });

  function npmStart(env: Readonly<Record<string, string>>): ChildProcess {
    const { AUTOOPS_STOP_WITH_PARENT: _notOurs, ...inherited } = process.env;
    const child = spawn('npm', ['start'], {
      cwd: root,
      env: { ...inherited, AUTOOPS_DEMO_FIRST_BREAK: 'off', ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    groups.add(child.pid ?? 0);
    return child;
  }

  async function start(): Promise<Started> {
    const began = performance.now();
    const npm = npmStart({ AUTOOPS_DATA_DIR: dataDir, AUTOOPS_PORT: String(port) });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => npm.once('exit', resolve));
    await until(
      () => (/^AutoOps is ready: /m.test(output) || npm.exitCode !== null ? true : undefined),
      120_000,
      () => output.slice(-3_000),
    );
    expect(npm.exitCode, output.slice(-3_000)).toBeNull();
    return { npm, ended, readyMs: performance.now() - began, output: () => output };
  }

  /** Its processes once the sandbox is complete. */
  async function everything(started: Started): Promise<readonly Seen[]> {
    await until(
      () => (existsSync(join(dataDir, 'sandbox.json')) ? true : undefined),
      60_000,
      () => `no sandbox\n${started.output().slice(-3_000)}`,
    );
    return processesOf(started.npm.pid ?? 0, dataDir);
  }

  /** Waits until none of them, and nothing else on this data directory, runs any more. */
  async function gone(seen: readonly Seen[], started: Started): Promise<void> {
    const left = (): readonly Seen[] => [...stillRunning(seen), ...processesOn(dataDir)];
    await until(
      () => (left().length === 0 ? true : undefined),
      END_MS,
      () =>
        `${left()
          .map(({ pid, command }) => `${pid} ${command.slice(0, 150)}`)
          .join('\n')}\n${started.output().slice(-2_000)}`,
    );
  }

  async function refused(env: Readonly<Record<string, string>>): Promise<string> {
    const npm = npmStart(env);
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    expect(await new Promise((resolve) => npm.once('close', resolve))).toBe(1);
    return output;
  }

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const token = readFileSync(join(dataDir, 'cli.token'), 'utf8').trim();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
});
