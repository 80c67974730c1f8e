import {
  DecodeError,
  messageEnd,
  openReader,
  readFields,
  type Reader,
} from '../prometheus-remote-write/field-reader.ts';

/** Fields in one request: what they become in memory is many times their bytes. 50,000 points of four attributes have as many. */
const MOST_FIELDS = 1_500_000;
/** Messages in messages; opentelemetry-proto itself needs ten, attributes of maps of lists more. */
const DEEPEST = 64;
const LENGTH_DELIMITED = 2;

/** A message type as far as counting goes: the fields that hold messages, and those that hold packed numbers of 8 bytes. */
export interface MessageShape {
  readonly messages: ReadonlyMap<number, MessageShape>;
  readonly packed: ReadonlySet<number>;
}

/** Counts the fields of a message without building anything; throws `DecodeError` with the offset where there are too many. */
export function assertFewFields(bytes: Uint8Array, shape: MessageShape): void {
  const reader = openReader(bytes);
  const counted = { fields: 0 };
  count(reader, reader.len, shape, 0, counted);
}

function count(reader: Reader, end: number, shape: MessageShape, depth: number, counted: { fields: number }): void {
  if (depth > DEEPEST) throw new DecodeError(`messages are nested deeper than ${DEEPEST} levels`, reader.pos);
  readFields(reader, end, (field, wireType) => {
    counted.fields += 1;
    const inner = wireType === LENGTH_DELIMITED ? shape.messages.get(field) : undefined;
    if (inner !== undefined) count(reader, messageEnd(reader, end), inner, depth + 1, counted);
    else if (wireType === LENGTH_DELIMITED && shape.packed.has(field)) {
      const last = messageEnd(reader, end);
      counted.fields += (last - reader.pos) / 8;
      reader.pos = last;
    }
    if (counted.fields > MOST_FIELDS)
      throw new DecodeError(`more than ${MOST_FIELDS} fields: send smaller batches`, reader.pos);
    return inner !== undefined || (wireType === LENGTH_DELIMITED && shape.packed.has(field));
  });
}
