import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { sha256Bytes } from './digest.ts';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 6962 section 2.1 leaf hash: SHA-256(0x00 || bytes), hexadecimal. */
export function leafHash(bytes: Uint8Array): string {
  return bytesToHex(sha256Bytes(concatBytes(LEAF, bytes)));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256Bytes(concatBytes(NODE, left, right));
}

/** Largest power of two smaller than n (RFC 6962's k). */
function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256Bytes(new Uint8Array());
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  const at = split(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, at)), rootOf(leaves.slice(at)));
}

/** RFC 6962 Merkle tree hash over leaf hashes (hexadecimal in and out). */
export function merkleRoot(leaves: readonly string[]): string {
  return bytesToHex(rootOf(leaves.map((leaf) => hexToBytes(leaf))));
}

/** RFC 6962 section 2.1.1 audit path of leaf `index`, from the leaf up. Throws a RangeError outside the tree. */
export function inclusionProof(leaves: readonly string[], index: number): readonly string[] {
  if (index < 0 || index >= leaves.length) throw new RangeError(`leaf ${index} is not in a tree of ${leaves.length}`);
  if (leaves.length === 1) return [];
  const at = split(leaves.length);
  return index < at
    ? [...inclusionProof(leaves.slice(0, at), index), merkleRoot(leaves.slice(at))]
    : [...inclusionProof(leaves.slice(at), index - at), merkleRoot(leaves.slice(0, at))];
}

const DIGEST = /^[0-9a-f]{64}$/;

/** Whether `proof` leads from `leaf` at `index` in a tree of `size` to `root`; digests that are none lead nowhere. */
export function verifyInclusion(
  leaf: string,
  index: number,
  size: number,
  proof: readonly string[],
  root: string,
): boolean {
  if (![index, size].every(Number.isSafeInteger) || index < 0 || index >= size) return false;
  if (![leaf, root, ...proof].every((digest) => DIGEST.test(digest))) return false;
  const climb = (at: number, count: number, rest: readonly string[]): Uint8Array | undefined => {
    if (count === 1) return rest.length === 0 ? hexToBytes(leaf) : undefined;
    const last = rest.at(-1);
    if (last === undefined) return undefined;
    const half = split(count);
    const inner = climb(at < half ? at : at - half, at < half ? half : count - half, rest.slice(0, -1));
    if (!inner) return undefined;
    return at < half ? nodeHash(inner, hexToBytes(last)) : nodeHash(hexToBytes(last), inner);
  };
  const computed = climb(index, size, proof);
  return computed !== undefined && bytesToHex(computed) === root;
}
