import { z } from 'zod';

/** OTLP's JSON encoding, tolerant: what we do not read is ignored. 64-bit integers come as strings or numbers. */
const Integer = z.union([z.string().regex(/^-?\d{1,20}$/), z.number()]);
/** proto3 JSON writes non-finite doubles as words; the binary encoding has them as they are. */
const Double = z.union([
  z.custom<number>((value) => typeof value === 'number'),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
]);
/** A list whose length is checked before anything in it is read: a body full of faults costs no more than one fault. */
const listOf = <T extends z.ZodType>(item: T, most: number) => z.array(z.unknown()).max(most).pipe(z.array(item));

export interface AnyValue {
  readonly stringValue?: string | null | undefined;
  readonly boolValue?: boolean | null | undefined;
  readonly intValue?: string | number | null | undefined;
  readonly doubleValue?: number | null | undefined;
  readonly bytesValue?: string | null | undefined;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] | undefined } | null | undefined;
  readonly kvlistValue?:
    | {
        readonly values?: readonly { readonly key: string; readonly value?: AnyValue | null | undefined }[] | undefined;
      }
    | null
    | undefined;
}

const AnyValue: z.ZodType<AnyValue> = z.lazy(() =>
  z.looseObject({
    stringValue: z.string().nullish(),
    boolValue: z.boolean().nullish(),
    intValue: Integer.nullish(),
    doubleValue: Double.nullish(),
    bytesValue: z.string().nullish(),
    arrayValue: z.looseObject({ values: listOf(AnyValue, 10_000).optional() }).nullish(),
    kvlistValue: z
      .looseObject({ values: listOf(z.looseObject({ key: z.string(), value: AnyValue.nullish() }), 10_000).optional() })
      .nullish(),
  }),
) as z.ZodType<AnyValue>;

const Attributes = listOf(z.looseObject({ key: z.string().max(256), value: AnyValue.nullish() }), 256).default([]);
export type Attributes = readonly { readonly key: string; readonly value?: AnyValue | null | undefined }[];
const Resource = z.looseObject({ attributes: Attributes }).nullish();

/** What is in it is read one by one. */
const OneByOne = z.array(z.unknown()).default([]);

export const NumberPoint = z.looseObject({
  attributes: Attributes,
  timeUnixNano: Integer.default('0'),
  asDouble: Double.nullish(),
  asInt: Integer.nullish(),
  flags: z.number().default(0),
});
export const HistogramPoint = z.looseObject({
  attributes: Attributes,
  timeUnixNano: Integer.default('0'),
  count: Integer.default('0'),
  sum: Double.nullish(),
  bucketCounts: listOf(Integer, 10_000).default([]),
  explicitBounds: listOf(z.number(), 10_000).default([]),
  flags: z.number().default(0),
});
export const SummaryPoint = z.looseObject({
  attributes: Attributes,
  timeUnixNano: Integer.default('0'),
  count: Integer.default('0'),
  sum: Double.default(0),
  quantileValues: listOf(z.looseObject({ quantile: Double.default(0), value: Double.default(0) }), 1_000).default([]),
  flags: z.number().default(0),
});
/** 2 is cumulative; JSON senders may write the enum's name. */
const Temporality = z.union([z.number(), z.string()]).default(0);

export const Metric = z.looseObject({
  name: z.string().min(1).max(256),
  unit: z.string().max(64).default(''),
  gauge: z.looseObject({ dataPoints: OneByOne }).nullish(),
  sum: z
    .looseObject({
      dataPoints: OneByOne,
      aggregationTemporality: Temporality,
      isMonotonic: z.boolean().default(false),
    })
    .nullish(),
  histogram: z.looseObject({ dataPoints: OneByOne, aggregationTemporality: Temporality }).nullish(),
  exponentialHistogram: z.looseObject({ dataPoints: OneByOne }).nullish(),
  summary: z.looseObject({ dataPoints: OneByOne }).nullish(),
});
export type Metric = z.infer<typeof Metric>;
export type NumberPoint = z.infer<typeof NumberPoint>;
export type HistogramPoint = z.infer<typeof HistogramPoint>;
export type SummaryPoint = z.infer<typeof SummaryPoint>;
export const MetricsRequest = z.looseObject({ resourceMetrics: OneByOne });
export const LogsRequest = z.looseObject({ resourceLogs: OneByOne });
export const ResourceMetrics = z.looseObject({ resource: Resource, scopeMetrics: OneByOne });
export const ResourceLogs = z.looseObject({ resource: Resource, scopeLogs: OneByOne });
export const ScopeMetrics = z.looseObject({ metrics: OneByOne });
export const ScopeLogs = z.looseObject({ logRecords: OneByOne });
export const OtlpLogRecord = z.looseObject({
  timeUnixNano: Integer.default('0'),
  observedTimeUnixNano: Integer.default('0'),
  severityNumber: z.union([z.number(), z.string()]).default(0),
  severityText: z.string().default(''),
  body: AnyValue.nullish(),
  attributes: Attributes,
  traceId: z.string().max(64).default(''),
});
export type OtlpLogRecord = z.infer<typeof OtlpLogRecord>;
