import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { engineConfiguration } from './configuration.ts';
import type { Preset } from './alarm-policy.ts';
import { WideBank } from './wide-bank.ts';

const FORMAT = 3;

/** The whole state of a bank as bytes: the same state gives the same bytes. */
export function writeWideBank(bank: WideBank): Uint8Array {
  const record = new RecordWriter();
  record.uint32(FORMAT).text(engineConfiguration().digest).text(bank.preset);
  record.uint32(bank.series).float64(bank.seasonMs);
  return record.copy(bank.state()).finish();
}

/** The bank that was written, to be continued as if nothing had been between. Throws RangeError on another format or configuration. */
export function readWideBank(bytes: Uint8Array): WideBank {
  const record = new RecordReader(bytes);
  if (record.uint32() !== FORMAT || record.text() !== engineConfiguration().digest)
    throw new RangeError('The detector snapshot is of another version: start these series anew.');
  const preset: Preset = record.text() === 'early' ? 'early' : 'precise';
  const bank = new WideBank({ preset, series: record.uint32(), seasonMs: record.float64() });
  record.bytesInto(bank.state());
  return bank;
}
