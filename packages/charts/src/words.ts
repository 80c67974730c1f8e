/** Units as the contracts name them; anything else is printed after the number as it is. */
export type Unit = string;

/** Thin like the thin space of print, and it does not break a number over two lines. */
const THIN_SPACE = '\u202F';

/** Groups thousands with a thin space and keeps at most `decimals` places, trailing zeros dropped. */
export function plainNumber(value: number, decimals = 2): string {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction = ''] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
  const kept = fraction.replace(/0+$/, '');
  const text = kept === '' ? grouped : `${grouped}.${kept}`;
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
}

/** As many decimals as three significant digits need: 0.0047 -> 4, 12.3 -> 1, 480 -> 0. */
export function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size === 0 || size >= 100) return 0;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  return Math.min(4, 1 - Math.floor(Math.log10(size)));
}

/** Percent without its sign, from a ratio: 0.047 -> "4.7". */
export function percentDigits(ratio: number): string {
  const percent = ratio * 100;
  const size = Math.abs(percent);
  return plainNumber(percent, size >= 10 ? 0 : size >= 1 ? 1 : 2);
}

/** A duration in words of one or two parts: "27 min", "1 h 5 min", "820 ms". Input in seconds. */
export function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '\u2212' : '';
  if (size === 0) return '0 s';
  if (size < 1) return `${sign}${Math.round(size * 1000)} ms`;
  if (size < 10) return `${sign}${plainNumber(size, 1)} s`;
  if (size < 90) return `${sign}${Math.round(size)} s`;
  const minutes = Math.round(size / 60);
  if (minutes < 10 && Math.round(size) % 60 !== 0)
    return `${sign}${Math.floor(size / 60)} min ${Math.round(size) % 60} s`;
  if (minutes < 60) return `${sign}${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${sign}${hours} h` : `${sign}${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${sign}${days} d` : `${sign}${days} d ${hours % 24} h`;
}

/** A number's digits (percent already where the unit is a ratio) with the unit that is not a duration. */
export function withUnit(digits: string, unit: Unit): string {
  switch (unit) {
    case '0-1':
    case 'ratio':
    case '%':
      return `${digits}${THIN_SPACE}%`;
    case 'n':
    case 'count':
    case '':
      return digits;
    case '1/s':
      return `${digits}/s`;
    default:
      return `${digits}${THIN_SPACE}${unit}`;
  }
}

/** A value with its unit, as every chart, table and sentence prints it. Ratios become percent, seconds become a duration. */
export function valueText(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return 'unknown';
  switch (unit) {
    case '0-1':
    case 'ratio':
      return withUnit(percentDigits(value), unit);
    case 's':
    case 'seconds':
      return durationText(value);
    default:
      return withUnit(plainNumber(value, decimalsFor(value)), unit);
  }
}

/** Hours and minutes in UTC, with seconds when asked: "14:02" or "14:02:07". Input in ms since the epoch. */
export function clockText(ms: number, seconds = false): string {
  return new Date(ms).toISOString().slice(11, seconds ? 19 : 16);
}
