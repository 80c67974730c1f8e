import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A running AutoOps, started as a person starts it (`autoops up`), on a free port and a data directory of its own. */
export type Product = {
  readonly url: string;
  readonly dataDir: string;
  /** Process ids by name: up, api, worker, sandbox, postgres; as they are now. */
  pids(): Record<string, number>;
  /** All it has printed. */
  output(): string;
  /** Asks it to stop and resolves with its exit code. */
  stop(): Promise<number | null>;
};

/** Where scripts/test.mjs offers one product to all scenario lanes. */
export const TEST_PRODUCT_VARIABLE = 'AUTOOPS_TEST_PRODUCT';

/** Starts the built product and resolves when it says that it is ready. `env` adds to its environment (AUTOOPS_DEMO, REDIS_URL, ...). */
export async function startProduct(options: { env?: Record<string, string>; dataDir?: string } = {}): Promise<Product> {
  const own = options.dataDir === undefined;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'autoops-product-'));
  // Run by root, PostgreSQL has an account of its own: where that cannot look in, its data would lie elsewhere and outlive the test.
  if (own) chmodSync(dataDir, 0o755);
  const env = {
    ...process.env,
    AUTOOPS_DATA_DIR: dataDir,
    AUTOOPS_PORT: String(await unusedPort()),
    AUTOOPS_STOP_WITH_PARENT: '1',
    AUTOOPS_DEMO_FIRST_BREAK: 'off', // tests break things themselves
    ...options.env,
  };
  const child = spawn(process.execPath, [join(root, 'apps/cli/dist/main.js'), 'up'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-5_000_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await readyUrl(child, () => output).catch((error: unknown) => {
    if (own) rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    dataDir,
    pids: () =>
      (JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as { pids: Record<string, number> }).pids,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      if (own) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

/** Returns the product that all scenario lanes of this run share, or one of its own when run alone; `stop` ends only an own one. */
export async function sharedProduct(): Promise<Pick<Product, 'url' | 'dataDir' | 'stop'>> {
  const offer = process.env[TEST_PRODUCT_VARIABLE];
  if (offer === undefined) return startProduct();
  const answer = await fetch(offer, { signal: AbortSignal.timeout(150_000) });
  if (!answer.ok) throw new Error(`The shared product did not start: ${await answer.text()}`);
  return { ...((await answer.json()) as { url: string; dataDir: string }), stop: async () => 0 };
}

function readyUrl(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = setInterval(() => {
      const found = /^AutoOps is ready: (\S+)/m.exec(output())?.[1];
      if (found === undefined && child.exitCode === null && child.signalCode === null) return;
      clearInterval(look);
      if (found !== undefined) resolve(found);
      else reject(new Error(`AutoOps ended before it was ready:\n${output().slice(-4000)}`));
    }, 50);
  });
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
