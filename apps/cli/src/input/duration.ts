import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A duration such as 15s, 5m, 1h, 1d or 1w in ms; a number alone counts seconds. Refuses what is none, or not above zero. */
export function durationMs(text: string): number {
  const [, digits = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)?$/.exec(text.trim()) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? Number.NaN);
  if (digits === '' || !(value > 0)) throw new InvalidArgumentError('Write a duration such as 15s, 5m, 1h or 1d.');
  return value;
}
