import { PRODUCTION_TIMINGS } from '@autoops/contracts';
import type { RecordReader, Router, SignalStore, StateStore } from '@autoops/pipeline/ports';
import pg from 'pg';
import { createListener } from './listener.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createRecordReader } from './readers/record-reader.ts';
import { createRouter } from './readers/router.ts';
import { assertRowLevelSecurity } from './row-level-security.ts';
import { createPartitions } from './signals/partitions.ts';
import { createSignalStore } from './signals/signal-store.ts';
import { createStateStore } from './state/commit.ts';

/** Shards that one process works at the same time. */
const SHARD_WORKERS = 4;

export interface StoreOptions {
  /** The application role's URL, as `prepareDatabase` answers it. */
  readonly databaseUrl: string;
  /** Connections for everything but shard work; default 12. */
  readonly poolSize?: number | undefined;
  /** Told of lost idle connections, which the pool replaces by itself. */
  readonly logger?: { warn(details: object, message: string): void } | undefined;
}

/** Everything durable of AutoOps. */
export interface Store {
  readonly state: StateStore;
  readonly records: RecordReader;
  readonly signals: SignalStore;
  readonly router: Router;
  readonly outbox: Outbox;
  close(): Promise<void>;
}

/**
 * Opens the stores over one database. Refuses to start when a table that has a workspace is not under forced row-level security,
 * or when the role stands above it.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const onProblem = (error: Error): void => options.logger?.warn({ error: error.message }, 'A database connection was lost; a new one is opened.');
  const pool = openPool(options.databaseUrl, options.poolSize ?? 12, onProblem);
  const workPool = openPool(options.databaseUrl, SHARD_WORKERS, onProblem);
  const listener = createListener(options.databaseUrl, onProblem);
  try {
    await assertRowLevelSecurity(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const router = createRouter(pool);
  const partitions = createPartitions(pool);
  return {
    state: createStateStore(pool),
    records: createRecordReader(pool),
    signals: createSignalStore(pool, workPool, router, partitions),
    router,
    outbox: createOutbox(pool, listener),
    async close() {
      await listener.close();
      await Promise.all([pool.end(), workPool.end()]);
    },
  };
}

function openPool(connectionString: string, max: number, onProblem: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    keepAlive: true,
    application_name: 'autoops',
    // A transaction that its process forgot must not hold locks for ever; a call to a target takes at most callMs.
    idle_in_transaction_session_timeout: 4 * PRODUCTION_TIMINGS.callMs,
  });
  pool.on('error', onProblem); // without a listener a database restart would end the process
  return pool;
}
