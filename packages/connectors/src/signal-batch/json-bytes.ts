const DEEPEST = 64;
/** Values in one body: what they become in memory is many times their bytes. 100,000 samples of ten labels have as many. */
const MOST_VALUES = 2_000_000;

/** JSON that cannot be read; `pointer` says where. */
export class JsonBytesError extends Error {
  readonly pointer: string;

  constructor(message: string, pointer: string) {
    super(message);
    this.name = 'JsonBytesError';
    this.pointer = pointer;
  }
}

/**
 * Parses JSON from bytes: UTF-8, at most 64 levels deep and of at most 2,000,000 values, checked before the parser builds anything.
 * Throws `JsonBytesError` with the byte or position at which it stopped.
 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new JsonBytesError('The body is empty; JSON is expected.', 'byte 0');
  assertBounded(bytes);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new JsonBytesError('The body is not valid UTF-8.', 'byte 0');
  }
  try {
    return JSON.parse(text);
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : 'not JSON';
    const position = /position (\d+)/.exec(message)?.[1];
    throw new JsonBytesError(
      `The body is not JSON: ${message}`,
      position === undefined ? `byte ${bytes.length}` : `position ${position}`,
    );
  }
}

function assertBounded(bytes: Uint8Array): void {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x2c || byte === 0x7b || byte === 0x5b) {
      values += 1;
      if (values > MOST_VALUES)
        throw new JsonBytesError(
          `The JSON has more than ${MOST_VALUES} values: send smaller batches.`,
          `byte ${index}`,
        );
      if (byte === 0x2c) continue;
      depth += 1;
      if (depth > DEEPEST)
        throw new JsonBytesError(`The JSON is nested deeper than ${DEEPEST} levels.`, `byte ${index}`);
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
}
