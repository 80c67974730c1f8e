import { readBank, writeBank } from './bank-snapshot.ts';
import { engineConfiguration } from './configuration.ts';
import { WideBank } from './wide-bank.ts';

const version = () => ({ format: 3, digest: engineConfiguration().digest });

/** The whole state of a bank as bytes: the same state gives the same bytes. */
export function writeWideBank(bank: WideBank): Uint8Array {
  return writeBank(bank, version());
}

/** The bank that was written, to be continued as if nothing had been between. Throws RangeError on another format or configuration. */
export function readWideBank(bytes: Uint8Array): WideBank {
  return readBank(bytes, version(), (options) => new WideBank(options));
}
