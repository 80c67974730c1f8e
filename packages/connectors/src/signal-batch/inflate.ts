import { promisify } from 'node:util';
import { gunzip, inflate as inflateZlib } from 'node:zlib';
import { uncompress } from 'snappyjs';

const ungzip = promisify(gunzip);
const unzlib = promisify(inflateZlib);

/**
 * Inflates a received body up to `limit` bytes. Sizes are checked before memory is taken: snappy declares its own in front, and the
 * others are inflated as a stream that ends at the limit. Encodings: identity, gzip, deflate, snappy (block format).
 */
export async function inflate(
  bytes: Uint8Array,
  encoding: string,
  limit: number,
): Promise<Uint8Array | 'too-large' | 'corrupt' | 'unsupported'> {
  switch (encoding) {
    case '':
    case 'identity':
      return bytes.length > limit ? 'too-large' : bytes;
    case 'gzip':
    case 'x-gzip':
      return ungzip(bytes, { maxOutputLength: limit }).catch(reasonOf);
    case 'deflate':
      return unzlib(bytes, { maxOutputLength: limit }).catch(reasonOf);
    case 'snappy':
      return unsnappy(bytes, limit);
    default:
      return 'unsupported';
  }
}

function reasonOf(fault: unknown): 'too-large' | 'corrupt' {
  return fault instanceof Error && 'code' in fault && fault.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'corrupt';
}

function unsnappy(bytes: Uint8Array, limit: number): Uint8Array | 'too-large' | 'corrupt' {
  const declared = declaredLength(bytes);
  if (declared === undefined) return 'corrupt';
  if (declared > limit) return 'too-large';
  // No element says more than 64 bytes in less than 3: whoever declares more would have memory taken for nothing.
  if (declared > 22 * bytes.length) return 'corrupt';
  try {
    return uncompress(bytes, limit);
  } catch {
    return 'corrupt';
  }
}

/** The uncompressed length that a snappy block declares in front, a varint of at most 5 bytes. */
function declaredLength(bytes: Uint8Array): number | undefined {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return length;
  }
  return undefined;
}
