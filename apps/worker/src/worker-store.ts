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
import type { Control, Permission, QueueName } from '@autoops/contracts';
import type { OutboxSource } from './background/outbox-relay.ts';

/** What sweeper and housekeeping ask the store for, across workspaces. */
export interface Maintenance {
  workspaces(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** Whatever should have a job by now: incidents between stages, runs that are not at an end, shards behind, deliveries due. */
  runnable(idleMs?: number): Promise<readonly { readonly queue: QueueName; readonly subjectId: string }[]>;
  createPartitions(daysAhead: number): Promise<number>;
  prune(retention: Retention): Promise<{ readonly partitions: number; readonly rows: number }>;
  auditLeaves(
    workspaceId: string,
  ): Promise<{ readonly baseSeq: number; readonly checkpointSize: number; readonly leaves: readonly string[] }>;
  writeCheckpoint(
    workspaceId: string,
    checkpoint: { readonly size: number; readonly root: string; readonly bytes: Uint8Array },
  ): Promise<void>;
}

/** Days that each class of data is kept; undefined = for ever. */
export interface Retention {
  readonly samplesDays: number | undefined;
  readonly logsDays: number | undefined;
  readonly alertsDays: number | undefined;
  readonly incidentsDays: number | undefined;
  readonly auditDays: number | undefined;
}

/** Outgoing messages that are due, and how attempts at them ended. */
export interface Deliveries {
  due(
    workspaceId: string,
    id: string,
  ): Promise<
    | {
        readonly channelId: string;
        readonly messageId: string;
        readonly type: string;
        readonly subjectId: string;
        readonly incidentId: string | undefined;
        readonly attempts: number;
        readonly createdAt: string;
        readonly url: string;
        /** As it is stored. */
        readonly secret: string;
      }
    | undefined
  >;
  delivered(workspaceId: string, id: string, status: number): Promise<void>;
  failed(
    workspaceId: string,
    id: string,
    failure: { readonly status: number | undefined; readonly error: string; readonly retryInMs: number | undefined },
  ): Promise<void>;
  /** Turns the channel of a delivery off (the receiver said that it is gone). */
  disableChannelOf(workspaceId: string, id: string): Promise<void>;
}

/** Rights of persons by id, as their newest live session or token says. */
export interface RightsReader {
  rightsOf(
    workspaceId: string,
    subjects: readonly string[],
  ): Promise<
    Readonly<
      Record<
        string,
        {
          readonly permissions: readonly Permission[];
          readonly environments: readonly string[];
          readonly maxBlastRadius?: number | undefined;
        }
      >
    >
  >;
}

/** The store as the worker uses it; `@autoops/store` matches it structurally. */
export interface WorkerStore {
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
  readonly outbox: OutboxSource;
  readonly rights: RightsReader;
  readonly controls: { list(workspaceId: string): Promise<readonly Control[]> };
  readonly maintenance: Maintenance;
  readonly deliveries: Deliveries;
}
