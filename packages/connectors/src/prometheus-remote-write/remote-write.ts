import { MOST_LABELS, MOST_SIGNALS } from '@autoops/contracts';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { refused, type Parsed, type Place, type Refused } from '../signal-batch/parsed.ts';
import { isStorable, notStorable } from '../signal-batch/times.ts';
import { DecodeError, int64, messageEnd, openReader, readFields, type Reader } from './field-reader.ts';

/** What the `X-Prometheus-Remote-Write-*-Written` headers say, and what came in and was not written. */
export interface Written {
  readonly written: { readonly samples: number; readonly histograms: number; readonly exemplars: number };
  readonly notWritten: { readonly histograms: number; readonly exemplars: number };
  /** Samples whose time cannot be stored, at most 20 places of them. The others are written (a partial write of the specification). */
  readonly outOfBounds: readonly Place[];
}

const LONGEST_TEXT = 4_096;
/** A metric's name is part of an index, whose entries have a bound. */
const LONGEST_METRIC = 512;
const MOST_SYMBOLS = 1_000_000;
const LENGTH_DELIMITED = 2;
const MOST_PLACES = 20;

interface Counts {
  series: number;
  samples: number;
  histograms: number;
  exemplars: number;
  readonly outOfBounds: Place[];
  readonly receivedAt: Date;
}

/**
 * Reads an inflated remote-write request of either version into a batch: samples of any order; native histograms and exemplars are
 * counted as not written. Specification: prometheus.io/docs/specs/prw/remote_write_spec and _2_0.
 */
export function parseRemoteWrite(
  bytes: Uint8Array,
  version: '1.0' | '2.0',
  source: string,
  receivedAt: Date,
): Parsed<Written> {
  const builder = new BatchBuilder(source);
  const counts: Counts = { series: 0, samples: 0, histograms: 0, exemplars: 0, outOfBounds: [], receivedAt };
  try {
    const refusal =
      version === '1.0'
        ? readVersion1(openReader(bytes), builder, counts)
        : readVersion2(openReader(bytes), builder, counts);
    if (refusal !== undefined) return refusal;
  } catch (fault) {
    if (!(fault instanceof DecodeError)) throw fault;
    return refused(`The request is not a remote-write ${version} message: ${fault.message} (byte ${fault.byte}).`, [
      { pointer: `byte ${fault.byte}`, detail: fault.message },
    ]);
  }
  return {
    ok: true,
    batch: builder.finish(),
    written: { samples: counts.samples, histograms: 0, exemplars: 0 },
    notWritten: { histograms: counts.histograms, exemplars: counts.exemplars },
    outOfBounds: counts.outOfBounds,
  };
}

/** WriteRequest { repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3; } */
function readVersion1(reader: Reader, builder: BatchBuilder, counts: Counts): Refused | undefined {
  let refusal: Refused | undefined;
  readFields(reader, reader.len, (field, wireType) => {
    if (field !== 1 || wireType !== LENGTH_DELIMITED || refusal !== undefined) return false;
    refusal = readSeries1(reader, messageEnd(reader, reader.len), builder, counts);
    countSeries(counts, reader);
    return true;
  });
  return refusal;
}

/** More series than samples make no sense; messages of nothing would only take time. */
function countSeries(counts: Counts, reader: Reader): void {
  counts.series += 1;
  if (counts.series > MOST_SIGNALS) throw new DecodeError(`more than ${MOST_SIGNALS} series`, reader.pos);
}

/** TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3; repeated Histogram histograms = 4; } */
function readSeries1(reader: Reader, end: number, builder: BatchBuilder, counts: Counts): Refused | undefined {
  const labels: [string, string][] = [];
  const samples: number[] = [];
  readFields(reader, end, (field, wireType) => {
    if (wireType !== LENGTH_DELIMITED) return false;
    if (field === 1) {
      if (labels.length > MOST_LABELS) throw new DecodeError(`more than ${MOST_LABELS} labels`, reader.pos);
      labels.push(readLabel(reader, messageEnd(reader, end)));
    } else if (field === 2) readSample(reader, messageEnd(reader, end), samples, counts);
    else {
      if (field === 3) counts.exemplars += 1;
      if (field === 4) counts.histograms += 1;
      return false;
    }
    return true;
  });
  return addSeries(labels, samples, builder, counts);
}

function readLabel(reader: Reader, end: number): [string, string] {
  let name = '';
  let value = '';
  readFields(reader, end, (field, wireType) => {
    if (wireType !== LENGTH_DELIMITED) return false;
    if (field === 1) name = reader.string();
    else if (field === 2) value = reader.string();
    else return false;
    return true;
  });
  return [name, value];
}

/** Sample { double value = 1; int64 timestamp = 2; } appended as value, then timestamp in ms. */
function readSample(reader: Reader, end: number, samples: number[], counts: Counts): void {
  if (counts.samples + samples.length / 2 >= MOST_SIGNALS)
    throw new DecodeError(`more than ${MOST_SIGNALS} samples`, reader.pos);
  let value = 0;
  let timestamp = 0;
  readFields(reader, end, (field, wireType) => {
    if (field === 1 && wireType === 1) value = reader.double();
    else if (field === 2 && wireType === 0) timestamp = int64(reader);
    else return false;
    return true;
  });
  samples.push(value, timestamp);
}

