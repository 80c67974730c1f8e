import { z } from 'zod';

/** OTLP's JSON encoding, tolerant: what we do not read is ignored. 64-bit integers come as strings or numbers. */
const Integer = z.union([z.string().regex(/^-?\d{1,20}$/), z.number()]);
/** proto3 JSON writes non-finite doubles as words. */
const Double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

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
    arrayValue: z.looseObject({ values: z.array(AnyValue).optional() }).nullish(),
    kvlistValue: z
      .looseObject({ values: z.array(z.looseObject({ key: z.string(), value: AnyValue.nullish() })).optional() })
      .nullish(),
  }),
) as z.ZodType<AnyValue>;

const Attributes = z
  .array(z.looseObject({ key: z.string().max(256), value: AnyValue.nullish() }))
  .max(256)
  .default([]);
export type Attributes = readonly { readonly key: string; readonly value?: AnyValue | null | undefined }[];
const Resource = z.looseObject({ attributes: Attributes }).nullish();

const NumberPoint = z.looseObject({
  attributes: Attributes,
  timeUnixNano: Integer.default('0'),
  asDouble: Double.nullish(),
  asInt: Integer.nullish(),
  flags: z.number().default(0),
});
const HistogramPoint = z.looseObject({
  attributes: Attributes,
  timeUnixNano: Integer.default('0'),
  count: Integer.default('0'),
  sum: Double.nullish(),
  bucketCounts: z.array(Integer).max(10_000).default([]),
  explicitBounds: z.array(z.number()).max(10_000).default([]),
  flags: z.number().default(0),
});
const SummaryPoint = z.looseObject({
  attributes: Attributes,
  timeUnixNano: Integer.default('0'),
  count: Integer.default('0'),
  sum: Double.default(0),
  quantileValues: z
    .array(z.looseObject({ quantile: Double.default(0), value: Double.default(0) }))
    .max(1_000)
    .default([]),
  flags: z.number().default(0),
});
const points = <T extends z.ZodType>(point: T) => z.array(point).default([]);
/** 2 is cumulative; JSON senders may write the enum's name. */
const Temporality = z.union([z.number(), z.string()]).default(0);

export const Metric = z.looseObject({
  name: z.string().min(1).max(256),
  unit: z.string().max(64).default(''),
  gauge: z.looseObject({ dataPoints: points(NumberPoint) }).nullish(),
  sum: z
    .looseObject({
      dataPoints: points(NumberPoint),
      aggregationTemporality: Temporality,
      isMonotonic: z.boolean().default(false),
    })
    .nullish(),
  histogram: z.looseObject({ dataPoints: points(HistogramPoint), aggregationTemporality: Temporality }).nullish(),
  exponentialHistogram: z.looseObject({ dataPoints: points(z.looseObject({})) }).nullish(),
  summary: z.looseObject({ dataPoints: points(SummaryPoint) }).nullish(),
});
export type Metric = z.infer<typeof Metric>;
export const MetricsRequest = z.looseObject({
  resourceMetrics: z
    .array(
      z.looseObject({
        resource: Resource,
        scopeMetrics: z.array(z.looseObject({ metrics: z.array(Metric).default([]) })).default([]),
      }),
    )
    .default([]),
});
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
export const LogsRequest = z.looseObject({
  resourceLogs: z
    .array(
      z.looseObject({
        resource: Resource,
        scopeLogs: z.array(z.looseObject({ logRecords: z.array(OtlpLogRecord).default([]) })).default([]),
      }),
    )
    .default([]),
});
