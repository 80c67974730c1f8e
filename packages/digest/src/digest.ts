import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { v5 } from 'uuid';
import { canonicalJson } from './canonical-json.ts';

/** Namespace of every AutoOps UUIDv5: UUIDv5(DNS, "autoops.dev"). */
const NAMESPACE = v5('autoops.dev', v5.DNS);

/** SHA-256 of bytes, or of the UTF-8 of a string, as 32 bytes. */
export function sha256Bytes(data: Uint8Array | string): Uint8Array {
  return sha256(typeof data === 'string' ? utf8ToBytes(data) : data);
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return bytesToHex(sha256Bytes(data));
}

/** SHA-256 (hexadecimal) of a value's RFC 8785 bytes: equal for equal JSON whatever the order of keys. Throws `CanonicalJsonError`. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** RFC 9562 UUIDv5 of the parts in the product's namespace; the parts are separated so that ("a","bc") differs from ("ab","c"). */
export function uuidV5(...parts: readonly string[]): string {
  return v5(JSON.stringify(parts), NAMESPACE);
}
