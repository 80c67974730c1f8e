import protobuf from 'protobufjs/minimal.js';

export type Reader = protobuf.Reader;

/** A payload that is not the message it says it is; `byte` is the offset at which reading stopped. */
export class DecodeError extends Error {
  readonly byte: number;

  constructor(message: string, byte: number) {
    super(message);
    this.name = 'DecodeError';
    this.byte = byte;
  }
}

const WIRE_TYPES = ['varint', '64-bit', 'bytes', 'group', 'group end', '32-bit'] as const;

/** Opens a reader over bytes without copying them. */
export function openReader(bytes: Uint8Array): Reader {
  return protobuf.Reader.create(bytes);
}

/**
 * Calls `onField` with every field of the message that ends at `end`; what it does not take (returns false) is skipped. Throws
 * `DecodeError` with the offset where the bytes make no sense.
 */
export function readFields(reader: Reader, end: number, onField: (field: number, wireType: number) => boolean): void {
  while (reader.pos < end) {
    const start = reader.pos;
    try {
      const tag = reader.uint32();
      const field = tag >>> 3;
      const wireType = tag & 7;
      if (field === 0 || wireType > 5 || wireType === 3 || wireType === 4)
        throw new DecodeError(`field ${field} of type ${WIRE_TYPES[wireType] ?? wireType} is not allowed here`, start);
      if (!onField(field, wireType)) reader.skipType(wireType);
    } catch (fault) {
      if (fault instanceof DecodeError) throw fault;
      throw new DecodeError(fault instanceof Error ? fault.message : 'cannot be decoded', start);
    }
    if (reader.pos > end) throw new DecodeError('a field reaches beyond its message', start);
  }
}

/** The end of the length-delimited message at the reader; throws where it would reach beyond `outerEnd`. */
export function messageEnd(reader: Reader, outerEnd: number): number {
  const start = reader.pos;
  const end = reader.uint32() + reader.pos;
  if (end > outerEnd) throw new DecodeError('a message reaches beyond its parent', start);
  return end;
}

/** A signed 64-bit integer as a number; times in milliseconds fit exactly. */
export function int64(reader: Reader): number {
  const value = reader.int64();
  return typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0);
}
