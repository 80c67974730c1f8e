import {
  IngestLogsRequest,
  IngestMetricsRequest,
  IngestRequest,
  type LogRecord,
  type MetricSample,
} from '@autoops/contracts';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { refused, refusedBy, type Parsed } from '../signal-batch/parsed.ts';

/** `POST /api/v1/ingest/metrics`: all samples or, where one is bad, none. */
export function parsePlainMetrics(body: unknown, source: string): Parsed {
  const parsed = IngestMetricsRequest.safeParse(body);
  if (!parsed.success) return refusedBy(parsed.error);
  const builder = new BatchBuilder(source);
  return addSamples(builder, parsed.data.samples) ?? { ok: true, batch: builder.finish() };
}

/** `POST /api/v1/ingest/logs`. */
export function parsePlainLogs(body: unknown, source: string): Parsed {
  const parsed = IngestLogsRequest.safeParse(body);
  if (!parsed.success) return refusedBy(parsed.error);
  const builder = new BatchBuilder(source);
  addLogs(builder, parsed.data.records);
  return { ok: true, batch: builder.finish() };
}

/** `POST /api/v1/ingest`: samples, records and events at once. */
export function parsePlainEverything(body: unknown, source: string): Parsed {
  const parsed = IngestRequest.safeParse(body);
  if (!parsed.success) return refusedBy(parsed.error);
  const builder = new BatchBuilder(source);
  const refusal = addSamples(builder, parsed.data.samples);
  if (refusal !== undefined) return refusal;
  addLogs(builder, parsed.data.records);
  for (const event of parsed.data.events) builder.event(event);
  return { ok: true, batch: builder.finish() };
}

function addSamples(builder: BatchBuilder, samples: readonly MetricSample[]) {
  for (const [index, sample] of samples.entries()) {
    const timestamp = Date.parse(sample.timestamp);
    if (Number.isNaN(timestamp))
      return refused('A sample has no usable time.', [
        { pointer: `/samples/${index}/timestamp`, detail: 'not a time' },
      ]);
    builder.sample(builder.seriesOf(sample.metric, sample.labels), timestamp, sample.value);
  }
  return undefined;
}

function addLogs(builder: BatchBuilder, records: readonly LogRecord[]): void {
  for (const record of records) builder.log({ ...record, timestamp: new Date(record.timestamp).toISOString() });
}