/** io.prometheus.write.v2.Request { repeated string symbols = 4; repeated TimeSeries timeseries = 5; }; symbols may follow the series. */
function readVersion2(reader: Reader, builder: BatchBuilder, counts: Counts): Refused | undefined {
  const symbols: string[] = [];
  const spans: [number, number][] = [];
  readFields(reader, reader.len, (field, wireType) => {
    if (wireType !== LENGTH_DELIMITED) return false;
    if (field === 4) {
      if (symbols.length >= MOST_SYMBOLS) throw new DecodeError(`more than ${MOST_SYMBOLS} symbols`, reader.pos);
      symbols.push(reader.string());
    } else if (field === 5) {
      const end = messageEnd(reader, reader.len);
      spans.push([reader.pos, end]);
      reader.pos = end;
      if (spans.length > MOST_SIGNALS) throw new DecodeError(`more than ${MOST_SIGNALS} series`, reader.pos);
    } else return false;
    return true;
  });
  if (spans.length > 0 && symbols[0] !== '')
    return refused('The symbol table must start with an empty string.', [
      { pointer: '/symbols/0', detail: 'must be empty' },
    ]);
  for (const [start, end] of spans) {
    reader.pos = start;
    const refusal = readSeries2(reader, end, symbols, builder, counts);
    if (refusal !== undefined) return refusal;
    countSeries(counts, reader);
  }
  return undefined;
}

/** TimeSeries { repeated uint32 labels_refs = 1; repeated Sample samples = 2; repeated Histogram histograms = 3; repeated Exemplar exemplars = 4; Metadata metadata = 5; } */
function readSeries2(
  reader: Reader,
  end: number,
  symbols: readonly string[],
  builder: BatchBuilder,
  counts: Counts,
): Refused | undefined {
  const pointer = `/timeseries/${counts.series}`;
  const references: number[] = [];
  const samples: number[] = [];
  readFields(reader, end, (field, wireType) => {
    if (field === 1 && wireType === 0) references.push(reader.uint32());
    else if (field === 1 && wireType === LENGTH_DELIMITED) {
      const last = messageEnd(reader, end);
      while (reader.pos < last) references.push(reader.uint32());
    } else if (field === 2 && wireType === LENGTH_DELIMITED)
      readSample(reader, messageEnd(reader, end), samples, counts);
    else {
      if (field === 3) counts.histograms += 1;
      if (field === 4) counts.exemplars += 1;
      return false;
    }
    return true;
  });
  if (references.length > 2 * MOST_LABELS + 2)
    return refused(`A series has more than ${MOST_LABELS} labels.`, [
      { pointer: `${pointer}/labels_refs`, detail: `${references.length / 2} labels` },
    ]);
  if (references.length % 2 !== 0)
    return refused('Label references come in pairs.', [
      { pointer: `${pointer}/labels_refs`, detail: 'an odd number of references' },
    ]);
  const labels: [string, string][] = [];
  for (let index = 0; index < references.length; index += 2) {
    const name = symbols[references[index] ?? -1];
    const value = symbols[references[index + 1] ?? -1];
    if (name === undefined || value === undefined)
      return refused('A label reference points beyond the symbol table.', [
        { pointer: `${pointer}/labels_refs/${index}`, detail: 'no such symbol' },
      ]);
    labels.push([name, value]);
  }
  return addSeries(labels, samples, builder, counts);
}

function addSeries(
  pairs: readonly (readonly [string, string])[],
  samples: readonly number[],
  builder: BatchBuilder,
  counts: Counts,
): Refused | undefined {
  const pointer = `/timeseries/${counts.series}`;
  if (pairs.length > MOST_LABELS + 1)
    return refused(`A series has more than ${MOST_LABELS} labels.`, [
      { pointer: `${pointer}/labels`, detail: `${pairs.length} labels` },
    ]);
  const labels: Record<string, string> = {};
  let metric = '';
  for (const [index, [name, value]] of pairs.entries()) {
    const place = `${pointer}/labels/${index}`;
    if (name === '' || name.length > LONGEST_TEXT || value.length > LONGEST_TEXT)
      return refused('A label name is empty, or a label is too long.', [
        { pointer: place, detail: `names and values have 1 to ${LONGEST_TEXT} characters` },
      ]);
    if (name === '__name__') metric = value;
    else if (Object.hasOwn(labels, name))
      return refused(`The label ${name} comes twice.`, [{ pointer: place, detail: 'duplicate label' }]);
    else if (value !== '') labels[name] = value; // an empty value is the same as no label
  }
  if (samples.length === 0) return undefined; // metadata, histograms or exemplars only
  if (metric === '')
    return refused('A series has no metric name.', [{ pointer: `${pointer}/labels`, detail: '__name__ is missing' }]);
  if (metric.length > LONGEST_METRIC)
    return refused('A metric name is too long.', [
      { pointer: `${pointer}/labels`, detail: `__name__ has at most ${LONGEST_METRIC} characters` },
    ]);
  const series = builder.seriesOf(metric, labels);
  for (let index = 0; index < samples.length; index += 2) {
    const value = samples[index] ?? Number.NaN;
    const timestamp = samples[index + 1] ?? 0;
    if (!isStorable(timestamp, counts.receivedAt)) {
      if (counts.outOfBounds.length < MOST_PLACES)
        counts.outOfBounds.push({
          pointer: `${pointer}/samples/${index / 2}/timestamp`,
          detail: notStorable(timestamp),
        });
      continue;
    }
    counts.samples += 1;
    // NaN is a staleness marker or no measurement: it is received, and there is nothing to store of it.
    if (!Number.isNaN(value)) builder.sample(series, timestamp, value);
  }
  return undefined;
}
