import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { engineConfiguration } from './configuration.ts';
import type { Preset } from './alarm-policy.ts';
import { WideBank } from './wide-bank.ts';

const FORMAT = 2;

/** The whole state of a bank as bytes: the same state gives the same bytes. */
export function writeWideBank(bank: WideBank): Uint8Array {
  const record = new RecordWriter();
  record.uint32(FORMAT).text(engineConfiguration().digest).text(bank.preset);
  record.uint32(bank.series).float64(bank.seasonMs);
  for (const array of bank.arrays())
    if (array instanceof Float64Array) record.float64s(array);
    else record.copy(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return record.finish();
}

/** The bank that was written, to be continued as if nothing had been between. Throws RangeError on another format or configuration. */
export function readWideBank(bytes: Uint8Array): WideBank {
  const record = new RecordReader(bytes);
  if (record.uint32() !== FORMAT || record.text() !== engineConfiguration().digest)
    throw new RangeError('The detector snapshot is of another version: start these series anew.');
  const preset: Preset = record.text() === 'early' ? 'early' : 'precise';
  const bank = new WideBank({ preset, series: record.uint32(), seasonMs: record.float64() });
  for (const array of bank.arrays())
    if (array instanceof Float64Array) record.float64sInto(array);
    else record.bytesInto(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return bank;
}
