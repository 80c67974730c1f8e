import { MOST_SIGNALS, type LogRecord } from '@autoops/contracts';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { refused, refusedBy, type Parsed } from '../signal-batch/parsed.ts';
import { labelsOf, millisecondsOf, resourceLabels, textOf } from './attributes.ts';
import { encodeAnswer } from './descriptor.ts';
import { decodeRequest, type PartialSuccess } from './otlp-metrics.ts';
import { LogsRequest, OtlpLogRecord, ResourceLogs, ScopeLogs } from './otlp-schema.ts';

/** First severity number of each of ours (opentelemetry-proto, SeverityNumber: four numbers a level). */
const LEVELS: readonly (readonly [number, LogRecord['severity']])[] = [
  [21, 'fatal'],
  [17, 'error'],
  [13, 'warn'],
  [9, 'info'],
  [5, 'debug'],
  [1, 'trace'],
];

/** Reads an OTLP/HTTP logs request in either encoding. A record without a time has that of its observation, else of its receipt. */
export function parseOtlpLogs(
  bytes: Uint8Array,
  encoding: 'protobuf' | 'json',
  source: string,
  receivedAt: Date,
): Parsed<PartialSuccess> {
  const decoded = decodeRequest('logs', bytes, encoding);
  if (!decoded.ok) return decoded.refusal;
  const parsed = LogsRequest.safeParse(decoded.value);
  if (!parsed.success) return refusedBy(parsed.error);
  const builder = new BatchBuilder(source);
  let records = 0;
  for (const [at, item] of parsed.data.resourceLogs.entries()) {
    const pointer = `/resourceLogs/${at}`;
    const group = ResourceLogs.safeParse(item);
    if (!group.success) return refusedBy(group.error, pointer);
    const common = resourceLabels(group.data.resource?.attributes ?? []);
    for (const [place, inner] of group.data.scopeLogs.entries()) {
      const scope = ScopeLogs.safeParse(inner);
      if (!scope.success) return refusedBy(scope.error, `${pointer}/scopeLogs/${place}`);
      records += scope.data.logRecords.length;
      if (records > MOST_SIGNALS)
        return refused(`More than ${MOST_SIGNALS} log records: send smaller batches.`, [
          { pointer: `${pointer}/scopeLogs/${place}/logRecords`, detail: 'too many log records' },
        ]);
      for (const [index, one] of scope.data.logRecords.entries()) {
        const record = OtlpLogRecord.safeParse(one);
        if (!record.success) return refusedBy(record.error, `${pointer}/scopeLogs/${place}/logRecords/${index}`);
        builder.log(logOf(record.data, common, receivedAt));
      }
    }
  }
  return { ok: true, batch: builder.finish(), rejected: 0, message: '' };
}

function logOf(record: OtlpLogRecord, common: Readonly<Record<string, string>>, receivedAt: Date): LogRecord {
  const at =
    millisecondsOf(record.timeUnixNano, receivedAt) ??
    millisecondsOf(record.observedTimeUnixNano, receivedAt) ??
    receivedAt.getTime();
  return {
    timestamp: new Date(at).toISOString(),
    severity: severityOf(record),
    body: textOf(record.body),
    labels: {
      ...labelsOf(record.attributes),
      ...(record.traceId === '' ? {} : { trace_id: record.traceId }),
      ...common,
    },
  };
}

function severityOf(record: OtlpLogRecord): LogRecord['severity'] {
  const number = typeof record.severityNumber === 'number' ? record.severityNumber : 0;
  const byNumber = LEVELS.find(([first]) => number >= first)?.[1];
  if (byNumber !== undefined) return byNumber;
  const text =
    `${record.severityText} ${typeof record.severityNumber === 'string' ? record.severityNumber : ''}`.toLowerCase();
  return LEVELS.find(([, level]) => text.includes(level))?.[1] ?? 'info';
}

/** The export answer in the request's encoding; `rejected` 0 and no message is full success. */
export function otlpAnswer(
  signal: 'metrics' | 'logs',
  encoding: 'protobuf' | 'json',
  rejected: number,
  message: string,
): Uint8Array {
  if (encoding === 'protobuf') return encodeAnswer(rejected, message);
  const member = signal === 'metrics' ? 'rejectedDataPoints' : 'rejectedLogRecords';
  const body =
    rejected === 0 && message === '' ? {} : { partialSuccess: { [member]: String(rejected), errorMessage: message } };
  return new TextEncoder().encode(JSON.stringify(body));
}
