import { SIGNAL_TIMES } from '@autoops/contracts';

/** Parsing and storing are moments apart; what passes here must not be a moment too old there. In ms. */
const MARGIN_MS = 60_000;
/** Times that every part of the store can write: the first and last year of four digits, with a day for offsets. */
const FIRST = Date.UTC(1970, 0, 1);
const LAST = Date.UTC(9999, 11, 30);

/** Whether a sample or log record of this time (ms since the epoch) can be stored when it was received at `receivedAt`. */
export function isStorable(milliseconds: number, receivedAt: Date): boolean {
  const age = receivedAt.getTime() - milliseconds;
  return age <= SIGNAL_TIMES.oldestMs - MARGIN_MS && age >= MARGIN_MS - SIGNAL_TIMES.aheadMs;
}

/** What is said of a time that is not storable. */
export function notStorable(milliseconds: number): string {
  const shown = Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : String(milliseconds);
  return `${shown} is not within the last 400 days or the next day: check the sender's clock and its unit of time`;
}

/** An instant of an alert or event in UTC with milliseconds; undefined where no calendar of the store reaches. */
export function instantOf(text: string): string | undefined {
  const at = Date.parse(text);
  return at >= FIRST && at <= LAST ? new Date(at).toISOString() : undefined;
}
