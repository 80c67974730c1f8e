import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseAccount, type Account } from './account.ts';
import { locateBinaries, type Binaries } from './binaries.ts';
import { clusterDirectory, databaseEnvironment, ensureCluster } from './cluster.ts';
import { freePort } from './port.ts';
import { isAlive, readPostmaster, stopPostmaster, waitUntilReleased } from './postmaster.ts';

/** What a local PostgreSQL is started with. */
export type LocalPostgresOptions = {
  /** Where the cluster lives; made when absent. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; absent or 0: a free one. */
  readonly port?: number;
  /** Where the server's own log goes; default: `dataDir` + `.log`. */
  readonly logFile?: string;
  /** Server settings, as `postgres -c name=value`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Trades durability for speed: for test databases only. */
  readonly noSync?: boolean;
  /** The superuser made with the cluster, and its password; both must stay the same for the cluster's life. */
  readonly databaseUser: string;
  readonly password: string;
};

/** A running local PostgreSQL. */
export type LocalPostgres = {
  /** The superuser's connection URL for a database (default `postgres`). */
  url(database?: string): string;
  readonly port: number;
  readonly socketDir: string;
  readonly pid: number;
  /** True when the server was already running (its former owner was killed) and was taken over. */
  readonly adopted: boolean;
  /** Resolves with its exit code when the server ends, by `stop` or by itself; never for an adopted one's code (undefined). */
  readonly ended: Promise<number | undefined>;
  /** Stops the server, open transactions rolled back; safe to call twice. */
  stop(): Promise<void>;
};

/**
 * Starts PostgreSQL on a data directory, which is made when absent, and returns when it accepts connections.
 * The server ends by itself when this process dies (where the system has `setpriv`); without it, the next start adopts it.
 * Throws with advice when the directory is of another version or in use, the port is taken, or the server does not come up.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const account = databaseAccount();
  const binaries = locateBinaries(account);
  const directory = clusterDirectory(resolve(options.dataDir), account);
  await ensureCluster(directory, binaries, account, {
    databaseUser: options.databaseUser,
    password: options.password,
    noSync: options.noSync ?? false,
  });

  const running = readPostmaster(directory);
  if (running !== undefined) {
    const adopted = await adopt(directory, options);
    if (adopted !== undefined) return adopted;
  }
  const attempts = options.port ? 1 : 5; // a free port can be lost to another program between looking and listening
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port || (await freePort());
    try {
      return await launch({ directory, port, binaries, account, options });
    } catch (error) {
      if (attempt >= attempts || !/could not bind|Address already in use/.test((error as Error).message)) throw error;
    }
  }
}

/** Takes over a server that is already running on this directory; undefined when it ended meanwhile and a new one can start. */
async function adopt(directory: string, options: LocalPostgresOptions): Promise<LocalPostgres | undefined> {
  const end = performance.now() + 15_000;
  for (let running = readPostmaster(directory); running !== undefined; running = readPostmaster(directory)) {
    if (running.status === 'ready' && (!options.port || options.port === running.port)) {
      const { pid, port, socketDir } = running;
      await checkPassword(urlOf(options, port), directory);
      const ended = (async () => {
        while (isAlive(pid) && readPostmaster(directory)?.pid === pid) await sleep(250, undefined, { ref: false });
        return undefined;
      })();
      return {
        url: (database) => urlOf(options, port, database),
        port,
        socketDir,
        pid,
        adopted: true,
        ended,
        stop: () => stopPostmaster(pid, directory),
      };
    }
    if (running.status === 'ready') await stopPostmaster(running.pid, directory); // runs on another port than the one asked for
    if (performance.now() > end)
      throw new Error(
        `A PostgreSQL (process ${running.pid}) holds ${directory} and neither becomes ready nor ends. End that process and start again.`,
      );
    await sleep(50);
  }
  return undefined;
}

