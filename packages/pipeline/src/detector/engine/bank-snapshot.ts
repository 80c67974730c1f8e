import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import type { Preset } from './alarm-policy.ts';

/** Any number of series of a tier in one piece of memory. */
interface Bank {
  readonly series: number;
  readonly preset: Preset;
  readonly seasonMs: number;
  /** The memory itself, to be written or to be written over. */
  state(): Uint8Array;
}

/** What a snapshot must be of to be continued. */
interface Version {
  readonly format: number;
  /** Of all constants. */
  readonly digest: string;
}

/** The whole state of a bank as bytes: the same state gives the same bytes. */
export function writeBank(bank: Bank, { format, digest }: Version): Uint8Array {
  const record = new RecordWriter();
  record.uint32(format).text(digest).text(bank.preset);
  record.uint32(bank.series).float64(bank.seasonMs);
  return record.copy(bank.state()).finish();
}

/** The bank that was written, to be continued as if nothing had been between. Throws RangeError on another format or configuration. */
export function readBank<B extends Bank>(
  bytes: Uint8Array,
  { format, digest }: Version,
  open: (options: Pick<Bank, 'series' | 'preset' | 'seasonMs'>) => B,
): B {
  const record = new RecordReader(bytes);
  if (record.uint32() !== format || record.text() !== digest)
    throw new RangeError('The detector snapshot is of another version: start these series anew.');
  const preset = record.text() === 'early' ? 'early' : 'precise';
  const bank = open({ preset, series: record.uint32(), seasonMs: record.float64() });
  record.bytesInto(bank.state());
  return bank;
}
