import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@autoops/local-postgres';
import { requirePart } from './programs.ts';

/** A Redis of our own, on a free port of loopback. */
export interface RedisServer {
  readonly url: string;
  /** Forgets everything, as `FLUSHALL` does. */
  flush(): Promise<void>;
  /** Kills it by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with nothing of what it knew. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** Starts the installed redis-server and resolves when it answers. It writes no data: what is lost with it must not matter. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'autoops-redis-'));
  const port = await freePort();
  const options = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = spawn(requirePart('redis-server'), args, { stdio: 'ignore' });
    const end = performance.now() + START_MS;
    while ((await say(port, 'PING').catch(() => '')) !== '+PONG') {
      if (performance.now() > end || child.exitCode !== null) throw new Error(`redis-server did not start on ${port}.`);
      await sleep(20);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    async flush() {
      const answer = await say(port, 'FLUSHALL');
      if (answer !== '+OK') throw new Error(`FLUSHALL answered ${answer}.`);
    },
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One inline command of the protocol, and the first line of its answer. */
function say(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.setTimeout(2_000, () => socket.destroy(new Error(`Redis did not answer ${command}.`)));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.end();
      resolve(data.toString().split('\r\n')[0] ?? '');
    });
  });
}
