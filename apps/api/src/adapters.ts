import type { FileMistake, SignalBatch, Toggle } from '@autoops/contracts';
import type { ApproverRights, RollbackTokens } from '@autoops/pipeline';
import type {
  Clock,
  ConfigReader,
  IdGenerator,
  IndicatorReader,
  HistoryReader,
  ObjectStore,
  PolicyEngine,
  RecordReader,
  SignalStore,
  Signer,
  StateStore,
  TargetConnector,
} from '@autoops/pipeline/ports';
import type { SandboxSender } from './demo/sandbox-control.ts';
import type { AuditExport, StoredRecord } from './exports/stored-record.ts';
import type { DetectRequest, ForecastRequest } from './preview/series-requests.ts';
import type {
  AccessStore,
  AnnotationStore,
  ChannelStore,
  ControlStore,
  IdempotencyStore,
  LabelStore,
  LiveEventLog,
  PreferencesStore,
  ReadModels,
} from './read-models.ts';
import type { PolicyRule } from './resources/policies.ts';

/** What an ingest parser makes of a payload, or the place where it stopped. `pointer` is a JSON pointer or a byte offset. */
export type Parsed<T = object> =
  | ({ readonly ok: true; readonly batch: SignalBatch } & T)
  | {
      readonly ok: false;
      readonly kind: 'payload' | 'media-type' | 'too-large';
      readonly detail: string;
      readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
    };

/** The wire formats that come in. Each takes inflated bytes and answers a normalised, redacted batch; none does I/O. */
export interface WireFormats {
  remoteWrite(
    bytes: Uint8Array,
    version: '1.0' | '2.0',
    source: string,
    receivedAt: Date,
  ): Parsed<{
    readonly written: { readonly samples: number; readonly histograms: number; readonly exemplars: number };
    readonly notWritten: { readonly histograms: number; readonly exemplars: number };
    /** Samples whose time cannot be stored; the others are in the batch. */
    readonly outOfBounds: readonly { readonly pointer: string; readonly detail: string }[];
  }>;
  alertmanager(body: unknown, source: string): Parsed<{ readonly truncated: number }>;
  metrics(body: unknown, source: string, receivedAt: Date): Parsed;
  logs(body: unknown, source: string, receivedAt: Date): Parsed;
  everything(body: unknown, source: string, receivedAt: Date): Parsed;
  cloudEvents(body: unknown, source: string, receivedAt: Date): Parsed;
  otlpMetrics(
    bytes: Uint8Array,
    encoding: 'protobuf' | 'json',
    source: string,
    receivedAt: Date,
  ): Parsed<{ readonly rejected: number; readonly message: string }>;
  otlpLogs(
    bytes: Uint8Array,
    encoding: 'protobuf' | 'json',
    source: string,
    receivedAt: Date,
  ): Parsed<{ readonly rejected: number; readonly message: string }>;
  /** The OTLP answer in its encoding; `rejected` 0 is full success. */
  otlpAnswer(signal: 'metrics' | 'logs', encoding: 'protobuf' | 'json', rejected: number, message: string): Uint8Array;
  /** Reads JSON with limits on depth and size of numbers; throws with the place. */
  parseJson(bytes: Uint8Array): unknown;
  /** Inflates a received body (identity, gzip, deflate or snappy) up to `limit` bytes, checking declared sizes first. */
  inflate(
    bytes: Uint8Array,
    encoding: string,
    limit: number,
  ): Promise<Uint8Array | 'too-large' | 'corrupt' | 'unsupported'>;
}

/** Files made of an incident's record; the same record gives the same bytes. */
export interface Exports {
  build(
    workspaceId: string,
    record: StoredRecord,
  ): Promise<{ readonly brief: Uint8Array; readonly bundle: Uint8Array }>;
}

/** The engines on a series that is not stored. */
export interface PreviewEngines {
  detect(request: DetectRequest): object;
  forecast(request: ForecastRequest): object;
}

/** `policies/environments/*.yaml`, in which a flip of a toggle is written so that every process reloads it. */
export interface EnvironmentFiles {
  setToggle(environment: string, kind: 'rules' | 'runbooks', id: string, toggle: Toggle): Promise<void>;
}

/** One decision of an incident, computed again from its recorded inputs. */
export interface ReplayedDecision {
  readonly stage: string;
  /** anomaly, correlation, forecast, plan, verdict or narrative. */
  readonly what: 'anomaly' | 'correlation' | 'forecast' | 'plan' | 'verdict' | 'narrative';
  /** Id of what was decided: anomaly, forecast, plan, policy decision or incident. */
  readonly subject: string;
  readonly match: boolean;
  /** Digests of the output as recorded and as computed now. */
  readonly recorded: string;
  readonly recomputed: string;
  readonly why?: string | undefined;
}

/** Everything outside of this process that the API uses; composition.ts builds it, tests build it with their own parts. */
export interface Adapters {
  readonly readModels: ReadModels;
  readonly liveEvents: LiveEventLog;
  readonly access: AccessStore;
  readonly idempotency: IdempotencyStore;
  readonly controls: ControlStore;
  readonly channels: ChannelStore;
  /** A channel's secret as it may be stored. */
  sealChannelSecret(workspaceId: string, channelId: string, secret: string): string;
  /** Why a URL is never called, or undefined where it may be; a name is looked up when it is called. */
  outboundProblem(url: string): string | undefined;
  readonly labels: LabelStore;
  readonly annotations: AnnotationStore;
  readonly preferences: PreferencesStore;
  readonly state: StateStore;
  readonly records: RecordReader;
  readonly history: HistoryReader;
  readonly indicators: IndicatorReader;
  readonly signals: SignalStore;
  readonly configReader: ConfigReader;
  readonly policy: PolicyEngine & { readonly problem: string | undefined };
  readonly targets: readonly TargetConnector[];
  readonly objects: ObjectStore;
  readonly signer: Signer;
  readonly rollbackTokens: RollbackTokens;
  readonly wire: WireFormats;
  readonly exports: Exports;
  readonly engines: PreviewEngines;
  readonly environmentFiles: EnvironmentFiles;
  /** Recomputes every decision of an incident and compares digests. */
  replay(workspaceId: string, record: StoredRecord): Promise<{ readonly decisions: readonly ReplayedDecision[] }>;
  /** The incident's own audit entries as stored, and the leaf hashes of the log up to the last of them. */
  auditExport(workspaceId: string, incidentId: string): Promise<AuditExport>;
  /** What these approvers may do now, by id. */
  approverRights(workspaceId: string, ids: readonly string[]): Promise<Readonly<Record<string, ApproverRights>>>;
  /** The rules of the policy bundle in force, as its sources describe them. */
  policyRules(): Promise<readonly PolicyRule[]>;
  /** Checks the text of a runbook as loading it would; empty when it could be loaded. */
  runbookMistakes(text: string): readonly FileMistake[];
  /** Clears breakers, cool-downs and action budgets of environments' targets (demo reset). */
  clearActionHistory(workspaceId: string, environments: readonly string[]): Promise<void>;
  /** The demo shop, or undefined without it. */
  readonly sandbox: SandboxSender | undefined;
  /** A text that a person wrote, without the secrets that the redaction hooks find: it is stored, hashed and told for good. */
  redact(text: string): string;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  /** What is not usable, in words; empty when all is. */
  readiness(): Promise<readonly string[]>;
  close(): Promise<void>;
}
