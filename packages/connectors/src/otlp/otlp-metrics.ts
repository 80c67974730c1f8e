import { MOST_SIGNALS } from '@autoops/contracts';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { parseJsonBytes, JsonBytesError } from '../signal-batch/json-bytes.ts';
import { refused, refusedBy, type Parsed, type Refused } from '../signal-batch/parsed.ts';
import type { z } from 'zod';
import { labelName, labelsOf, millisecondsOf, resourceLabels } from './attributes.ts';
import { DecodeError } from '../prometheus-remote-write/field-reader.ts';
import { decodeOtlp } from './descriptor.ts';
import {
  HistogramPoint,
  Metric,
  MetricsRequest,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
  SummaryPoint,
} from './otlp-schema.ts';

/** How many data points (or records) could not be taken, and why; the rest is stored (`partial_success`). */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/** Bit 0 of a point's flags: no recorded value (opentelemetry-proto, DataPointFlags). */
const NO_RECORDED_VALUE = 1;

/** Unit suffixes by the OpenTelemetry to Prometheus translation. */
const UNIT_SUFFIXES: Readonly<Record<string, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  min: 'minutes',
  h: 'hours',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  '%': 'percent',
};

/**
 * Reads an OTLP/HTTP metrics request in either encoding: gauges and cumulative sums as samples, histograms as `_bucket`, `_sum` and
 * `_count` series with cumulative buckets, summaries by quantile. Delta sums and exponential histograms are rejected point by point.
 */
export function parseOtlpMetrics(
  bytes: Uint8Array,
  encoding: 'protobuf' | 'json',
  source: string,
  receivedAt: Date,
): Parsed<PartialSuccess> {
  const decoded = decodeRequest('metrics', bytes, encoding);
  if (!decoded.ok) return decoded.refusal;
  const parsed = MetricsRequest.safeParse(decoded.value);
  if (!parsed.success) return refusedBy(parsed.error);
  const writer = new MetricWriter(new BatchBuilder(source), receivedAt);
  for (const [at, item] of parsed.data.resourceMetrics.entries()) {
    const pointer = `/resourceMetrics/${at}`;
    const group = ResourceMetrics.safeParse(item);
    if (!group.success) return refusedBy(group.error, pointer);
    const common = resourceLabels(group.data.resource?.attributes ?? []);
    for (const [place, inner] of group.data.scopeMetrics.entries()) {
      const scope = ScopeMetrics.safeParse(inner);
      if (!scope.success) return refusedBy(scope.error, `${pointer}/scopeMetrics/${place}`);
      for (const [index, one] of scope.data.metrics.entries()) {
        const refusal = writer.write(one, common, `${pointer}/scopeMetrics/${place}/metrics/${index}`);
        if (refusal !== undefined) return refusal;
      }
    }
  }
  return { ok: true, batch: writer.builder.finish(), rejected: writer.rejected, message: writer.message() };
}

/** The request in OTLP's JSON shape, whatever its encoding was. */
export function decodeRequest(
  signal: 'metrics' | 'logs',
  bytes: Uint8Array,
  encoding: 'protobuf' | 'json',
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: Refused } {
  try {
    return { ok: true, value: encoding === 'json' ? parseJsonBytes(bytes) : decodeOtlp(signal, bytes) };
  } catch (fault) {
    const detail = fault instanceof Error ? fault.message : 'cannot be decoded';
    const pointer =
      fault instanceof JsonBytesError
        ? fault.pointer
        : fault instanceof DecodeError
          ? `byte ${fault.byte}`
          : `byte ${/index out of range: (\d+)/.exec(detail)?.[1] ?? bytes.length}`;
    return {
      ok: false,
      refusal: refused(`The request is not an OTLP ${signal} message in ${encoding}: ${detail}`, [{ pointer, detail }]),
    };
  }
}

const DELTA = 'has delta temporality; set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative.';

class MetricWriter {
  rejected = 0;
  readonly builder: BatchBuilder;
  readonly #receivedAt: Date;
  readonly #reasons = new Set<string>();
  #points = 0;

  constructor(builder: BatchBuilder, receivedAt: Date) {
    this.builder = builder;
    this.#receivedAt = receivedAt;
  }

