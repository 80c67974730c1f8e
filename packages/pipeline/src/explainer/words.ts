import { durationText, plainNumber, valueText } from '@autoops/charts';

/** A ratio in [0,1] as per cent with as many digits as matter: `4.7 %`, `0.30 %`, `12 %`. */
export function percent(ratio: number): string {
  return valueText(ratio, 'ratio');
}

/** Seconds as `42 s`, `6 min 40 s`, `27 min`, `3 h 12 min`. */
export function duration(seconds: number): string {
  return durationText(Math.max(0, Math.round(seconds)));
}

/** A whole number with thin spaces between thousands. */
export function count(value: number): string {
  return plainNumber(Math.round(value), 0);
}

/** `14:02:07 UTC`. */
export function clockTime(instant: string): string {
  return `${instant.slice(11, 19)} UTC`;
}

/** An indicator's name in words: `error_ratio` becomes `error ratio`. */
export function indicatorName(indicator: string): string {
  return indicator.replaceAll('_', ' ');
}

/** A value of an indicator with its unit. */
export function measure(value: number, unit: string): string {
  return valueText(value, unit.startsWith('1/') ? `per ${unit.slice(2)}` : unit);
}
