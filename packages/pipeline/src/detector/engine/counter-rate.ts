const LAST = 0;
const LAST_AT = 1;

/**
 * Per-second rate of a counter that only grows. A value below the one before is a reset: the counter began anew from 0, as Prometheus
 * counts it. The first sample, and one that is not later than the one before, say nothing: NaN.
 */
export class CounterRate {
  readonly numbers = new Float64Array([Number.NaN, Number.NaN]);

  /** The rate from the sample before to this one, 1/s; NaN where there is none. A value that is not finite changes nothing. */
  rate(at: number, value: number): number {
    const { numbers } = this;
    if (!Number.isFinite(value)) return Number.NaN;
    const seconds = (at - (numbers[LAST_AT] as number)) / 1000;
    if (seconds <= 0) return Number.NaN;
    const last = numbers[LAST] as number;
    numbers[LAST] = value;
    numbers[LAST_AT] = at;
    return (value < last ? value : value - last) / seconds;
  }
}
