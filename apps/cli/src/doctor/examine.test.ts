import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { examine } from './examine.ts';

const found = async (env: NodeJS.ProcessEnv, check: string) =>
  (await examine(env)).find((finding) => finding.check === check);

describe('examine', () => {
  it('finds the shipped PostgreSQL and a free port', async () => {
    expect(await found({ AUTOOPS_PORT: '21999' }, 'postgres')).toMatchObject({
      state: 'good',
      found: expect.stringContaining('18.') as string,
    });
  });

  it('reports a port that somebody else holds, with its holder', async () => {
    const holder = createServer((socket) => socket.destroy());
    await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening));
    const port = String((holder.address() as AddressInfo).port);
    expect(await found({ AUTOOPS_PORT: port }, 'port')).toMatchObject({
      state: 'bad',
      found: expect.stringContaining(`process ${process.pid}`) as string,
    });
    holder.close();
  });

  it('reports a database and a Redis that do not answer, and how to go on', async () => {
    const env = {
      AUTOOPS_PORT: '21998',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
      REDIS_URL: 'redis://127.0.0.1:9',
    };
    expect(await found(env, 'database')).toMatchObject({
      state: 'bad',
      repair: expect.stringContaining('embedded') as string,
    });
    expect(await found(env, 'redis')).toMatchObject({
      state: 'bad',
      repair: expect.stringContaining('PostgreSQL') as string,
    });
  });

  it('names a setting that cannot be used, and checks nothing else', async () => {
    expect(await examine({ AUTOOPS_PORT: 'eighty' })).toEqual([
      expect.objectContaining({
        check: 'settings',
        state: 'bad',
        found: expect.stringContaining('AUTOOPS_PORT') as string,
      }),
    ]);
  });
});
