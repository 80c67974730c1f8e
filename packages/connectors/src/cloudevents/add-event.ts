import type { ChangeEvent } from '@autoops/contracts';
import type { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { refused, type Refused } from '../signal-batch/parsed.ts';
import { instantOf } from '../signal-batch/times.ts';

/** Source and id are the key of an index, whose entries have a bound. In bytes. */
const LONGEST_KEY = 2_000;
/** What an event may be as JSON, in characters; CloudEvents asks for 64 KiB at least. */
const LARGEST_EVENT = 256 * 1024;

/** Adds a change event that matched its schema, or answers why it cannot be stored. `place` is the pointer at which it stood. */
export function addEvent(
  builder: BatchBuilder,
  event: ChangeEvent,
  place: string,
  receivedAt: Date,
): Refused | undefined {
  const time = event.time === undefined ? receivedAt.toISOString() : instantOf(event.time);
  if (time === undefined)
    return refused('An event has no usable time.', [
      { pointer: `${place}/time`, detail: `${event.time} is not between 1970 and 9999` },
    ]);
  if (new TextEncoder().encode(event.source + event.id).length > LONGEST_KEY)
    return refused('An event has too long an identity.', [
      { pointer: `${place}/id`, detail: `source and id together have at most ${LONGEST_KEY} bytes` },
    ]);
  if (JSON.stringify(event).length > LARGEST_EVENT)
    return refused('An event is too large.', [
      { pointer: place, detail: `an event has at most ${LARGEST_EVENT / 1024} KiB` },
    ]);
  if (!builder.event({ ...event, time }))
    return refused('Nothing usable is left of an event after secrets and personal data were replaced.', [
      { pointer: `${place}/data`, detail: 'service and environment must be names' },
    ]);
  return undefined;
}
