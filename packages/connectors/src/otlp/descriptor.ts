import protobuf from 'protobufjs/light.js';
import { assertFewFields, type MessageShape } from './bounded.ts';

/** The parts of opentelemetry-proto (v1, metrics and logs) that we read, as a descriptor: field names, types and numbers. */
const field = (type: string, id: number, rule?: 'repeated') => (rule === undefined ? { type, id } : { type, id, rule });
const repeated = (type: string, id: number) => field(type, id, 'repeated');

const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      oneofs: {
        value: {
          oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
        },
      },
      fields: {
        stringValue: field('string', 1),
        boolValue: field('bool', 2),
        intValue: field('int64', 3),
        doubleValue: field('double', 4),
        arrayValue: field('ArrayValue', 5),
        kvlistValue: field('KeyValueList', 6),
        bytesValue: field('bytes', 7),
      },
    },
    ArrayValue: { fields: { values: repeated('AnyValue', 1) } },
    KeyValueList: { fields: { values: repeated('KeyValue', 1) } },
    KeyValue: { fields: { key: field('string', 1), value: field('AnyValue', 2) } },
    Resource: { fields: { attributes: repeated('KeyValue', 1) } },
    NumberDataPoint: {
      oneofs: { value: { oneof: ['asDouble', 'asInt'] } },
      fields: {
        attributes: repeated('KeyValue', 7),
        timeUnixNano: field('fixed64', 3),
        asDouble: field('double', 4),
        asInt: field('sfixed64', 6),
        flags: field('uint32', 8),
      },
    },
    HistogramDataPoint: {
      fields: {
        attributes: repeated('KeyValue', 9),
        timeUnixNano: field('fixed64', 3),
        count: field('fixed64', 4),
        sum: field('double', 5),
        bucketCounts: repeated('fixed64', 6),
        explicitBounds: repeated('double', 7),
        flags: field('uint32', 10),
      },
    },
    OpaqueDataPoint: { fields: {} },
    ValueAtQuantile: { fields: { quantile: field('double', 1), value: field('double', 2) } },
    SummaryDataPoint: {
      fields: {
        attributes: repeated('KeyValue', 7),
        timeUnixNano: field('fixed64', 3),
        count: field('fixed64', 4),
        sum: field('double', 5),
        quantileValues: repeated('ValueAtQuantile', 6),
        flags: field('uint32', 8),
      },
    },
    Gauge: { fields: { dataPoints: repeated('NumberDataPoint', 1) } },
    Sum: {
      fields: {
        dataPoints: repeated('NumberDataPoint', 1),
        aggregationTemporality: field('int32', 2),
        isMonotonic: field('bool', 3),
      },
    },
    Histogram: { fields: { dataPoints: repeated('HistogramDataPoint', 1), aggregationTemporality: field('int32', 2) } },
    ExponentialHistogram: { fields: { dataPoints: repeated('OpaqueDataPoint', 1) } },
    Summary: { fields: { dataPoints: repeated('SummaryDataPoint', 1) } },
    Metric: {
      fields: {
        name: field('string', 1),
        unit: field('string', 3),
        gauge: field('Gauge', 5),
        sum: field('Sum', 7),
        histogram: field('Histogram', 9),
        exponentialHistogram: field('ExponentialHistogram', 10),
        summary: field('Summary', 11),
      },
    },
    ScopeMetrics: { fields: { metrics: repeated('Metric', 2) } },
    ResourceMetrics: { fields: { resource: field('Resource', 1), scopeMetrics: repeated('ScopeMetrics', 2) } },
    MetricsRequest: { fields: { resourceMetrics: repeated('ResourceMetrics', 1) } },
    LogRecord: {
      fields: {
        timeUnixNano: field('fixed64', 1),
        severityNumber: field('int32', 2),
        severityText: field('string', 3),
        body: field('AnyValue', 5),
        attributes: repeated('KeyValue', 6),
        traceId: field('bytes', 9),
        observedTimeUnixNano: field('fixed64', 11),
      },
    },
    ScopeLogs: { fields: { logRecords: repeated('LogRecord', 2) } },
    ResourceLogs: { fields: { resource: field('Resource', 1), scopeLogs: repeated('ScopeLogs', 2) } },
    LogsRequest: { fields: { resourceLogs: repeated('ResourceLogs', 1) } },
    PartialSuccess: { fields: { rejected: field('int64', 1), errorMessage: field('string', 2) } },
    Answer: { fields: { partialSuccess: field('PartialSuccess', 1) } },
  },
});

const METRICS = root.lookupType('MetricsRequest');
const LOGS = root.lookupType('LogsRequest');
const ANSWER = root.lookupType('Answer');

const shapes = new Map<protobuf.Type, MessageShape>();

/** The shape of a type; messages may hold themselves (a list of values is a value). */
function shapeOf(type: protobuf.Type): MessageShape {
  const known = shapes.get(type);
  if (known !== undefined) return known;
  const messages = new Map<number, MessageShape>();
  const packed = new Set<number>();
  const shape = { messages, packed };
  shapes.set(type, shape);
  for (const one of type.fieldsArray) {
    const { resolvedType } = one.resolve();
    if (resolvedType instanceof protobuf.Type) messages.set(one.id, shapeOf(resolvedType));
    else if (one.repeated && (one.type === 'fixed64' || one.type === 'double')) packed.add(one.id);
  }
  return shape;
}

/** Decodes a request into the shape of OTLP's JSON encoding: 64-bit integers as strings. Throws on bytes that are not the message. */
export function decodeOtlp(signal: 'metrics' | 'logs', bytes: Uint8Array): unknown {
  const type = signal === 'metrics' ? METRICS : LOGS;
  assertFewFields(bytes, shapeOf(type));
  return type.toObject(type.decode(bytes), { longs: String, bytes: String });
}

/** Encodes ExportMetricsServiceResponse or ExportLogsServiceResponse (same shape); full success is the empty message. */
export function encodeAnswer(rejected: number, message: string): Uint8Array {
  return ANSWER.encode(
    rejected === 0 && message === '' ? {} : { partialSuccess: { rejected, errorMessage: message } },
  ).finish();
}

/** Encodes a request; for tests and fixtures. */
export function encodeOtlp(signal: 'metrics' | 'logs', request: object): Uint8Array {
  const type = signal === 'metrics' ? METRICS : LOGS;
  return type.encode(type.fromObject(request)).finish();
}
