import { sha256Bytes } from '@autoops/digest';

/** The RFC 6962 tree of a growing list of leaves: its root at every size, in memory of log2(size) hashes. */
export class MerkleRange {
  /** Roots of complete subtrees, largest first; `size`'s binary digits say how large each is. */
  readonly #peaks: Buffer[] = [];
  #size = 0;

  append(leaf: string): void {
    let node: Buffer = Buffer.from(leaf, 'hex');
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) node = parent(this.#peaks.pop() ?? node, node);
    this.#peaks.push(node);
    this.#size += 1;
  }

  /** Hexadecimal; the hash of nothing for an empty list. */
  root(): string {
    const [last, ...rest] = [...this.#peaks].reverse();
    if (!last) return Buffer.from(sha256Bytes('')).toString('hex');
    return rest.reduce((right, left) => parent(left, right), last).toString('hex');
  }
}

function parent(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(sha256Bytes(Buffer.concat([Buffer.of(1), left, right])));
}