  message(): string {
    return [...this.#reasons].slice(0, 5).join(' ');
  }

  /** Takes the points of a metric that stood at `pointer`; the refusal of the whole request where it is not one. */
  write(item: unknown, common: Readonly<Record<string, string>>, pointer: string): Refused | undefined {
    const parsed = Metric.safeParse(item);
    if (!parsed.success) return refusedBy(parsed.error, pointer);
    const metric = parsed.data;
    const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
    if (exponentialHistogram)
      this.#reject(
        metric,
        exponentialHistogram.dataPoints.length,
        'is an exponential histogram; use explicit buckets.',
      );
    if (sum && !isCumulative(sum.aggregationTemporality)) this.#reject(metric, sum.dataPoints.length, DELTA);
    if (histogram && !isCumulative(histogram.aggregationTemporality))
      this.#reject(metric, histogram.dataPoints.length, DELTA);
    return (
      this.#each(gauge?.dataPoints, NumberPoint, `${pointer}/gauge`, (point) =>
        this.#number(nameOfMetric(metric, false), point, common),
      ) ??
      this.#each(cumulative(sum), NumberPoint, `${pointer}/sum`, (point) =>
        this.#number(nameOfMetric(metric, sum?.isMonotonic ?? false), point, common),
      ) ??
      this.#each(cumulative(histogram), HistogramPoint, `${pointer}/histogram`, (point) =>
        this.#histogram(metric, point, common),
      ) ??
      this.#each(summary?.dataPoints, SummaryPoint, `${pointer}/summary`, (point) =>
        this.#summary(metric, point, common),
      )
    );
  }

  #each<T>(
    points: readonly unknown[] | undefined,
    schema: z.ZodType<T>,
    pointer: string,
    take: (point: T) => void,
  ): Refused | undefined {
    for (const [index, item] of (points ?? []).entries()) {
      const place = `${pointer}/dataPoints/${index}`;
      const point = schema.safeParse(item);
      if (!point.success) return refusedBy(point.error, place);
      take(point.data);
      this.#points += 1;
      if (this.#points > MOST_SIGNALS)
        return refused(`More than ${MOST_SIGNALS} data points: send smaller batches.`, [
          { pointer: place, detail: 'too many data points' },
        ]);
    }
    return undefined;
  }

  #number(name: string, point: NumberPoint, common: Readonly<Record<string, string>>): void {
    if ((point.flags & NO_RECORDED_VALUE) !== 0) return;
    const at = this.#time(name, point.timeUnixNano);
    const value =
      point.asDouble ?? (point.asInt === null || point.asInt === undefined ? undefined : Number(point.asInt));
    if (at === undefined) return;
    if (value === undefined) return this.#rejectOne(`${name} has a point without a value.`);
    if (!Number.isNaN(value))
      this.builder.sample(this.builder.seriesOf(name, { ...labelsOf(point.attributes), ...common }), at, value);
  }

  #histogram(metric: Metric, point: HistogramPoint, common: Readonly<Record<string, string>>): void {
    if ((point.flags & NO_RECORDED_VALUE) !== 0) return;
    const name = nameOfMetric(metric, false);
    const at = this.#time(name, point.timeUnixNano);
    if (at === undefined) return;
    const { bucketCounts, explicitBounds } = point;
    if (bucketCounts.length > 0 && bucketCounts.length !== explicitBounds.length + 1)
      return this.#rejectOne(`${name} has ${bucketCounts.length} buckets for ${explicitBounds.length} bounds.`);
    const labels = { ...labelsOf(point.attributes), ...common };
    let cumulative = 0;
    for (const [index, count] of bucketCounts.entries()) {
      cumulative += Number(count);
      const bound = explicitBounds[index];
      this.#add(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, at, cumulative);
    }
    if (bucketCounts.length === 0) this.#add(`${name}_bucket`, { ...labels, le: '+Inf' }, at, Number(point.count));
    this.#add(`${name}_count`, labels, at, Number(point.count));
    if (point.sum !== null && point.sum !== undefined) this.#add(`${name}_sum`, labels, at, point.sum);
  }

  #summary(metric: Metric, point: SummaryPoint, common: Readonly<Record<string, string>>): void {
    if ((point.flags & NO_RECORDED_VALUE) !== 0) return;
    const name = nameOfMetric(metric, false);
    const at = this.#time(name, point.timeUnixNano);
    if (at === undefined) return;
    const labels = { ...labelsOf(point.attributes), ...common };
    for (const { quantile, value } of point.quantileValues)
      this.#add(name, { ...labels, quantile: String(quantile) }, at, value);
    this.#add(`${name}_count`, labels, at, Number(point.count));
    this.#add(`${name}_sum`, labels, at, point.sum);
  }

  #add(name: string, labels: Readonly<Record<string, string>>, at: number, value: number): void {
    if (!Number.isNaN(value)) this.builder.sample(this.builder.seriesOf(name, labels), at, value);
  }

  #time(name: string, nanoseconds: string | number): number | undefined {
    const at = millisecondsOf(nanoseconds, this.#receivedAt);
    if (at === undefined) this.#rejectOne(`${name} has a point without a usable time.`);
    return at;
  }

  #rejectOne(reason: string): void {
    this.rejected += 1;
    this.#reasons.add(reason);
  }

  #reject(metric: Metric, points: number, reason: string): void {
    this.rejected += points;
    if (points > 0) this.#reasons.add(`${metric.name} ${reason}`);
  }
}

function cumulative(
  points:
    | { readonly dataPoints: readonly unknown[]; readonly aggregationTemporality: number | string }
    | null
    | undefined,
): readonly unknown[] | undefined {
  return points && isCumulative(points.aggregationTemporality) ? points.dataPoints : undefined;
}

function isCumulative(temporality: number | string): boolean {
  return temporality === 2 || temporality === 'AGGREGATION_TEMPORALITY_CUMULATIVE';
}

function nameOfMetric(metric: Metric, monotonic: boolean): string {
  let name = labelName(metric.name);
  const suffix = UNIT_SUFFIXES[metric.unit];
  if (suffix !== undefined && !name.endsWith(`_${suffix}`) && !name.endsWith(`_${suffix}_total`))
    name = `${name.replace(/_total$/, '')}_${suffix}`;
  return monotonic && !name.endsWith('_total') ? `${name}_total` : name;
}
