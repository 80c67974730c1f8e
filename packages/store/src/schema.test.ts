import { readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dumpSchema } from './dump-schema.ts';
import { openTestStore, type TestStore } from './test-store.ts';

const FILE = new URL('../schema.sql', import.meta.url);

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

it('has the schema that is committed (AUTOOPS_UPDATE_SCHEMA=1 writes it anew)', async () => {
  const pool = new pg.Pool({ connectionString: test.adminUrl, max: 1 });
  try {
    const dumped = await dumpSchema(pool);
    if (process.env.AUTOOPS_UPDATE_SCHEMA === '1') writeFileSync(FILE, dumped);
    expect(dumped).toBe(readFileSync(FILE, 'utf8'));
  } finally {
    await pool.end();
  }
});

it('forces row-level security on every table and its partitions', async () => {
  const open = await test.admin(
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)",
  );
  expect(open).toEqual([]);
});
