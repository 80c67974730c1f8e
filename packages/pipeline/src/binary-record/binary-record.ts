const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/**
 * Little-endian records for checkpoints: fixed order, no field names, so that equal states give equal bytes.
 * Typed arrays are copied as they lie in memory (little-endian on every machine that runs Node).
 * A record starts with a format number; readers refuse another format instead of guessing.
 */
export class RecordWriter {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  private reserve(size: number): number {
    const at = this.length;
    const needed = at + size;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = needed;
    return at;
  }

  uint32(value: number): this {
    const at = this.reserve(4); // before the view is read: growing replaces it
    this.view.setUint32(at, value, true);
    return this;
  }

  float64(value: number): this {
    const at = this.reserve(8);
    this.view.setFloat64(at, Number.isNaN(value) ? Number.NaN : value, true);
    return this;
  }

  text(value: string): this {
    const at = this.reserve(4 + 3 * value.length); // the most that UTF-8 can need
    const { written } = ENCODER.encodeInto(value, this.bytes.subarray(at + 4));
    this.view.setUint32(at, written, true);
    this.length = at + 4 + written;
    return this;
  }

  /** Copies `count` numbers from `from`; 8 bytes each. */
  float64s(values: Float64Array, from = 0, count = values.length): this {
    // A NaN has many bit patterns: one of them, so that equal states give equal bytes.
    for (let i = from; i < from + count; i++) if (Number.isNaN(values[i])) values[i] = Number.NaN;
    return this.copy(new Uint8Array(values.buffer, values.byteOffset + 8 * from, 8 * count));
  }

  /** Copies `count` numbers from `from`; 4 bytes each. */
  float32s(values: Float32Array, from = 0, count = values.length): this {
    for (let i = from; i < from + count; i++) if (Number.isNaN(values[i])) values[i] = Number.NaN;
    return this.copy(new Uint8Array(values.buffer, values.byteOffset + 4 * from, 4 * count));
  }

  /** Bytes as they are, without a length. */
  copy(value: Uint8Array): this {
    const at = this.reserve(value.length);
    this.bytes.set(value, at);
    return this;
  }

  /** Numbers of 32 bits as far as they differ from `like`: for each 32 a mask, and those that differ. */
  sparse(words: Uint32Array, like: Uint32Array): this {
    this.uint32(words.length);
    for (let from = 0; from < words.length; from += 32) {
      const maskAt = this.reserve(4);
      let mask = 0;
      for (let index = from; index < Math.min(from + 32, words.length); index += 1) {
        if (words[index] === like[index]) continue;
        mask |= 1 << (index - from);
        this.uint32(words[index] as number);
      }
      this.view.setUint32(maskAt, mask >>> 0, true);
    }
    return this;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Reads what RecordWriter wrote, in the same order. Throws RangeError when the bytes end too soon. */
export class RecordReader {
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private take(size: number): number {
    const at = this.at;
    if (at + size > this.bytes.length)
      throw new RangeError('the checkpoint ends too soon: it was cut or is of another format');
    this.at = at + size;
    return at;
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  float64(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  text(): string {
    const length = this.uint32();
    const at = this.take(length);
    return DECODER.decode(this.bytes.subarray(at, at + length));
  }

  float64sInto(target: Float64Array, from = 0, count = target.length): void {
    const at = this.take(count * 8);
    for (let i = 0; i < count; i++) target[from + i] = this.view.getFloat64(at + i * 8, true);
  }

  /** Bytes as they were written by `copy`. */
  bytesInto(target: Uint8Array): void {
    const at = this.take(target.length);
    target.set(this.bytes.subarray(at, at + target.length));
  }

  /** Numbers that `sparse` wrote against the same `like`. */
  sparse(like: Uint32Array): Uint32Array {
    const words = new Uint32Array(this.uint32());
    words.set(like.subarray(0, words.length));
    for (let from = 0; from < words.length; from += 32) {
      const mask = this.uint32();
      for (let bit = 0; bit < 32; bit += 1) if ((mask >>> bit) & 1) words[from + bit] = this.uint32();
    }
    return words;
  }

  /** Passes over bytes that nobody reads. */
  skip(size: number): void {
    this.take(size);
  }

  float32sInto(target: Float32Array, from = 0, count = target.length): void {
    const at = this.take(count * 4);
    for (let i = 0; i < count; i++) target[from + i] = this.view.getFloat32(at + i * 4, true);
  }
}
