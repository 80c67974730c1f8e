/**
 * The state of many series: a block of 8-byte words each, one after the other. All that a step reads of a series lies side by side, in
 * one or two pages, which is what makes a step fast when there are more series than the processor's caches hold.
 */
export class Slab {
  /** Words of a block. */
  readonly stride: number;
  /** The same memory as numbers, as counts (two a word) and as bytes (eight a word). */
  readonly numbers: Float64Array;
  readonly counts: Uint32Array;
  readonly bytes: Uint8Array;

  constructor(series: number, stride: number) {
    const memory = new ArrayBuffer(series * stride * 8);
    this.stride = stride;
    this.numbers = new Float64Array(memory);
    this.counts = new Uint32Array(memory);
    this.bytes = new Uint8Array(memory);
  }
}
