const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What may lie between two times of an axis, in seconds: never more than twice the one before, so that a few always fit. */
export const TIME_STEPS: readonly number[] = [
  ...[1, 2, 3, 5, 10, 15, 20, 30],
  ...[1, 2, 3, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR),
  ...[1, 2, 3, 5, 10, 15, 30].map((days) => days * DAY),
];

/** Room for "14:02" and for "14:02:07", in pixels, with what keeps each from the next. */
const MINUTES_PX = 44;
const SECONDS_PX = 55;

/** The least pixels between two times of an axis that shows so many seconds on `width` pixels. */
export function timeSpace(seconds: number, width: number): number {
  // More than half a minute in the smaller room: the next step is a whole one, whose time has no seconds.
  return (seconds / width) * MINUTES_PX > MINUTE / 2 ? MINUTES_PX : SECONDS_PX;
}
