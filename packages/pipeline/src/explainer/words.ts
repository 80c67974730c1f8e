/** Numbers as people read them, the same in narrative, brief and timeline. */

/** A ratio in [0,1] as per cent with as many digits as matter: `4.7 %`, `0.30 %`, `12 %`. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  const digits = Math.abs(value) >= 10 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return `${value.toFixed(digits)} %`;
}

/** Seconds as `42 s`, `6 min 40 s`, `27 min`, `3 h 12 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 600 && whole % 60 !== 0) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  const minutes = Math.round((whole % 3600) / 60);
  return minutes === 0 ? `${Math.floor(whole / 3600)} h` : `${Math.floor(whole / 3600)} h ${minutes} min`;
}

/** A whole number with thin spaces between thousands. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
}

/** `14:02:07 UTC`. */
export function clockTime(instant: string): string {
  return `${instant.slice(11, 19)} UTC`;
}

/** An indicator's name in words: `error_ratio` becomes `error ratio`. */
export function indicatorName(indicator: string): string {
  return indicator.replaceAll('_', ' ').replace(/^p(\d\d)$/, 'p$1');
}

/** A value of an indicator with its unit. */
export function measure(value: number, unit: string): string {
  if (unit === 'ratio' || unit === '1') return percent(value);
  if (unit === 's')
    return value < 1 ? `${Math.round(value * 1000)} ms` : value < 120 ? `${value.toFixed(value < 10 ? 1 : 0)} s` : duration(value);
  if (unit === '1/s') return `${value.toFixed(value < 10 ? 1 : 0)}/s`;
  return Number.isInteger(value) ? count(value) : value.toFixed(1);
}
