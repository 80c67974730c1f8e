/** One step upwards; the step downwards balances it at the quantile. */
const UP = 1.05;

/**
 * Running quantiles of positive numbers, one number each: a number above the quantile raises it by 5 %, one below lowers it by as
 * much as balances that (a Robbins-Monro approximation on the logarithm). While few have been seen it is the largest of them.
 */
export class RunningQuantile {
  readonly values: Float64Array;
  readonly seen: Uint32Array;
  private readonly down: number;
  private readonly warm: number;

  constructor(count: number, quantile: number, warm: number) {
    this.values = new Float64Array(count);
    this.seen = new Uint32Array(count);
    this.down = UP ** (-(1 - quantile) / quantile);
    this.warm = warm;
  }

  add(index: number, value: number): void {
    const { values, seen } = this;
    const count = seen[index] as number;
    if (count < 0xffff_ffff) seen[index] = count + 1;
    const quantile = values[index] as number;
    if (count < this.warm || quantile === 0) values[index] = Math.max(quantile, value);
    // Never above the number itself: a single large one must not be overshot.
    else values[index] = value > quantile ? Math.min(value, quantile * UP) : quantile * this.down;
  }
}
