import { canonicalJson, sha256Hex } from '@autoops/digest';
import { readBank, writeBank } from './bank-snapshot.ts';
import { engineConfiguration } from './configuration.ts';
import { FAST, FastBank } from './fast-bank.ts';

const FORMAT = 1;

/** Digest of all constants of the fast tier: what its scores and snapshots are made with. */
export function fastConfiguration(): string {
  return sha256Hex(canonicalJson({ engine: engineConfiguration().digest, format: FORMAT, ...FAST })).slice(0, 16);
}

const version = () => ({ format: FORMAT, digest: fastConfiguration() });

/** The whole state of a bank as bytes: the same state gives the same bytes. */
export function writeFastBank(bank: FastBank): Uint8Array {
  return writeBank(bank, version());
}

/** The bank that was written, to be continued as if nothing had been between. Throws RangeError on another format or configuration. */
export function readFastBank(bytes: Uint8Array): FastBank {
  return readBank(bytes, version(), (options) => new FastBank(options));
}
