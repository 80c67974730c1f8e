import { startTestPostgres, type TestPostgres } from '@autoops/local-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, prepareDatabase } from './prepare-database.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres({ own: true });
});
afterAll(() => postgres.stop());

async function query(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

describe('prepareDatabase', () => {
  it('makes roles, database, schema and workspace once, however many start at once', async () => {
    const adminUrl = postgres.url('fresh');
    const started = await Promise.all([1, 2, 3, 4].map(() => prepareDatabase({ adminUrl })));
    expect(new Set(started.map((one) => one.appUrl)).size).toBe(1);
    expect(await query(adminUrl, 'select name from workspaces')).toEqual([{ name: 'default' }]);
    expect((await prepareDatabase({ adminUrl })).appUrl).toBe(started[0]!.appUrl);
  });

  it('hands out a role that is neither owner nor above row-level security', async () => {
    const { appUrl } = await prepareDatabase({ adminUrl: postgres.url('fresh') });
    expect(
      await query(appUrl, 'select rolsuper, rolbypassrls, rolinherit from pg_roles where rolname = current_user'),
    ).toEqual([{ rolsuper: false, rolbypassrls: false, rolinherit: false }]);
    expect(
      await query(appUrl, "select 1 from pg_tables where schemaname = 'public' and tableowner <> 'autoops_owner'"),
    ).toEqual([]);
    await expect(query(appUrl, 'create table mine (id int)')).rejects.toThrow(/permission denied/);
    await expect(query(appUrl, 'select create_workspace(gen_random_uuid(), $1)', ['mine'])).rejects.toThrow(
      /permission denied/,
    );
  });

  it('needs no superuser: an administrator who may make roles and databases is enough', async () => {
    const own = await startTestPostgres({ own: true });
    try {
      await query(own.url(), "create role keeper login createrole createdb nosuperuser password 'k'");
      const adminUrl = Object.assign(new URL(own.url('kept')), { username: 'keeper', password: 'k' }).href;
      const { appUrl } = await prepareDatabase({ adminUrl, appPassword: 'p/ä&' });
      expect(await query(appUrl, 'select current_user')).toEqual([{ current_user: 'autoops_app' }]);
      await query(appUrl, 'create table bullmq.jobs (id int)');
      const again = await prepareDatabase({ adminUrl, appPassword: 'changed' });
      expect(await query(again.appUrl, 'select current_user')).toEqual([{ current_user: 'autoops_app' }]);
      await expect(query(appUrl, 'select 1')).rejects.toThrow(/password/);
    } finally {
      await own.stop();
    }
  });

  it('adds further workspaces by name', async () => {
    const adminUrl = postgres.url('fresh');
    const id = await createWorkspace(adminUrl, 'second');
    expect(await createWorkspace(adminUrl, 'second')).toBe(id);
  });
});
