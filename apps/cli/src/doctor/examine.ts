import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { root } from '../root.ts';
import { checkPort } from '../up/port-check.ts';
import { askReadiness } from '../up/readiness.ts';
import { readSettings, type Settings } from '../up/settings.ts';

/** One result: `bad` keeps AutoOps from running, `missing` only something optional. */
export type Finding = {
  readonly check: string;
  readonly state: 'good' | 'missing' | 'bad';
  readonly found: string;
  readonly repair?: string;
};

/** Examines this machine in the order in which a start needs things. Changes nothing. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  let settings: Settings;
  try {
    settings = readSettings(env);
  } catch (error) {
    return [
      {
        check: 'settings',
        state: 'bad',
        found: (error as Error).message,
        repair: 'correct the variable (all are listed in .env.example)',
      },
    ];
  }
  const asked = await Promise.all([product(settings), database(settings), embeddedPrograms(settings), redis(settings)]);
  return [
    node(),
    toolchain(),
    build(),
    disk(),
    memory(),
    ...asked,
    program(
      'redis-server',
      ['redis-server'],
      'optional; tests of the Redis queue need it: apt-get install redis-server',
    ),
    program(
      'chromium',
      ['chromium', 'chromium-browser', 'google-chrome'],
      'optional; browser tests need it: apt-get install chromium',
    ),
    program(
      'prometheus',
      ['prometheus'],
      'optional; tests with a stock Prometheus need it: apt-get install prometheus prometheus-alertmanager',
    ),
    program(
      'setpriv',
      ['setpriv'],
      'without it a killed start leaves PostgreSQL running until the next start: apt-get install util-linux',
    ),
    program(
      'opa',
      [join(root, '.toolchain/go/bin/opa'), 'opa'],
      'optional; only editing Rego needs it: scripts/go-tools.sh',
    ),
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 24 || (major === 24 && minor >= 11);
  return {
    check: 'node',
    state: enough ? 'good' : 'bad',
    found: `${process.versions.node} (${process.execPath})`,
    repair: 'npm run setup',
  };
}

function toolchain(): Finding {
  const there = existsSync(join(root, '.toolchain'));
  return {
    check: 'toolchain',
    state: there ? 'good' : 'missing',
    found: there ? join(root, '.toolchain') : 'not fetched',
    repair: 'npm run setup',
  };
}

function build(): Finding {
  const absent = ['api', 'worker', 'sandbox', 'cli'].filter(
    (app) => !existsSync(join(root, 'apps', app, 'dist/main.js')),
  );
  return absent.length === 0
    ? { check: 'build', state: 'good', found: 'complete' }
    : { check: 'build', state: 'bad', found: `${absent.join(', ')} not built`, repair: 'npm run setup' };
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 1e9;
  return {
    check: 'disk',
    state: free > 1 ? 'good' : 'bad',
    found: `${free.toFixed(1)} GB free`,
    repair: 'free at least 1 GB: the database refuses work on a full disk',
  };
}

function memory(): Finding {
  const kilobytes = Number(/MemAvailable:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);
  return {
    check: 'memory',
    state: kilobytes > 1_000_000 ? 'good' : 'missing',
    found: `${(kilobytes / 1e6).toFixed(1)} GB available`,
    repair: 'the demo wants about 1 GB; AUTOOPS_DEMO=off needs half of it',
  };
}

/** A running AutoOps on its port is good; a free port is, too; somebody else's listener is not. */
async function product(settings: Settings): Promise<Finding> {
  const readiness = await askReadiness(settings.url);
  if (readiness === 'ready') return { check: 'product', state: 'good', found: `ready on ${settings.url}` };
  if (readiness.startsWith('/readyz'))
    return {
      check: 'product',
      state: 'bad',
      found: `${settings.url}: ${readiness}`,
      repair: `the programs' logs are in ${join(settings.dataDir, 'logs')}`,
    };
  try {
    await checkPort(settings.host, settings.port);
    return { check: 'port', state: 'good', found: `${settings.port} is free` };
  } catch (error) {
    return { check: 'port', state: 'bad', found: (error as Error).message };
  }
}

async function database(settings: Settings): Promise<Finding> {
  if (settings.databaseUrl === undefined)
    return { check: 'database', state: 'good', found: `embedded, in ${join(settings.dataDir, 'postgres')}` };
  const client = new pg.Client({ connectionString: settings.databaseUrl, connectionTimeoutMillis: 4000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::int as version",
    );
    const version = rows[0]?.version ?? 0;
    const found = `PostgreSQL ${Math.floor(version / 10_000)} of DATABASE_URL`;
    return version >= 150_000
      ? { check: 'database', state: 'good', found }
      : { check: 'database', state: 'bad', found, repair: 'AutoOps needs PostgreSQL 15 or newer' };
  } catch (error) {
    return {
      check: 'database',
      state: 'bad',
      found: `DATABASE_URL does not work: ${(error as Error).message}`,
      repair: 'correct DATABASE_URL, or unset it to use the embedded PostgreSQL',
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function embeddedPrograms(settings: Settings): Promise<Finding> {
  const check = 'postgres';
  if (settings.databaseUrl !== undefined) return { check, state: 'good', found: 'embedded one not used' };
  try {
    const { locateBinaries } = await import('@autoops/local-postgres');
    const { stdout } = await promisify(execFile)(join(locateBinaries(undefined).directory, 'postgres'), ['--version'], {
      cwd: '/',
    });
    return { check, state: 'good', found: stdout.trim() };
  } catch (error) {
    return { check, state: 'bad', found: (error as Error).message.split('\n')[0] ?? '', repair: 'npm run setup' };
  }
}

async function redis(settings: Settings): Promise<Finding> {
  if (settings.redisUrl === undefined)
    return { check: 'redis', state: 'good', found: 'not used; the queue is on PostgreSQL' };
  const { hostname, port } = new URL(settings.redisUrl);
  const reachable = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 3000 }, () => resolve(true));
    socket.once('error', () => resolve(false)).once('timeout', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  return reachable
    ? { check: 'redis', state: 'good', found: `${hostname}:${port || 6379} answers` }
    : {
        check: 'redis',
        state: 'bad',
        found: `REDIS_URL: nothing answers on ${hostname}:${port || 6379}`,
        repair: 'start Redis there, or unset REDIS_URL to keep the queue on PostgreSQL',
      };
}

function program(check: string, names: readonly string[], repair: string): Finding {
  const directories = (process.env['PATH'] ?? '').split(':');
  const found = names
    .flatMap((name) => (name.startsWith('/') ? [name] : directories.map((directory) => join(directory, name))))
    .find((path) => existsSync(path));
  return found ? { check, state: 'good', found } : { check, state: 'missing', found: 'not installed', repair };
}
