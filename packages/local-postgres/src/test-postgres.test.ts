import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type DatabaseTemplate, type TestPostgres } from './test-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('startTestPostgres', () => {
  it('prepares a template once and clones it for everyone who asks at the same moment', async () => {
    let prepared = 0;
    const template: DatabaseTemplate = {
      name: `template_of_${process.pid}`,
      async prepare(url) {
        prepared += 1;
        await query(url, 'create table item as select 1 as id');
      },
    };
    const clones = await Promise.all([1, 2, 3].map(() => postgres.createDatabase(template)));
    expect(prepared).toBe(1);
    await query(clones[0]!.url, 'insert into item values (2)');
    const counts = await Promise.all(clones.map((clone) => query(clone.url, 'select count(*)::int as n from item')));
    expect(counts).toEqual([[{ n: 2 }], [{ n: 1 }], [{ n: 1 }]]);
  });

  it('drops a database that still has sessions', async () => {
    const database = await postgres.createDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    expect(await query(postgres.url(), `select 1 from pg_database where datname = '${database.name}'`)).toEqual([]);
  });

  it('gives a server of its own when asked, in which nothing is made durable', async () => {
    const own = await startTestPostgres({ own: true });
    expect(new URL(own.url()).port).not.toBe(new URL(postgres.url()).port);
    expect(await query(own.url(), 'show fsync')).toEqual([{ fsync: 'off' }]);
    await own.stop();
  });
});
