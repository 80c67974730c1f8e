import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { parseJsonBytes, JsonBytesError } from '../signal-batch/json-bytes.ts';
import { refused, refusedBy, type Parsed, type Refused } from '../signal-batch/parsed.ts';
import { labelName, labelsOf, millisecondsOf, resourceLabels } from './attributes.ts';
import { decodeOtlp } from './descriptor.ts';
import { MetricsRequest, type Metric } from './otlp-schema.ts';

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
): Parsed<PartialSuccess> {
  const decoded = decodeRequest('metrics', bytes, encoding);
  if (!decoded.ok) return decoded.refusal;
  const parsed = MetricsRequest.safeParse(decoded.value);
  if (!parsed.success) return refusedBy(parsed.error);
  const writer = new MetricWriter(new BatchBuilder(source));
  for (const { resource, scopeMetrics } of parsed.data.resourceMetrics) {
    const common = resourceLabels(resource?.attributes ?? []);
    for (const scope of scopeMetrics) for (const metric of scope.metrics) writer.write(metric, common);
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
        : `byte ${/index out of range: (\d+)/.exec(detail)?.[1] ?? bytes.length}`;
    return {
      ok: false,
      refusal: refused(`The request is not an OTLP ${signal} message in ${encoding}: ${detail}`, [{ pointer, detail }]),
    };
  }
}

class MetricWriter {
  rejected = 0;
  readonly builder: BatchBuilder;
  readonly #reasons = new Set<string>();

  constructor(builder: BatchBuilder) {
    this.builder = builder;
  }

  message(): string {
    return [...this.#reasons].slice(0, 5).join(' ');
  }

  write(metric: Metric, common: Readonly<Record<string, string>>): void {
    const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
    if (gauge) for (const point of gauge.dataPoints) this.#number(nameOfMetric(metric, false), point, common);
    if (sum) {
      if (!isCumulative(sum.aggregationTemporality))
        this.#reject(
          metric,
          sum.dataPoints.length,
          'has delta temporality; set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative.',
        );
      else for (const point of sum.dataPoints) this.#number(nameOfMetric(metric, sum.isMonotonic), point, common);
    }
    if (histogram) {
      if (!isCumulative(histogram.aggregationTemporality))
        this.#reject(
          metric,
          histogram.dataPoints.length,
          'has delta temporality; set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative.',
        );
      else for (const point of histogram.dataPoints) this.#histogram(metric, point, common);
    }
    if (exponentialHistogram)
      this.#reject(
        metric,
        exponentialHistogram.dataPoints.length,
        'is an exponential histogram; use explicit buckets.',
      );
    if (summary) for (const point of summary.dataPoints) this.#summary(metric, point, common);
  }

  #number(
    name: string,
    point: NonNullable<Metric['gauge']>['dataPoints'][number],
    common: Readonly<Record<string, string>>,
  ): void {
    if ((point.flags & NO_RECORDED_VALUE) !== 0) return;
    const at = this.#time(name, point.timeUnixNano);
    const value =
      point.asDouble ?? (point.asInt === null || point.asInt === undefined ? undefined : Number(point.asInt));
    if (at === undefined) return;
    if (value === undefined) return this.#rejectOne(`${name} has a point without a value.`);
    if (!Number.isNaN(value))
      this.builder.sample(this.builder.seriesOf(name, { ...labelsOf(point.attributes), ...common }), at, value);
  }

  #histogram(
    metric: Metric,
    point: NonNullable<Metric['histogram']>['dataPoints'][number],
    common: Readonly<Record<string, string>>,
  ): void {
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

  #summary(
    metric: Metric,
    point: NonNullable<Metric['summary']>['dataPoints'][number],
    common: Readonly<Record<string, string>>,
  ): void {
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
    const at = millisecondsOf(nanoseconds);
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
