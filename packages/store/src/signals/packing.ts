/** Little-endian bytes of typed arrays, as `shard_batches` keeps them; the platforms that Node runs on are little-endian. */
export function pack(array: Uint32Array | Float64Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** The numbers that `pack` wrote; copied, because a pooled buffer need not be aligned (and `Buffer.slice` does not copy). */
export function unpackUint32(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

export function unpackFloat64(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** A PostgreSQL array literal of numbers: many times faster than the driver's own quoting of each element. */
export function numberArray(values: { join(separator: string): string }): string {
  return `{${values.join(',')}}`;
}
