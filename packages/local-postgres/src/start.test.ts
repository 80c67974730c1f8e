import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive, readPostmaster } from './postmaster.ts';
import { startLocalPostgres, type LocalPostgres } from './start.ts';

let home: string;
const options = (dataDir: string) => ({ dataDir, databaseUser: 'autoops', password: 'correct horse', noSync: true });

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'local-postgres-test-'));
  chmodSync(home, 0o755);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean, milliseconds = 10_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${condition.toString()}`);
    await sleep(20);
  }
}

/** Runs the server in a child process that can be killed, and returns what `startLocalPostgres` answered there. */
async function startInChild(dataDir: string): Promise<{ parent: number; pid: number; port: number }> {
  const script = `
    import { startLocalPostgres } from ${JSON.stringify(fileURLToPath(new URL('./start.ts', import.meta.url)))};
    const started = await startLocalPostgres(${JSON.stringify(options(dataDir))});
    console.log(JSON.stringify({ pid: started.pid, port: started.port }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--conditions=@autoops/source', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(data.toString())),
  );
  return { parent: child.pid as number, ...(JSON.parse(line) as { pid: number; port: number }) };
}

describe('startLocalPostgres', () => {
  it('makes a cluster, answers queries, stops, and has its data at the next start', async () => {
    const dataDir = join(home, 'kept');
    const first = await startLocalPostgres(options(dataDir));
    expect(first).toMatchObject({ adopted: false });
    expect(first.port).toBeLessThan(32_768);
    await query(first.url(), 'create table note as select 42 as answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);

    const second = await startLocalPostgres({ ...options(dataDir), settings: { max_connections: '33' } });
    expect(await query(second.url(), "select answer, current_setting('max_connections') as most from note")).toEqual([
      { answer: 42, most: '33' },
    ]);
    await second.stop();
    await second.stop(); // twice is safe
  });

  it('adopts a server that still runs on the directory, and refuses one whose password is another', async () => {
    const dataDir = join(home, 'adopted');
    const owner = await startLocalPostgres(options(dataDir));
    const adopted = await startLocalPostgres(options(dataDir));
    expect(adopted).toMatchObject({ adopted: true, pid: owner.pid, port: owner.port });
    await expect(startLocalPostgres({ ...options(dataDir), password: 'wrong' })).rejects.toThrow(
      /does not accept our password/,
    );
    await adopted.stop();
    await owner.ended;
    expect(isAlive(owner.pid)).toBe(false);
  });

  it('ends by itself when its parent is killed, and recovers when it is killed itself', async () => {
    const dataDir = join(home, 'killed');
    const { parent, pid } = await startInChild(dataDir);
    process.kill(parent, 'SIGKILL');
    await until(() => !isAlive(pid));
    expect(existsSync(join(dataDir, 'postmaster.pid')), 'a clean stop removes it').toBe(false);

    const next = await startLocalPostgres(options(dataDir));
    process.kill(next.pid, 'SIGKILL');
    await next.ended;
    expect(existsSync(join(dataDir, 'postmaster.pid')), 'a kill leaves it stale').toBe(true);
    const recovered = await startLocalPostgres(options(dataDir));
    expect(recovered.adopted).toBe(false);
    await recovered.stop();
  });

  it('treats a pid file whose process is some other program as stale', async () => {
    const dataDir = join(home, 'recycled');
    await (await startLocalPostgres(options(dataDir))).stop();
    writeFileSync(
      join(dataDir, 'postmaster.pid'),
      `${process.pid}\n${dataDir}\n1\n20000\n${dataDir}\n127.0.0.1\n\nready\n`,
    );
    expect(readPostmaster(dataDir)).toBeUndefined();
  });

  it('says which port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    const port = (taken.address() as AddressInfo).port;
    await expect(startLocalPostgres({ ...options(join(home, 'taken')), port })).rejects.toThrow(
      `Port ${port} is taken`,
    );
    taken.close();
  });

  it('refuses a directory of another version, or with other things in it, and leaves it as it was', async () => {
    const old = join(home, 'old');
    mkdirSync(old);
    writeFileSync(join(old, 'PG_VERSION'), '15\n');
    await expect(startLocalPostgres(options(old))).rejects.toThrow(
      /made by PostgreSQL 15; this AutoOps ships PostgreSQL 18/,
    );

    const holiday = join(home, 'holiday');
    mkdirSync(holiday);
    writeFileSync(join(holiday, 'photo.jpg'), 'x');
    await expect(startLocalPostgres(options(holiday))).rejects.toThrow(/not a PostgreSQL data directory/);
    expect(readFileSync(join(holiday, 'photo.jpg'), 'utf8')).toBe('x');
  });

  it('works in a deep directory, whose socket path would be too long', async () => {
    const deep = join(home, 'd'.repeat(60), 'e'.repeat(60));
    mkdirSync(deep, { recursive: true });
    const server = await startLocalPostgres(options(join(deep, 'data')));
    const digest = createHash('sha256').update(join(deep, 'data')).digest('hex').slice(0, 16);
    expect(server.socketDir).toBe(join(tmpdir(), `autoops-pg-${digest}`));
    await server.stop();
    expect(existsSync(server.socketDir)).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)('runs for root below a directory closed to the database account', async () => {
    const closed = join(home, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const dataDir = join(closed, 'data');
    const server: LocalPostgres = await startLocalPostgres(options(dataDir));
    const place = readFileSync(join(dataDir, 'LOCATION'), 'utf8').trim();
    expect(execFileSync('stat', ['-c', '%U', place], { encoding: 'utf8' }).trim()).not.toBe('root');
    await query(server.url(), 'create table kept()');
    await server.stop();
    const again = await startLocalPostgres(options(dataDir));
    expect(await query(again.url(), 'select * from kept')).toEqual([]);
    await again.stop();
    rmSync(place, { recursive: true });
  });
});
