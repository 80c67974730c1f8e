import { ChangeEvent } from '@autoops/contracts';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { refused, refusedBy, type Parsed } from '../signal-batch/parsed.ts';
import { addEvent } from './add-event.ts';

const MOST_EVENTS = 10_000;

/**
 * Reads CloudEvents 1.0 in structured mode, single or as a batch; an event is idempotent on source + id. One without a time is taken
 * to have happened when it was received.
 */
export function parseCloudEvents(body: unknown, source: string, receivedAt: Date): Parsed {
  const batch = Array.isArray(body);
  const events: readonly unknown[] = batch ? body : [body];
  if (events.length > MOST_EVENTS)
    return refused(`A batch has at most ${MOST_EVENTS} events.`, [{ pointer: '', detail: `${events.length} events` }]);
  const builder = new BatchBuilder(source);
  for (const [index, event] of events.entries()) {
    const place = batch ? `/${index}` : '';
    const parsed = ChangeEvent.safeParse(event);
    if (!parsed.success) return refusedBy(parsed.error, place);
    const problem = addEvent(builder, parsed.data, place, receivedAt);
    if (problem !== undefined) return problem;
  }
  return { ok: true, batch: builder.finish() };
}
