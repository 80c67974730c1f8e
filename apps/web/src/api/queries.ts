import type {
  AlarmPrecision,
  Annotation,
  Anomaly,
  AnomalyLabel,
  Approval,
  AuditEntry,
  AuditStatus,
  Autonomy,
  ChannelResource,
  Control,
  DecisionRow,
  DeliveryResource,
  EnvironmentRules,
  EvaluateResponse,
  Evidence,
  Forecast,
  IncidentResource,
  IncidentRow,
  IntegrationResource,
  Narrative,
  OwnFigures,
  Page,
  Plan,
  PlanChanges,
  PolicyDecision,
  RateCard,
  Run,
  RunbookResource,
  RuleRecord,
  RunLogLine,
  SeriesResource,
  ServiceForecast,
  ServiceResource,
  SessionResource,
  SloResource,
  TimelineEntry,
  Toggle,
  TokenResource,
  ValueSummary,
  WhatIfResponse,
} from '@autoops/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson, send, withQuery, type Query } from './client.ts';

/** The first element of every key: what live events invalidate by. */
export type Resource =
  | 'session'
  | 'services'
  | 'slos'
  | 'series'
  | 'anomalies'
  | 'forecasts'
  | 'service-forecasts'
  | 'labels'
  | 'precision'
  | 'annotations'
  | 'incidents'
  | 'incident'
  | 'timeline'
  | 'evidence'
  | 'narrative'
  | 'plans'
  | 'plan'
  | 'evaluation'
  | 'approvals'
  | 'approval'
  | 'runs'
  | 'run'
  | 'run-log'
  | 'runbooks'
  | 'policies'
  | 'decisions'
  | 'value'
  | 'rate-cards'
  | 'audit'
  | 'audit-status'
  | 'controls'
  | 'self'
  | 'integrations'
  | 'tokens'
  | 'channels'
  | 'deliveries'
  | 'demo';

const path = (...parts: readonly string[]): string => `/api/v1/${parts.map(encodeURIComponent).join('/')}`;

function one<T>(resource: Resource, url: string, ...key: readonly unknown[]) {
  return queryOptions({
    queryKey: [resource, ...key],
    queryFn: ({ signal }) => getJson<T>(url, signal),
    meta: { path: url },
  });
}

function list<T>(resource: Resource, url: string, query: Query = {}) {
  return queryOptions({
    queryKey: [resource, query],
    queryFn: ({ signal }) => getJson<Page<T>>(withQuery(url, query), signal),
    meta: { path: withQuery(url, query) },
  });
}

/** A list that is read on, page after page, by its cursor. */
function pages<T>(resource: Resource, url: string, query: Query = {}, ...key: readonly unknown[]) {
  return infiniteQueryOptions({
    queryKey: [resource, 'pages', query, ...key],
    queryFn: ({ signal, pageParam }) =>
      getJson<Page<T>>(withQuery(url, { ...query, cursor: pageParam ?? undefined }), signal),
    // As JSON has it: the first page comes with the document.
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<T>) => last.next,
    meta: { path: withQuery(url, query), paged: true },
  });
}

export interface SeriesQuery extends Query {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly indicator?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly maxPoints?: number | undefined;
}

/** What `GET /api/v1/demo` answers: the sandbox as it stands. */
export interface DemoState {
  readonly enabled: boolean;
  readonly anybodyHasBroken?: boolean;
  readonly faults?: readonly {
    readonly name: string;
    readonly title?: string;
    readonly environment?: string;
    readonly active?: boolean;
    readonly startedAt?: string;
  }[];
}

/** A rule of the policy bundle, or a runbook as policy sees it. */
export interface PolicyRule {
  readonly id: string;
  readonly kind: 'rule' | 'runbook';
  readonly title: string;
  readonly description: string;
  readonly toggles: Readonly<Record<string, string>>;
  readonly autonomy: Readonly<Record<string, Autonomy | Toggle>>;
  /** Its Rego source, where the installation ships it. */
  readonly rego?: string;
}

/** What `GET /api/v1/policies` answers: rules and runbooks with their toggles, the bundle in force, and a reload that failed. */
export interface PolicyPage extends Page<PolicyRule> {
  readonly bundleDigest: string;
  readonly environments: readonly EnvironmentRules[];
  /** What each rule said over the last 7 days. */
  readonly records: readonly RuleRecord[];
  readonly configProblem?: { readonly file: string; readonly message: string };
  readonly bundleProblem?: string;
}

