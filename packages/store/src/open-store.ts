import { PRODUCTION_TIMINGS, type Timings } from '@autoops/contracts';
import type {
  ConfigReader,
  ConfigWriter,
  HistoryReader,
  IndicatorReader,
  RecordReader,
  Router,
  ServiceForecastStore,
  SignalStore,
  StateStore,
  StatusStore,
} from '@autoops/pipeline/ports';
import pg from 'pg';
import { createAccessStore, type AccessStore } from './access/access-store.ts';
import { createControlStore, type ControlStore } from './access/control-store.ts';
import { createIdempotencyStore, type IdempotencyStore } from './access/idempotency-store.ts';
import { createConfigReader, createConfigWriter } from './configuration/config-store.ts';
import { createStatusStore } from './configuration/status-store.ts';
import { createListener } from './listener.ts';
import { createMaintenance, type Maintenance } from './maintenance/maintenance.ts';
import {
  createChannelStore,
  createDeliveryStore,
  type ChannelStore,
  type DeliveryStore,
} from './messaging/channel-store.ts';
import { createLiveEventLog, type LiveEventLog } from './messaging/live-event-log.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createAnnotationStore, type AnnotationStore } from './people/annotation-store.ts';
import { createLabelStore, type LabelStore } from './people/label-store.ts';
import { createPreferencesStore, type PreferencesStore } from './people/preferences-store.ts';
import { createReadModels, type ReadModels } from './read-models/read-models.ts';
import { createHistoryReader } from './readers/history-reader.ts';
import { createIndicatorReader } from './readers/indicator-reader.ts';
import { createRecordReader } from './readers/record-reader.ts';
import { createRouter } from './readers/router.ts';
import { createServiceForecastStore } from './readers/service-forecast-store.ts';
import { assertRowLevelSecurity } from './row-level-security.ts';
import { createPartitions } from './signals/partitions.ts';
import { createSignalStore } from './signals/signal-store.ts';
import { createStateStore } from './state/commit.ts';

/** Shards that one process works at the same time. */
const SHARD_WORKERS = 4;

export interface StoreOptions {
  /** The application role's URL, as `prepareDatabase` answers it. */
  readonly databaseUrl: string;
  /** Connections for everything but shard work (which has 4 of its own) and listening (1); default 12. */
  readonly poolSize?: number | undefined;
  /** Sweeper, half-open and awaiting-execute times; default: production's. */
  readonly timings?: Timings | undefined;
  /** Told of lost connections, which are replaced by themselves. */
  readonly logger?: { warn(details: object, message: string): void } | undefined;
}

/** Everything durable of AutoOps. */
export interface Store {
  readonly state: StateStore;
  readonly records: RecordReader;
  readonly history: HistoryReader;
  readonly indicators: IndicatorReader;
  readonly serviceForecasts: ServiceForecastStore;
  readonly configReader: ConfigReader;
  readonly configWriter: ConfigWriter;
  readonly status: StatusStore;
  readonly signals: SignalStore;
  readonly router: Router;
  readonly readModels: ReadModels;
  readonly liveEvents: LiveEventLog;
  readonly access: AccessStore;
  readonly idempotency: IdempotencyStore;
  readonly controls: ControlStore;
  readonly channels: ChannelStore;
  readonly deliveries: DeliveryStore;
  readonly labels: LabelStore;
  readonly annotations: AnnotationStore;
  readonly preferences: PreferencesStore;
  readonly outbox: Outbox;
  readonly maintenance: Maintenance;
  /** Answers when the database does; throws with its error. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the stores over one database. Refuses to start when a table that has a workspace is not under forced row-level security,
 * or when the role stands above it.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const onProblem = (error: Error): void =>
    options.logger?.warn({ error: error.message }, 'A database connection was lost; a new one is opened.');
  const timings = options.timings ?? PRODUCTION_TIMINGS;
  const pool = openPool(options.databaseUrl, options.poolSize ?? 12, onProblem);
  try {
    await assertRowLevelSecurity(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const workPool = openPool(options.databaseUrl, SHARD_WORKERS, onProblem);
  const listener = createListener(options.databaseUrl, onProblem);
  const router = createRouter(pool);
  const records = createRecordReader(pool);
  const partitions = createPartitions(pool);
  let closing: Promise<void> | undefined;
  return {
    state: createStateStore(pool),
    records,
    history: createHistoryReader(pool, timings.breakerHalfOpenMs),
    indicators: createIndicatorReader(pool),
    serviceForecasts: createServiceForecastStore(pool),
    configReader: createConfigReader(pool),
    configWriter: createConfigWriter(pool),
    status: createStatusStore(pool),
    signals: createSignalStore(pool, workPool, router, partitions),
    router,
    readModels: createReadModels(pool, records),
    liveEvents: createLiveEventLog(pool, listener, onProblem),
    access: createAccessStore(pool),
    idempotency: createIdempotencyStore(pool),
    controls: createControlStore(pool),
    channels: createChannelStore(pool),
    deliveries: createDeliveryStore(pool),
    labels: createLabelStore(pool),
    annotations: createAnnotationStore(pool),
    preferences: createPreferencesStore(pool),
    outbox: createOutbox(pool, listener),
    maintenance: createMaintenance(pool, partitions, timings),
    ping: async () => void (await pool.query('select 1')),
    close: () =>
      (closing ??= (async () => {
        await listener.close();
        await Promise.all([pool.end(), workPool.end()]);
      })()),
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
