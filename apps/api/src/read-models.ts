import type {
  Actor,
  AlarmPrecision,
  Annotation,
  Anomaly,
  AnomalyLabel,
  Approval,
  AuditDraft,
  AuditEntry,
  AuditStatus,
  Control,
  DecisionRow,
  Evidence,
  Forecast,
  IncidentResource,
  IncidentRow,
  IntegrationResource,
  LabelValue,
  LiveEvent,
  LiveEventDraft,
  Narrative,
  OwnFigures,
  Page,
  Permission,
  Plan,
  PolicyDecision,
  Preferences,
  PreferencesResource,
  RateCard,
  Role,
  Run,
  RunLogLine,
  RuleRecord,
  RunbookResource,
  SeriesResource,
  ServiceForecast,
  ServiceResource,
  SloResource,
  TimelineEntry,
  ValueSummary,
} from '@autoops/contracts';

/** Every list takes an opaque cursor and at most 200 rows; a cursor of another list or workspace is refused as `bad-cursor`. */
export interface PageQuery {
  /** Only rows of these environments, those that a role is bound to; undefined: of all. */
  readonly environments?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export interface IncidentQuery extends PageQuery {
  readonly state?: string | undefined;
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
  readonly severity?: string | undefined;
  readonly open?: boolean | undefined;
  readonly q?: string | undefined;
}

export interface SeriesQuery extends PageQuery {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly indicator?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Largest number of points a series; the store thins by taking the last point of each bucket. */
  readonly maxPoints?: number | undefined;
  /** Raw series of a metric instead of indicators. */
  readonly metric?: string | undefined;
}

/** What the screens read. Implemented by `store`, matched structurally; every method stays inside one workspace, and answers undefined alike for missing and foreign. */
export interface ReadModels {
  services(
    workspaceId: string,
    query: { readonly environment?: string | undefined },
  ): Promise<readonly ServiceResource[]>;
  service(workspaceId: string, id: string): Promise<ServiceResource | undefined>;
  slos(
    workspaceId: string,
    query: { readonly environment?: string | undefined; readonly service?: string | undefined },
  ): Promise<readonly SloResource[]>;
  slo(workspaceId: string, id: string): Promise<SloResource | undefined>;
  series(workspaceId: string, query: SeriesQuery): Promise<Page<SeriesResource>>;
  seriesById(workspaceId: string, id: string, query: SeriesQuery): Promise<SeriesResource | undefined>;
  anomalies(
    workspaceId: string,
    query: PageQuery & {
      readonly environment?: string | undefined;
      readonly service?: string | undefined;
      readonly open?: boolean | undefined;
    },
  ): Promise<Page<Anomaly>>;
  anomaly(workspaceId: string, id: string): Promise<Anomaly | undefined>;
  forecasts(
    workspaceId: string,
    query: PageQuery & { readonly environment?: string | undefined; readonly service?: string | undefined },
  ): Promise<Page<Forecast>>;
  forecast(workspaceId: string, id: string): Promise<Forecast | undefined>;
  serviceForecasts(
    workspaceId: string,
    query: { readonly environment?: string | undefined; readonly service?: string | undefined },
  ): Promise<readonly ServiceForecast[]>;
  incidents(workspaceId: string, query: IncidentQuery): Promise<Page<IncidentRow>>;
  /** By id or by INC-number. */
  incident(workspaceId: string, idOrName: string): Promise<IncidentResource | undefined>;
  /** Oldest entries first unless asked otherwise. */
  timeline(
    workspaceId: string,
    incidentId: string,
    query: PageQuery & { readonly order?: 'oldest' | 'newest' | undefined },
  ): Promise<Page<TimelineEntry>>;
  evidence(workspaceId: string, incidentId: string): Promise<readonly Evidence[]>;
  narrative(workspaceId: string, incidentId: string): Promise<Narrative | undefined>;
  decisions(workspaceId: string, incidentId: string): Promise<readonly PolicyDecision[]>;
  /** The decision log, newest first, without inputs. */
  decisionLog(
    workspaceId: string,
    query: PageQuery & {
      readonly environment?: string | undefined;
      readonly effect?: string | undefined;
      readonly rule?: string | undefined;
    },
  ): Promise<Page<DecisionRow>>;
  decision(workspaceId: string, id: string): Promise<PolicyDecision | undefined>;
  ruleRecords(workspaceId: string): Promise<readonly RuleRecord[]>;
  plans(
    workspaceId: string,
    query: PageQuery & {
      readonly incidentId?: string | undefined;
      readonly environment?: string | undefined;
      readonly state?: string | undefined;
    },
  ): Promise<Page<Plan>>;
  plan(workspaceId: string, id: string): Promise<Plan | undefined>;
  approvals(
    workspaceId: string,
    query: PageQuery & { readonly state?: string | undefined; readonly environment?: string | undefined },
  ): Promise<Page<Approval>>;
  approval(workspaceId: string, id: string): Promise<Approval | undefined>;
  runs(
    workspaceId: string,
    query: PageQuery & {
      readonly state?: string | undefined;
      readonly environment?: string | undefined;
      readonly service?: string | undefined;
      readonly runbook?: string | undefined;
      readonly incidentId?: string | undefined;
    },
  ): Promise<Page<Run>>;
  run(workspaceId: string, id: string): Promise<Run | undefined>;
  runLog(
    workspaceId: string,
    runId: string,
    query: {
      readonly from: number;
      readonly until?: number | undefined;
      readonly limit: number;
      readonly order?: 'oldest' | 'newest' | undefined;
      readonly failures?: boolean | undefined;
      readonly text?: string | undefined;
    },
  ): Promise<{ readonly lines: readonly RunLogLine[]; readonly total: number }>;
  runbooks(workspaceId: string): Promise<readonly RunbookResource[]>;
  rateCards(workspaceId: string): Promise<readonly RateCard[]>;
  value(workspaceId: string, period: string): Promise<ValueSummary>;
  audit(
    workspaceId: string,
    query: PageQuery & {
      readonly actor?: string | undefined;
      readonly verb?: string | undefined;
      readonly incidentId?: string | undefined;
      readonly q?: string | undefined;
    },
  ): Promise<Page<AuditEntry>>;
  auditEntry(workspaceId: string, id: string): Promise<AuditEntry | undefined>;
  /** Recomputes the chain from the stored bytes and names the first bad entry. */
  /** Recomputes the whole log; `signedByUs` says whether a checkpoint's text carries our signature. */
  auditVerify(
    workspaceId: string,
    signedByUs: (note: {
      readonly text: string;
      readonly keyHint: string;
      readonly signature: Uint8Array;
    }) => Promise<boolean>,
  ): Promise<AuditStatus>;
  /** As of the last verification plus the head. */
  auditStatus(workspaceId: string): Promise<AuditStatus>;
  controls(workspaceId: string): Promise<readonly Control[]>;
  integrations(workspaceId: string): Promise<readonly IntegrationResource[]>;
  ownFigures(workspaceId: string): Promise<OwnFigures>;
  /** How many labelled alarms were useful, by detector and by service. */
  precision(
    workspaceId: string,
    query: {
      readonly environment?: string | undefined;
      readonly service?: string | undefined;
      readonly environments?: readonly string[] | undefined;
    },
  ): Promise<AlarmPrecision>;
  configProblem(workspaceId: string): Promise<{ readonly file: string; readonly message: string } | undefined>;
}

/** The durable event log behind SSE. */
export interface LiveEventLog {
  since(workspaceId: string, seq: number, limit: number): Promise<readonly LiveEvent[]>;
  head(workspaceId: string): Promise<number>;
  /** The sequence number before the first event of the last `milliseconds`; the head where nothing happened in them. */
  before(workspaceId: string, milliseconds: number): Promise<number>;
  /** Calls back on every commit (and tick) of any workspace, from one LISTEN connection; returns unsubscribe. */
  subscribe(
    onEvent: (workspaceId: string, event: LiveEvent | { readonly tick: LiveEvent }) => void,
  ): Promise<() => Promise<void>>;
}

export interface TokenRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  readonly environments: readonly string[];
  readonly source: string | undefined;
  readonly createdAt: string;
  readonly expiresAt: string | undefined;
  readonly revokedAt: string | undefined;
  readonly lastUsedAt: string | undefined;
}

