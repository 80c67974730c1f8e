import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program that somebody else made, running for a test. */
export type Running = {
  /** All it has printed to its standard output. */
  output(): string;
  /** What it has complained about. */
  complaints(): string;
  /** Resolves with its exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
};

/** Starts a program. It gets no more of our environment than it needs; its output is kept. */
export function run(path: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(path, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-1_000_000)));
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-1_000_000)));
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  return {
    output: () => output,
    complaints: () => complaints,
    ended,
    async stop() {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(patience);
    },
  };
}

/** Asks again and again until there is an answer that is not undefined. Throws naming what was awaited. */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
  everyMs = 250,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let fault = '';
  for (;;) {
    const answer = await ask().catch((error: unknown) => void (fault = `: ${String(error)}`));
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`No ${what} within ${seconds} s${fault}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** A folder that is removed by `remove`. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'autoops-stock-'));
  chmodSync(path, 0o755); // as a data directory, PostgreSQL's account must be able to look in
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes a token as docs/reference/ingest.md says: with the command line, whose last line is the token alone. */
export async function createToken(dataDir: string, ...options: readonly string[]): Promise<string> {
  const command = run(process.execPath, [join(root, 'apps/cli/dist/main.js'), 'token', 'create', ...options], {
    AUTOOPS_DATA_DIR: dataDir,
  });
  const code = await command.ended;
  const token = command.output().trim().split('\n').at(-1);
  if (code !== 0 || token === undefined)
    throw new Error(`autoops token create ended with ${code}: ${command.complaints()}`);
  return token;
}

/** Opens the embedded database of a product as its superuser, who sees every workspace: a test counts behind everybody's back. */
export async function openDatabase(dataDir: string): Promise<pg.Client> {
  const port = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'autoops_admin',
    password: readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim(),
    database: 'autoops',
  });
  client.on('error', () => undefined); // the product may be stopped under it
  await client.connect();
  return client;
}
