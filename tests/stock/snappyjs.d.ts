declare module 'snappyjs' {
  /** Inflates a snappy block; throws when it is corrupt or longer than `maxLength`. */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
  export function compress(uncompressed: Uint8Array): Uint8Array;
}
