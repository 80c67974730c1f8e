import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startLocalPostgres, type LocalPostgres } from './start.ts';

/** A database to clone: its name, and how it is filled the first time it is asked for in a test run. */
export type DatabaseTemplate = { readonly name: string; prepare(url: string): Promise<void> };

/** A database of its own for one test or test file. */
export type TestDatabase = { readonly name: string; readonly url: string; drop(): Promise<void> };

/** A PostgreSQL for tests. */
export type TestPostgres = {
  /** The superuser's URL for a database (default `postgres`). */
  url(database?: string): string;
  /** Makes a database, empty or cloned from a template, which is prepared once for the whole test run (30-60 ms a clone). */
  createDatabase(template?: DatabaseTemplate): Promise<TestDatabase>;
  /** Drops what was created here; ends the server when it is not shared with other test files. */
  stop(): Promise<void>;
};

/** Where the test runner tells its test files the address that hands out the shared server (see `serveTestPostgres`). */
export const TEST_POSTGRES_VARIABLE = 'AUTOOPS_TEST_POSTGRES';

/**
 * Returns a PostgreSQL without durability for tests: the one shared by the whole test run when the runner offers it, else one of its own.
 * Roles belong to a server, not to a database: tests that change roles or crash the server ask for `{ own: true }`.
 */
export async function startTestPostgres(
  options: { readonly own?: boolean; readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<TestPostgres> {
  const offer = process.env[TEST_POSTGRES_VARIABLE];
  if (offer !== undefined && !options.own && options.settings === undefined) {
    const answer = await fetch(offer);
    if (!answer.ok) throw new Error(`The shared test PostgreSQL did not start: ${await answer.text()}`);
    return testPostgres(await answer.text(), async () => undefined);
  }
  const cluster = await startTestCluster(options.settings);
  return testPostgres(cluster.url(), cluster.stop);
}

/** Starts a server without durability in a temporary directory, which is removed by `stop`. */
export async function startTestCluster(
  settings: Readonly<Record<string, string>> = {},
): Promise<Pick<LocalPostgres, 'url' | 'stop' | 'pid'>> {
  const home = mkdtempSync(join(tmpdir(), 'autoops-test-postgres-'));
  chmodSync(home, 0o755); // its account must be able to walk in; the cluster itself is 700
  const server = await startLocalPostgres({
    dataDir: join(home, 'data'),
    noSync: true,
    databaseUser: 'autoops',
    password: randomUUID(),
    settings,
  });
  const stop = async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { url: server.url, pid: server.pid, stop };
}

function testPostgres(adminUrl: string, end: () => Promise<void>): TestPostgres {
  const created = new Set<string>();
  const url = (database = 'postgres') => Object.assign(new URL(adminUrl), { pathname: `/${database}` }).href;
  const drop = async (name: string) => {
    created.delete(name);
    await asAdmin(adminUrl, (admin) => admin.query(`drop database if exists ${quoted(name)} with (force)`));
  };
  return {
    url,
    async createDatabase(template) {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await asAdmin(adminUrl, async (admin) => {
        if (template !== undefined) await ensureTemplate(admin, template, url);
        await admin.query(`create database ${quoted(name)}${template ? ` template ${quoted(template.name)}` : ''}`);
      });
      created.add(name);
      return { name, url: url(name), drop: () => drop(name) };
    },
    async stop() {
      for (const name of created) await drop(name);
      await end();
    },
  };
}

/** Prepares the template under a lock, so that test files that start at the same moment fill it once; renamed when complete. */
async function ensureTemplate(
  admin: pg.Client,
  template: DatabaseTemplate,
  url: (database: string) => string,
): Promise<void> {
  await admin.query('select pg_advisory_lock(hashtext($1))', [template.name]);
  try {
    const known = await admin.query('select 1 from pg_database where datname = $1', [template.name]);
    if (known.rowCount) return;
    const partial = `${template.name}_being_made`;
    await admin.query(`drop database if exists ${quoted(partial)} with (force)`);
    await admin.query(`create database ${quoted(partial)}`);
    await template.prepare(url(partial));
    // A template with open sessions cannot be cloned: whatever `prepare` left open ends here.
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [partial]);
    await admin.query(`alter database ${quoted(partial)} rename to ${quoted(template.name)}`);
  } finally {
    await admin.query('select pg_advisory_unlock(hashtext($1))', [template.name]);
  }
}

async function asAdmin<T>(adminUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl });
  admin.on('error', () => undefined); // the pending query rejects with the same error
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

const quoted = (name: string) => pg.escapeIdentifier(name);
