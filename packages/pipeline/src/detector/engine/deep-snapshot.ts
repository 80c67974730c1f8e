import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { engineConfiguration } from './configuration.ts';
import { DeepSeries } from './deep-series.ts';
import type { SortedRing } from './sorted-ring.ts';

const FORMAT = 2;

function writeRing(record: RecordWriter, ring: SortedRing): void {
  const { values, order, size, count } = ring;
  record.uint32(size).float64(count).float64s(values, 0, size);
  record.copy(new Uint8Array(order.buffer, order.byteOffset, 2 * size));
}

function readRing(record: RecordReader, ring: SortedRing): void {
  ring.size = record.uint32();
  if (ring.size > ring.values.length)
    throw new RangeError('The detector snapshot does not fit its configuration: start this series anew.');
  ring.count = record.float64();
  record.float64sInto(ring.values, 0, ring.size);
  record.bytesInto(new Uint8Array(ring.order.buffer, ring.order.byteOffset, 2 * ring.size));
}

/** The whole state of a series as bytes: the same state gives the same bytes, and only what is filled is written. */
export function writeDeepSeries(series: DeepSeries): Uint8Array {
  const record = new RecordWriter();
  record.uint32(FORMAT).text(engineConfiguration().digest).text(series.preset);
  record.float64(series.seasonMs).uint32(series.counter ? 1 : 0);
  for (const ring of series.rings()) writeRing(record, ring);
  record.float64s(series.times, 0, series.raw.size);
  for (const { bins } of series.spreads()) record.float32s(bins);
  for (const array of series.arrays()) record.float64s(array);
  return record.finish();
}

/**
 * The series that was written, to be continued as if nothing had been between. Throws RangeError on a snapshot of another format or
 * configuration: such a series has to start anew.
 */
export function readDeepSeries(bytes: Uint8Array): DeepSeries {
  const record = new RecordReader(bytes);
  if (record.uint32() !== FORMAT || record.text() !== engineConfiguration().digest)
    throw new RangeError('The detector snapshot is of another version: start this series anew.');
  const preset = record.text();
  const [seasonMs, counter] = [record.float64(), record.uint32() === 1];
  const series = new DeepSeries({ preset: preset === 'early' ? 'early' : 'precise', seasonMs, counter });
  for (const ring of series.rings()) readRing(record, ring);
  record.float64sInto(series.times, 0, series.raw.size);
  for (const { bins } of series.spreads()) record.float32sInto(bins);
  for (const array of series.arrays()) record.float64sInto(array);
  return series;
}