async function checkPassword(url: string, directory: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (cause) {
    throw new Error(
      `A PostgreSQL already runs on ${directory}, and it does not accept our password. End it and start again.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

type Launch = {
  directory: string;
  port: number;
  binaries: Binaries;
  account: Account | undefined;
  options: LocalPostgresOptions;
};

async function launch({ directory, port, binaries, account, options }: Launch): Promise<LocalPostgres> {
  const socketDir = socketDirectory(directory, account);
  const logFile = options.logFile ?? `${resolve(options.dataDir)}.log`;
  const log = openSync(logFile, 'a', 0o600); // a file, not a pipe: the server must be able to write after we are gone
  const logStart = statSync(logFile).size;
  const settings = {
    listen_addresses: '127.0.0.1',
    max_connections: '200',
    ...(options.noSync && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const command = [
    join(binaries.directory, 'postgres'),
    '-D',
    directory,
    '-p',
    String(port),
    '-k',
    socketDir,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawnServer(command, account, log);
  closeSync(log);
  const ended = new Promise<number | undefined>((done) => {
    child.once('error', () => done(undefined));
    child.once('exit', (code) => done(code ?? undefined));
  });

  let exited = false;
  void ended.then(() => (exited = true));
  const end = performance.now() + 60_000; // recovery after a crash replays the log first
  for (;;) {
    await sleep(10);
    if (exited) throw new Error(failure(directory, logFile, logStart, port));
    const status = readPostmaster(directory);
    if (status?.pid === child.pid && status?.status === 'ready') break;
    if (performance.now() > end) {
      if (child.pid !== undefined) await stopPostmaster(child.pid, directory);
      throw new Error(`PostgreSQL did not become ready within 60 s; its log is ${logFile}.`);
    }
  }
  const pid = child.pid as number;
  const stop = async () => {
    if (!exited) await stopPostmaster(pid, directory);
    await ended;
    await waitUntilReleased(pid, directory, 1000);
    if (socketDir !== directory) rmSync(socketDir, { recursive: true, force: true });
  };
  return { url: (database) => urlOf(options, port, database), port, socketDir, pid, adopted: false, ended, stop };
}

function spawnServer(command: string[], account: Account | undefined, log: number): ChildProcess {
  const [program, ...args] = boundToParent(command, account);
  const options = {
    cwd: '/',
    env: databaseEnvironment(),
    detached: true,
    stdio: ['ignore', log, log] as ['ignore', number, number],
  };
  // detached: Ctrl-C in the terminal goes to the whole group, and the database must outlive the programs that still write to it.
  return program === 'setpriv' || account === undefined
    ? spawn(program as string, args, options)
    : spawn(program as string, args, { ...options, uid: account.uid, gid: account.gid });
}

/** Puts `setpriv` before the command: it drops root and asks the kernel to send SIGINT (a clean stop) when this process dies, even by kill -9. */
function boundToParent(command: string[], account: Account | undefined): string[] {
  try {
    execFileSync('setpriv', ['--pdeathsig', 'INT', 'true'], { stdio: 'ignore' });
  } catch {
    return command; // not Linux, or busybox: the next start adopts an orphan
  }
  const identity = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
  return ['setpriv', ...identity, '--pdeathsig', 'INT', ...command];
}

/** A socket's path has room for 107 characters; a deep data directory gets a short one in the temporary directory instead. */
function socketDirectory(directory: string, account: Account | undefined): string {
  if (Buffer.byteLength(directory) + '/.s.PGSQL.65535.lock'.length <= 107) return directory;
  const short = join(tmpdir(), `autoops-pg-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  if (account !== undefined) chownSync(short, account.uid, account.gid);
  return short;
}

function failure(directory: string, logFile: string, logStart: number, port: number): string {
  const said = readFileSync(logFile).subarray(logStart).toString('utf8').trim().split('\n').slice(-8).join('\n');
  const advice = /could not bind|Address already in use/.test(said)
    ? `Port ${port} is taken: choose another one.`
    : /lock file .* already exists/.test(said)
      ? `Another PostgreSQL runs on ${directory}: end it first.`
      : /No space left/.test(said)
        ? 'The disk is full: free some space.'
        : `Its log is ${logFile}.`;
  return `PostgreSQL did not start. ${advice}\n${said}`;
}

function urlOf(options: LocalPostgresOptions, port: number, database = 'postgres'): string {
  const encode = encodeURIComponent;
  return `postgres://${encode(options.databaseUser)}:${encode(options.password)}@127.0.0.1:${port}/${encode(database)}`;
}