export interface SessionRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly subject: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  readonly environments: readonly string[];
  readonly authenticatedAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}

/** Tokens and sessions are stored hashed; look-ups by hash are the only ones without a workspace. */
export interface AccessStore {
  defaultWorkspace(): Promise<string>;
  workspaceByName(name: string): Promise<string | undefined>;
  createToken(token: Omit<TokenRow, 'createdAt' | 'revokedAt' | 'lastUsedAt'>, hash: string): Promise<void>;
  findToken(hash: string): Promise<TokenRow | undefined>;
  touchToken(workspaceId: string, id: string): Promise<void>;
  tokens(workspaceId: string): Promise<readonly TokenRow[]>;
  revokeToken(workspaceId: string, id: string): Promise<boolean>;
  createSession(session: Omit<SessionRow, 'lastSeenAt'>, hash: string): Promise<void>;
  findSession(hash: string): Promise<SessionRow | undefined>;
  touchSession(workspaceId: string, id: string): Promise<void>;
  deleteSession(workspaceId: string, id: string): Promise<void>;
}

/** Answers stored under Idempotency-Key for 24 h, per principal and route. */
export interface IdempotencyStore {
  /** Claims the key: `new` to go on, the stored answer, or `busy` while the first call still runs; `mismatch` when the body differs. */
  claim(
    workspaceId: string,
    key: string,
    bodyDigest: string,
  ): Promise<
    | { readonly kind: 'new' }
    | { readonly kind: 'stored'; readonly status: number; readonly body: unknown }
    | { readonly kind: 'busy' }
    | { readonly kind: 'mismatch' }
  >;
  complete(workspaceId: string, key: string, status: number, body: unknown): Promise<void>;
  release(workspaceId: string, key: string): Promise<void>;
}

