import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestPostgres, type TestPostgres } from '@autoops/local-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { ConnectionPool } from './connection-pool.ts';

const STALL_MS = 400;

describe('ConnectionPool', () => {
  let postgres: TestPostgres;
  let url: URL;
  let stalling: Server;
  const pools: ConnectionPool[] = [];
  beforeAll(async () => {
    postgres = await startTestPostgres();
    url = new URL(
      (await postgres.createDatabase({ name: 'sandbox_pool_template', prepare: async () => undefined })).url,
    );
    // The same database, whose every answer comes late.
    stalling = createServer((client) => {
      const server = connect(Number(url.port), url.hostname);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const)
        from
          .on(
            'data',
            (bytes) => void (from === server ? sleep(STALL_MS) : Promise.resolve()).then(() => to.write(bytes)),
          )
          .on('close', () => to.destroy())
          .on('error', () => to.destroy());
    });
    await new Promise<void>((listening) => stalling.listen(0, '127.0.0.1', listening));
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    stalling?.close();
    await postgres?.stop();
  });

  const pool = (connection: pg.ClientConfig): ConnectionPool => {
    const opened = new ConnectionPool({
      connection,
      size: 1,
      warm: 0,
      backOffMs: 250,
      spread: 0,
      random: seededRandom('pool'),
    });
    pools.push(opened);
    return opened;
  };
  const at = (port: number): pg.ClientConfig => ({
    host: url.hostname,
    port,
    user: url.username,
    password: url.password,
    database: url.pathname.slice(1),
    ssl: false,
  });

  it('waits for an attempt that is under way when the wait is over', async () => {
    const held = await pool(at((stalling.address() as AddressInfo).port)).acquire(50);
    expect(held).toBeInstanceOf(pg.Client);
  });

  it('gives up when the database refuses', async () => {
    const admin = new pg.Client(at(Number(url.port)));
    await admin.connect();
    const user = `refused_${randomUUID().replaceAll('-', '')}`;
    await admin.query(`create role ${user} login password 'x' connection limit 0`);
    await admin.end();
    const refused = await pool({ ...at(Number(url.port)), user, password: 'x' }).acquire(300);
    expect(refused).toBeUndefined();
  });
});
