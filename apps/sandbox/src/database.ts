import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startLocalPostgres, type LocalPostgres } from '@autoops/local-postgres';
import { DATABASE, ORDERS } from './constants.ts';

const SCHEMA = `
create table if not exists orders (
  id uuid primary key, written_at timestamptz not null default now(), paid_at timestamptz, confirmed_at timestamptz);
create table if not exists order_messages (
  id bigint generated always as identity primary key, order_id uuid not null,
  written_at timestamptz not null default now(), visible_at timestamptz not null);
create table if not exists parked_messages (
  id bigint primary key, order_id uuid not null, written_at timestamptz not null, visible_at timestamptz not null,
  parked_at timestamptz not null default now());
create or replace function write_order(new_id uuid) returns void language sql as $$
  insert into orders (id) values (new_id);
  insert into order_messages (order_id, visible_at) values (new_id, now() + interval '${ORDERS.visibleAfterMs} ms');
$$;
create or replace function confirm_orders(ids bigint[]) returns void language sql as $$
  with done as (delete from order_messages where id = any(ids) returning order_id)
  update orders o set confirmed_at = now() from done where o.id = done.order_id;
$$;
truncate orders, order_messages, parked_messages;
`;

export type ShopDatabase = {
  /** The superuser's one connection to this environment's database: it is outside the role's limit, and queries wait for their turn. */
  readonly admin: pg.Pool;
  /** How the shop connects: by unix socket, as the limited role. */
  readonly connection: pg.ClientConfig;
};

/** The second PostgreSQL cluster with a database and a role of at most 22 connections per environment. */
export class ShopDatabases {
  readonly #postgres: LocalPostgres;
  readonly #shops = new Map<string, ShopDatabase>();

  private constructor(postgres: LocalPostgres) {
    this.#postgres = postgres;
  }

  static async start(dataDir: string, environments: readonly string[], noSync: boolean): Promise<ShopDatabases> {
    const postgres = await startLocalPostgres({
      dataDir: join(dataDir, 'postgres'),
      logFile: join(dataDir, 'postgres.log'),
      settings: DATABASE.settings,
      noSync,
      databaseUser: 'sandbox',
      password: passwordIn(join(dataDir, 'database-password')),
    });
    const databases = new ShopDatabases(postgres);
    try {
      for (const environment of environments) await databases.#prepare(environment);
    } catch (error) {
      await databases.stop();
      throw error;
    }
    return databases;
  }

  /** The server's process. */
  get pid(): number {
    return this.#postgres.pid;
  }

  of(environment: string): ShopDatabase {
    const shop = this.#shops.get(environment);
    if (shop === undefined) throw new Error(`no database for environment ${environment}`);
    return shop;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#shops.values()].map(({ admin }) => admin.end().catch(() => undefined)));
    await this.#postgres.stop();
  }

  async #prepare(environment: string): Promise<void> {
    const name = `shop_${environment.replaceAll(/[^a-z0-9]/g, '_')}`;
    const password = randomBytes(16).toString('hex');
    const server = new pg.Client({ connectionString: this.#postgres.url() });
    await server.connect();
    try {
      const role = await server.query('select 1 from pg_roles where rolname = $1', [name]);
      await server.query(
        `${role.rowCount === 0 ? 'create' : 'alter'} role ${name} login connection limit ${DATABASE.connectionLimit} password '${password}'`,
      );
      const database = await server.query('select 1 from pg_database where datname = $1', [name]);
      if (database.rowCount === 0) await server.query(`create database ${name}`);
    } finally {
      await server.end();
    }
    const admin = new pg.Pool({
      connectionString: this.#postgres.url(name),
      application_name: 'controller',
      max: 1,
      idleTimeoutMillis: 0,
    });
    admin.on('error', () => undefined); // the next query says so
    await admin.query(SCHEMA);
    await admin.query(`grant select, insert, update, delete on all tables in schema public to ${name}`);
    const connection = {
      host: this.#postgres.socketDir,
      port: this.#postgres.port,
      database: name,
      user: name,
      password,
      connectionTimeoutMillis: 2000,
    };
    this.#shops.set(environment, { admin, connection });
  }
}

/** The superuser's password, made on first use and kept beside the cluster. */
function passwordIn(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('hex');
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}