/** Kill switches: one SQL function, audited, works with Redis and OPA down. */
export interface ControlStore {
  set(
    workspaceId: string,
    control: {
      readonly scope: string;
      readonly level: Control['level'];
      readonly reason: string;
      readonly actor: { readonly kind: 'person' | 'system' | 'agent' | 'service'; readonly id: string };
    },
  ): Promise<{ readonly control: Control; readonly auditId: string }>;
}

/** Outgoing webhooks: channels, delivery log, redeliver under the same key. */
export interface ChannelStore {
  channels(workspaceId: string): Promise<
    readonly {
      readonly id: string;
      readonly name: string;
      readonly url: string;
      readonly disabledAt: string | undefined;
      readonly createdAt: string;
    }[]
  >;
  createChannel(
    workspaceId: string,
    channel: { readonly id: string; readonly name: string; readonly url: string; readonly secret: string },
  ): Promise<boolean>;
  /** Turns a channel off; false where there is none, or it is off already. */
  disableChannel(workspaceId: string, id: string): Promise<boolean>;
  deliveries(
    workspaceId: string,
    query: PageQuery,
  ): Promise<
    Page<{
      readonly id: string;
      readonly channelId: string;
      readonly messageId: string;
      readonly type: string;
      readonly state: 'waiting' | 'delivered' | 'failed' | 'dead';
      readonly attempts: number;
      readonly lastStatus: number | undefined;
      readonly lastError: string | undefined;
      readonly createdAt: string;
      readonly deliveredAt: string | undefined;
    }>
  >;
  redeliver(workspaceId: string, deliveryId: string): Promise<boolean>;
  enqueueTest(workspaceId: string, channelId: string): Promise<string | undefined>;
}

/** How a deed of a person is told, in the same transaction: its audit entry, and what open pages hear of it. */
export interface Telling {
  readonly audit: AuditDraft;
  readonly events?: readonly LiveEventDraft[] | undefined;
}

/** What people say of anomalies, one label a person and anomaly. */
export interface LabelStore {
  ofIncident(workspaceId: string, incidentId: string): Promise<readonly AnomalyLabel[]>;
  ofAnomaly(workspaceId: string, anomalyId: string): Promise<readonly AnomalyLabel[]>;
  /** Returns the audit id. */
  set(
    workspaceId: string,
    anomalyIds: readonly string[],
    given: { readonly label: LabelValue; readonly reason?: string | undefined; readonly by: Actor },
    telling: Telling,
  ): Promise<string>;
  /** Takes back what this person said of these; returns the audit id. */
  revoke(workspaceId: string, anomalyIds: readonly string[], subject: string, telling: Telling): Promise<string>;
}

/** How each person likes the dashboard. */
export interface PreferencesStore {
  of(workspaceId: string, subject: string): Promise<PreferencesResource | undefined>;
  /** Stores when the version is still the one that was seen (0: none was stored); undefined when it is not. */
  put(
    workspaceId: string,
    subject: string,
    seen: number,
    preferences: Preferences,
  ): Promise<PreferencesResource | undefined>;
}

/** Notes of people on services' charts. */
export interface AnnotationStore {
  list(
    workspaceId: string,
    query: PageQuery & {
      readonly environment?: string | undefined;
      readonly service?: string | undefined;
      /** Only what touches this stretch of time. */
      readonly from?: Date | undefined;
      readonly to?: Date | undefined;
    },
  ): Promise<Page<Annotation>>;
  find(workspaceId: string, id: string): Promise<Annotation | undefined>;
  /** Returns the audit id. */
  add(workspaceId: string, annotation: Annotation, telling: Telling): Promise<string>;
  /** Returns the audit id. */
  remove(workspaceId: string, id: string, telling: Telling): Promise<string>;
}
