import { canonicalJson, sha256Hex } from '@autoops/digest';
import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { engineConfiguration } from './configuration.ts';
import { FAST, FastBank } from './fast-bank.ts';

const FORMAT = 1;

/** Digest of all constants of the fast tier: what its scores and snapshots are made with. */
export function fastConfiguration(): string {
  return sha256Hex(canonicalJson({ engine: engineConfiguration().digest, format: FORMAT, ...FAST })).slice(0, 16);
}

/** The whole state of a bank as bytes: the same state gives the same bytes. */
export function writeFastBank(bank: FastBank): Uint8Array {
  const record = new RecordWriter();
  record.uint32(FORMAT).text(fastConfiguration()).text(bank.preset);
  record.uint32(bank.series).float64(bank.seasonMs);
  return record.copy(bank.state()).finish();
}

/** The bank that was written, to be continued as if nothing had been between. Throws RangeError on another format or configuration. */
export function readFastBank(bytes: Uint8Array): FastBank {
  const record = new RecordReader(bytes);
  if (record.uint32() !== FORMAT || record.text() !== fastConfiguration())
    throw new RangeError('The detector snapshot is of another version: start these series anew.');
  const preset = record.text() === 'early' ? 'early' : 'precise';
  const bank = new FastBank({ preset, series: record.uint32(), seasonMs: record.float64() });
  record.bytesInto(bank.state());
  return bank;
}
