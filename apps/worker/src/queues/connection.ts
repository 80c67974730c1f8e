import { createPostgresBackend, runMigrations, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Log } from '../telemetry/log.ts';

/** The queue's connection and how to end it after the application has closed. */
export interface QueueConnection {
  readonly connection: ConnectionOptions;
  readonly kind: 'postgres' | 'redis';
  end(): Promise<void>;
}

/** Each worker keeps one LISTEN connection checked out; too small a pool hangs silently (stack-notes 5). */
const POOL_SIZE = 32;

/**
 * Opens the queue: BullMQ on the product's own Postgres (schema `bullmq`), or on Redis when its URL is given. Must be called before
 * any queue or worker is made, because the backend is process-wide.
 */
export async function openQueueConnection(
  settings: { readonly databaseUrl: string; readonly redisUrl: string | undefined },
  log: Log,
): Promise<QueueConnection> {
  if (settings.redisUrl !== undefined) {
    const redis = new Redis(settings.redisUrl, { maxRetriesPerRequest: null, enableReadyCheck: true });
    redis.on('error', (error: Error) => log.warn({ error: error.message }, 'the queue does not answer'));
    await redis.ping();
    return { connection: redis, kind: 'redis', end: async () => void (await redis.quit().catch(() => undefined)) };
  }
  setDefaultBackendFactory(createPostgresBackend as never);
  const pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    max: POOL_SIZE,
    keepAlive: true,
    application_name: 'autoops-queue',
    // The queue is a hint: a crash may lose its last moments, which the sweeper finds again. The truth keeps its durability.
    options: '-c search_path=bullmq -c synchronous_commit=off',
  });
  pool.setMaxListeners(0);
  pool.on('error', (error) => log.warn({ error: error.message }, 'a connection of the queue was lost'));
  const client = await pool.connect();
  try {
    await runMigrations(withoutSchemaCreation(client));
  } finally {
    client.release();
  }
  return { connection: pool as never, kind: 'postgres', end: () => pool.end() };
}

/**
 * The client as the library's migrations may use it. The schema is made with the database, by its owner; the library asks for it
 * again, which needs a right on the whole database that the application's role does not have.
 */
function withoutSchemaCreation(client: pg.PoolClient): Parameters<typeof runMigrations>[0] {
  return {
    async query<Row>(text: string, values?: readonly unknown[]) {
      if (text.startsWith('CREATE SCHEMA IF NOT EXISTS')) return { rows: [] as Row[], rowCount: 0 };
      const { rows, rowCount } = await client.query(text, values === undefined ? undefined : [...values]);
      return { rows: rows as Row[], rowCount };
    },
  };
}
