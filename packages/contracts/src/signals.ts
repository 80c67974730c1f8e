import { z } from 'zod';
import { Instant, JsonObject, Name } from './primitives.ts';

export const Labels = z.record(z.string().min(1).max(128), z.string().max(1024));
export type Labels = z.infer<typeof Labels>;

/** Times that samples and log records may have, in ms before and after their receipt: each day of them has tables of its own. */
export const SIGNAL_TIMES = { oldestMs: 400 * 86_400_000, aheadMs: 86_400_000 } as const;
/** A sample dated further ahead than this is stored and not scored: its series would have no present until then. In ms. */
export const SCORED_AHEAD_MS = 60_000;
/** At most this many labels a series or record, and this many samples or records a request. */
export const MOST_LABELS = 64;
export const MOST_SIGNALS = 100_000;

/** `POST /api/v1/ingest/metrics`. Labels `service` and `environment` route a series to its shard. */
export const MetricSample = z.strictObject({
  metric: z.string().min(1).max(256),
  labels: Labels.default({}),
  timestamp: Instant,
  value: z.number(),
  type: z.enum(['counter', 'gauge', 'histogram', 'summary', 'untyped']).optional(),
});
export type MetricSample = z.infer<typeof MetricSample>;
export const IngestMetricsRequest = z.strictObject({ samples: z.array(MetricSample).max(100_000) });

export const LogSeverity = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
export const LogRecord = z.strictObject({
  timestamp: Instant,
  severity: LogSeverity.default('info'),
  body: z.string().max(65_536),
  labels: Labels.default({}),
});
export type LogRecord = z.infer<typeof LogRecord>;
export const IngestLogsRequest = z.strictObject({ records: z.array(LogRecord).max(100_000) });

/** CloudEvents 1.0 structured mode; `dev.autoops.change.{deploy,job,config}.v1` are the changes that stages know. */
export const ChangeEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(256),
  source: z.string().min(1).max(512),
  type: z.string().min(1).max(256),
  time: Instant.optional(),
  subject: z.string().optional(),
  traceparent: z.string().optional(),
  datacontenttype: z.string().optional(),
  data: z.looseObject({
    service: Name,
    environment: Name,
    version: z.string().optional(),
    job: z.string().optional(),
    summary: z.string().optional(),
  }),
});
export type ChangeEvent = z.infer<typeof ChangeEvent>;
export const IngestEventsRequest = z.union([ChangeEvent, z.array(ChangeEvent).max(10_000)]);

/** `POST /api/v1/ingest`: all three at once. */
export const IngestRequest = z.strictObject({
  samples: z.array(MetricSample).max(100_000).default([]),
  records: z.array(LogRecord).max(100_000).default([]),
  events: z.array(ChangeEvent).max(10_000).default([]),
});
export const IngestResponse = z.object({
  accepted: z.number().int(),
  duplicates: z.number().int(),
});
export type IngestResponse = z.infer<typeof IngestResponse>;

/** A series as stored: identity is metric + labels within a source; value type double, times in ms since the epoch. */
export interface SeriesIdentity {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Samples of many series in columns: index i of each array is one sample. Times in ms since the epoch. */
export interface SampleColumns {
  readonly seriesIndex: Uint32Array;
  readonly timestampMs: Float64Array;
  readonly value: Float64Array;
}

/** What every ingest route is turned into before it is stored: normalised and redacted. */
export interface SignalBatch {
  readonly source: string;
  readonly series: readonly SeriesIdentity[];
  readonly samples: SampleColumns;
  readonly logs: readonly LogRecord[];
  readonly events: readonly ChangeEvent[];
  readonly alerts: readonly AlertSignal[];
  readonly redactions: readonly Redaction[];
}

/** One alert of Alertmanager or a peer, idempotent on `key`. */
export interface AlertSignal {
  readonly key: string;
  readonly status: 'firing' | 'resolved';
  readonly name: string;
  readonly service: string;
  readonly environment: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly startsAt: string;
  readonly endsAt: string | undefined;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly truncated: number;
}

/** What a redaction hook replaced; the value itself is never kept. */
export interface Redaction {
  readonly hook: string;
  readonly field: string;
  readonly count: number;
}

/** A point of an indicator's grid; `value` is null where the tick is a gap. */
export const IndicatorPoint = z.object({
  at: Instant,
  value: z.number().nullable(),
  expected: z.number().optional(),
  bandLow: z.number().optional(),
  bandHigh: z.number().optional(),
});
export type IndicatorPoint = z.infer<typeof IndicatorPoint>;

/** `GET /api/v1/series?service=&environment=&indicator=&from=&to=&step=`; ids are stable. */
export const SeriesResource = z.object({
  id: z.string(),
  service: Name,
  environment: Name,
  indicator: z.string(),
  labels: Labels,
  unit: z.string(),
  view: z.enum(['service', 'client', 'balancer', 'raw']),
  source: z.string(),
  points: z.array(IndicatorPoint),
  newestAt: Instant.optional(),
  state: z.enum(['learning', 'ready']),
  samples: z.number().int(),
  learnsAt: z.number().int(),
  detail: JsonObject.optional(),
});
export type SeriesResource = z.infer<typeof SeriesResource>;
