import { durationText } from '@autoops/charts';
import { unbroken } from './numbers.ts';

export type Zone = 'utc' | 'local';

const pad = (value: number): string => String(value).padStart(2, '0');

/** "14:02:07 UTC" or the local time with its offset; the date stands before it when it is not the day of `now`. */
export function timeText(at: string | number | Date, zone: Zone, now: Date, seconds = true): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'unknown';
  const utc = zone === 'utc';
  const sameDay = utc
    ? date.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)
    : date.toDateString() === now.toDateString();
  const clock = utc
    ? date.toISOString().slice(11, seconds ? 19 : 16)
    : `${pad(date.getHours())}:${pad(date.getMinutes())}${seconds ? `:${pad(date.getSeconds())}` : ''}`;
  const day = utc
    ? date.toISOString().slice(0, 10)
    : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${sameDay ? '' : `${day} `}${clock}${utc ? ' UTC' : ` ${offsetText(date)}`}`;
}

/** "+02:00" of a date in the browser's zone. */
function offsetText(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '\u2212' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** "8 min ago", "in 3 min", "now". */
export function relativeText(at: string | number | Date, now: Date): string {
  const seconds = (now.getTime() - new Date(at).getTime()) / 1000;
  if (Number.isNaN(seconds)) return 'unknown';
  if (Math.abs(seconds) < 1) return 'now';
  // One unit is enough to tell how old something is, and it keeps columns narrow.
  const text = durationText(wholeUnits(Math.abs(seconds)));
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** Seconds rounded to whole seconds below 90 s, to whole minutes below 90 min, to whole hours below 36 h, else to whole days. */
function wholeUnits(seconds: number): number {
  const unit = seconds < 90 ? 1 : seconds < 5400 ? 60 : seconds < 129_600 ? 3600 : 86_400;
  return Math.round(seconds / unit) * unit;
}

/** "28:41" until `at`, or where there is more than an hour "1 h 2 min", which nobody takes for a time of day; "0:00" once it has passed. */
export function countdownText(at: string | number | Date, now: Date): string {
  const left = Math.max(0, Math.floor((new Date(at).getTime() - now.getTime()) / 1000));
  if (left >= 3600) return unbroken(durationText(left - (left % 60)));
  return `${Math.floor(left / 60)}:${pad(left % 60)}`;
}

/** Seconds between two instants, or until `now` when the second is open. */
export function secondsBetween(from: string, to: string | undefined, now: Date): number {
  return Math.max(0, ((to === undefined ? now : new Date(to)).getTime() - new Date(from).getTime()) / 1000);
}