export const queries = {
  session: () => one<SessionResource>('session', path('session')),
  services: (query: Query = {}) => list<ServiceResource>('services', path('services'), query),
  service: (id: string) => one<ServiceResource>('services', path('services', id), 'one', id),
  slos: (query: Query = {}) => list<SloResource>('slos', path('slos'), query),
  slo: (id: string) => one<SloResource>('slos', path('slos', id), 'one', id),
  series: (query: SeriesQuery) => list<SeriesResource>('series', path('series'), query),
  forecasts: (query: Query = {}) => list<Forecast>('forecasts', path('forecasts'), query),
  serviceForecasts: (query: Query = {}) => list<ServiceForecast>('service-forecasts', path('service-forecasts'), query),
  anomalies: (query: Query = {}) => list<Anomaly>('anomalies', path('anomalies'), query),
  annotations: (query: Query) => list<Annotation>('annotations', path('annotations'), query),
  incidents: (query: Query = {}) => list<IncidentRow>('incidents', path('incidents'), query),
  incident: (id: string) => one<IncidentResource>('incident', path('incidents', id), id),
  /** What people said of an incident's anomalies, the newest first. */
  labels: (incidentId: string) =>
    one<Page<AnomalyLabel>>('labels', path('incidents', incidentId, 'labels'), incidentId),
  precision: (query: Query = {}) => one<AlarmPrecision>('precision', withQuery(path('precision'), query), query),
  timeline: (id: string) =>
    pages<TimelineEntry>('timeline', path('incidents', id, 'timeline'), { limit: 200, order: 'newest' }, id),
  evidence: (id: string) =>
    one<Page<Evidence>>('evidence', withQuery(path('incidents', id, 'evidence'), { limit: 200 }), id),
  narrative: (id: string) => one<Narrative>('narrative', path('incidents', id, 'narrative'), id),
  plan: (id: string) => one<Plan>('plan', path('plans', id), id),
  plans: (query: Query = {}) => list<Plan>('plans', path('plans'), query),
  /** Asks policy anew; it records an audit entry and changes nothing else. */
  evaluation: (planId: string, planHash: string) =>
    queryOptions({
      queryKey: ['evaluation' satisfies Resource, planId, planHash],
      queryFn: () => send<EvaluateResponse>('POST', path('plans', planId, 'evaluate'), {}),
      staleTime: 15_000,
    }),
  /** What policy would say of the plan with other parameters; nothing is stored by asking. */
  whatIf: (planId: string, planHash: string, changes: PlanChanges) =>
    queryOptions({
      queryKey: ['evaluation' satisfies Resource, 'what-if', planId, planHash, changes],
      queryFn: () => send<WhatIfResponse>('POST', path('plans', planId, 'what-if'), { changes }),
      staleTime: 15_000,
    }),
  approvals: (query: Query = {}) => list<Approval>('approvals', path('approvals'), query),
  approval: (id: string) => one<Approval>('approval', path('approvals', id), id),
  runs: (query: Query = {}) => list<Run>('runs', path('runs'), query),
  run: (id: string) => one<Run>('run', path('runs', id), id),
  runLog: (id: string, from: number, limit: number) =>
    one<{ readonly lines: readonly RunLogLine[]; readonly total: number }>(
      'run-log',
      withQuery(path('runs', id, 'log'), { from, limit }),
      id,
      from,
      limit,
    ),
  /** Lines of the whole log that are failures, or that hold `text` where there is one; `total` counts all of them. */
  runLogMatches: (id: string, text: string, query: Query = {}) =>
    one<{ readonly lines: readonly RunLogLine[]; readonly total: number }>(
      'run-log',
      withQuery(path('runs', id, 'log'), { limit: 1, ...query, ...(text === '' ? { failures: true } : { text }) }),
      id,
      'matches',
      text,
      query,
    ),
  runbooks: () => list<RunbookResource>('runbooks', path('runbooks')),
  runbook: (id: string) => one<RunbookResource>('runbooks', path('runbooks', id), 'one', id),
  policies: () => one<PolicyPage>('policies', path('policies')),
  policy: (id: string) => one<PolicyRule>('policies', path('policies', id), 'one', id),
  decisions: (query: Query = {}) => pages<DecisionRow>('decisions', path('decisions'), { limit: 50, ...query }),
  decision: (id: string) => one<PolicyDecision>('decisions', path('decisions', id), 'one', id),
  value: (period: string) => one<ValueSummary>('value', withQuery(path('value'), { period }), period),
  rateCards: () => list<RateCard>('rate-cards', path('rate-cards')),
  audit: (query: Query = {}) => pages<AuditEntry>('audit', path('audit'), { limit: 100, ...query }),
  auditEntry: (id: string) => one<AuditEntry>('audit', path('audit', id), 'one', id),
  auditStatus: () => one<AuditStatus>('audit-status', path('audit', 'status')),
  controls: () => list<Control>('controls', path('controls')),
  self: () => one<OwnFigures>('self', path('self')),
  integrations: () => list<IntegrationResource>('integrations', path('integrations')),
  tokens: () => list<TokenResource>('tokens', path('tokens')),
  channels: () => list<ChannelResource>('channels', path('channels')),
  deliveries: () => list<DeliveryResource>('deliveries', path('deliveries')),
  demo: () => one<DemoState>('demo', path('demo')),
};
