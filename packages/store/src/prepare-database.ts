import { createHmac, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** Our own numbers of advisory locks: roles belong to the server, migrations to the database. */
const ROLE_LOCK = 7_215_001;
const MIGRATION_LOCK = 7_215_002;
const PARTITION_DAYS_AHEAD = 3;
const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

export interface PrepareOptions {
  /** URL of a role that may create roles and databases; its path names the database, which is made when absent. */
  readonly adminUrl: string;
  /** Password of the application's role; by default derived from the administrator's, so that every start finds the same. */
  readonly appPassword?: string | undefined;
}

/**
 * Makes a database ready: roles, database, schema, the workspace `default` and partitions of the coming days. Safe to run
 * again, and by several processes at once. Returns the URL that the application connects with: a role that is neither owner
 * nor superuser, because both see past row-level security.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<{ readonly appUrl: string }> {
  const admin = new URL(options.adminUrl);
  const database = decodeURIComponent(admin.pathname.slice(1)) || 'postgres';
  const password = options.appPassword ?? derivedPassword(decodeURIComponent(admin.password));
  await withClient(await maintenanceUrl(admin), async (client) => {
    await client.query('select pg_advisory_lock($1)', [ROLE_LOCK]);
    await ensureRoles(client);
    await ensureDatabase(client, database);
    await ensurePassword(client, admin, database, password);
  });
  await withClient(options.adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureSchemas(client, database);
    await client.query("set role autoops_owner; set client_min_messages = 'warning'"); // `if not exists` needs no notice
    await migrateSchema(client);
    await client.query(
      "select ensure_partitions((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + $1::integer)",
      [PARTITION_DAYS_AHEAD],
    );
    await ensureWorkspace(client, 'default');
  });
  const app = new URL(options.adminUrl);
  app.username = 'autoops_app';
  app.password = encodeURIComponent(password);
  return { appUrl: app.href };
}

/**
 * Applies the migrations that are not there yet. The library is loaded here and nowhere else: it takes 200 MB and half a second,
 * which the programs that only query the database must not pay.
 */
async function migrateSchema(client: pg.Client): Promise<void> {
  const [{ drizzle }, { migrate }] = await Promise.all([
    import('drizzle-orm/node-postgres'),
    import('drizzle-orm/node-postgres/migrator'),
  ]);
  await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
}

/** Adds a workspace with its audit chain and returns its id; returns the known one's when the name is taken. */
export async function createWorkspace(adminUrl: string, name: string): Promise<string> {
  return withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query('set role autoops_owner');
    return ensureWorkspace(client, name);
  });
}

async function ensureWorkspace(client: pg.Client, name: string): Promise<string> {
  await client.query('begin');
  // The owner too is under row-level security; the router sees names.
  await client.query('set local role autoops_router');
  const known = (await client.query<{ id: string }>('select id from workspaces where name = $1', [name])).rows[0];
  await client.query('set local role autoops_owner');
  const id = known?.id ?? randomUUID();
  if (!known) await client.query('select create_workspace($1, $2)', [id, name]);
  await client.query('commit');
  return id;
}

/** Roles are made in a database that is always there, under a lock that all databases of the server share. */
async function maintenanceUrl(admin: URL): Promise<string> {
  const maintenance = new URL(admin.href);
  maintenance.pathname = '/postgres';
  try {
    await withClient(maintenance.href, async () => undefined);
    return maintenance.href;
  } catch {
    return admin.href; // a hosted server may refuse `postgres`; then the database itself must exist already
  }
}

async function ensureRoles(client: pg.Client): Promise<void> {
  const wanted = {
    autoops_owner: 'nologin nosuperuser nobypassrls',
    autoops_app: 'login nosuperuser nobypassrls noinherit',
    autoops_router: 'nologin nosuperuser nobypassrls',
  };
  const known = new Set(
    (await client.query<{ rolname: string }>("select rolname from pg_roles where rolname like 'autoops%'")).rows.map(
      (role) => role.rolname,
    ),
  );
  for (const [name, attributes] of Object.entries(wanted))
    if (!known.has(name)) await client.query(`create role ${name} ${attributes}`);
  const members = await client.query(
    `select 1 from pg_auth_members where roleid = 'autoops_router'::regrole and member in ('autoops_app'::regrole, 'autoops_owner'::regrole)`,
  );
  if (members.rowCount !== 2) await client.query('grant autoops_router to autoops_app, autoops_owner');
  // From PostgreSQL 16 on, whoever makes a role may grant it, but not become it.
  const self = await client.query<{ able: boolean }>(
    "select pg_has_role(current_user, 'autoops_owner', case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end) as able",
  );
  if (!self.rows[0]?.able) await client.query('grant autoops_owner to current_user');
}

async function ensureDatabase(client: pg.Client, database: string): Promise<void> {
  const known = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (!known.rowCount) await client.query(`create database ${pg.escapeIdentifier(database)} owner autoops_owner`);
}

/** Sets the password only when it does not work yet: a change would end the log-ins of processes that start at the same moment. */
async function ensurePassword(client: pg.Client, admin: URL, database: string, password: string): Promise<void> {
  const app = new URL(admin.href);
  app.username = 'autoops_app';
  app.password = encodeURIComponent(password);
  app.pathname = `/${encodeURIComponent(database)}`;
  try {
    await withClient(app.href, async () => undefined);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '28P01') throw error; // 28P01: invalid_password
    await client.query(`alter role autoops_app password ${pg.escapeLiteral(password)}`);
  }
}

/** In a database that somebody else made, the owner of the tables needs leave to make them. */
async function ensureSchemas(client: pg.Client, database: string): Promise<void> {
  const has = await client.query<{ database: boolean; schema: boolean; queue: boolean }>(
    `select has_database_privilege('autoops_owner', current_database(), 'create') as database,
       has_schema_privilege('autoops_owner', 'public', 'create') as schema, to_regnamespace('bullmq') is not null as queue`,
  );
  if (!has.rows[0]?.database)
    await client.query(`grant create on database ${pg.escapeIdentifier(database)} to autoops_owner`);
  if (!has.rows[0]?.schema) await client.query('grant usage, create on schema public to autoops_owner');
  // The queue's tables hold ids only and belong to no workspace; its library makes and migrates them as the application.
  if (!has.rows[0]?.queue)
    await client.query(
      'set role autoops_owner; create schema bullmq; grant usage, create on schema bullmq to autoops_app; reset role',
    );
}

function derivedPassword(adminPassword: string): string {
  return createHmac('sha256', adminPassword).update('autoops_app').digest('base64url');
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'autoops-prepare' });
  client.on('error', () => undefined); // the pending query rejects with the same error
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
