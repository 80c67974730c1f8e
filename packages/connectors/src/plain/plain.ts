import { ChangeEvent, LogRecord, MetricSample, MOST_LABELS, MOST_SIGNALS } from '@autoops/contracts';
import { z } from 'zod';
import { addEvent } from '../cloudevents/add-event.ts';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { hasTooMany, refusedBy, refusedByAll, type Parsed, type Place, type Refused } from '../signal-batch/parsed.ts';
import { isStorable, notStorable } from '../signal-batch/times.ts';

/** The envelopes; what is inside is read one by one, so that a body full of faults costs no more than its first twenty. */
const many = (most: number) => z.array(z.unknown()).max(most);
const Samples = z.strictObject({ samples: many(MOST_SIGNALS) });
const Records = z.strictObject({ records: many(MOST_SIGNALS) });
const Everything = z.strictObject({
  samples: many(MOST_SIGNALS).default([]),
  records: many(MOST_SIGNALS).default([]),
  events: many(10_000).default([]),
});

/** `POST /api/v1/ingest/metrics`: all samples or, where one is bad, none. */
export function parsePlainMetrics(body: unknown, source: string, receivedAt: Date): Parsed {
  const parsed = Samples.safeParse(body);
  if (!parsed.success) return refusedBy(parsed.error);
  const builder = new BatchBuilder(source);
  return addSamples(builder, parsed.data.samples, receivedAt) ?? { ok: true, batch: builder.finish() };
}

/** `POST /api/v1/ingest/logs`: all records or, where one is bad, none. */
export function parsePlainLogs(body: unknown, source: string, receivedAt: Date): Parsed {
  const parsed = Records.safeParse(body);
  if (!parsed.success) return refusedBy(parsed.error);
  const builder = new BatchBuilder(source);
  return addLogs(builder, parsed.data.records, receivedAt) ?? { ok: true, batch: builder.finish() };
}

/** `POST /api/v1/ingest`: samples, records and events at once; all or nothing. */
export function parsePlainEverything(body: unknown, source: string, receivedAt: Date): Parsed {
  const parsed = Everything.safeParse(body);
  if (!parsed.success) return refusedBy(parsed.error);
  const { samples, records, events } = parsed.data;
  const builder = new BatchBuilder(source);
  const refusal = addSamples(builder, samples, receivedAt) ?? addLogs(builder, records, receivedAt);
  if (refusal !== undefined) return refusal;
  for (const [index, item] of events.entries()) {
    const place = `/events/${index}`;
    const event = ChangeEvent.safeParse(item);
    if (!event.success) return refusedBy(event.error, place);
    const problem = addEvent(builder, event.data, place, receivedAt);
    if (problem !== undefined) return problem;
  }
  return { ok: true, batch: builder.finish() };
}

/** Reads every item with its schema and hands on the good ones; the places of the first faults, where there are any. */
function readAll<T extends { readonly timestamp: string; readonly labels: Readonly<Record<string, string>> }>(
  items: readonly unknown[],
  schema: z.ZodType<T>,
  place: string,
  receivedAt: Date,
  add: (item: T, timestampMs: number) => void,
): Refused | undefined {
  const places: Place[] = [];
  for (const [index, item] of items.entries()) {
    const read = hasTooMany(item, 'labels') ? undefined : schema.safeParse(item);
    if (read === undefined)
      places.push({ pointer: `${place}/${index}/labels`, detail: `at most ${MOST_LABELS} labels` });
    else if (!read.success) places.push(...refusedBy(read.error, `${place}/${index}`).errors);
    else {
      const timestampMs = Date.parse(read.data.timestamp);
      if (!isStorable(timestampMs, receivedAt))
        places.push({ pointer: `${place}/${index}/timestamp`, detail: notStorable(timestampMs) });
      else if (places.length === 0) add(read.data, timestampMs);
    }
    if (places.length >= 20) break;
  }
  return refusedByAll(places);
}

function addSamples(builder: BatchBuilder, samples: readonly unknown[], receivedAt: Date): Refused | undefined {
  return readAll(samples, MetricSample, '/samples', receivedAt, (sample, at) =>
    builder.sample(builder.seriesOf(sample.metric, sample.labels), at, sample.value),
  );
}

function addLogs(builder: BatchBuilder, records: readonly unknown[], receivedAt: Date): Refused | undefined {
  return readAll(records, LogRecord, '/records', receivedAt, (record, at) =>
    builder.log({ ...record, timestamp: new Date(at).toISOString() }),
  );
}
