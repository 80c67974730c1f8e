import type { Slab } from './slab.ts';

/** One step upwards; the step downwards balances it at the quantile. */
const UP = 1.05;
/** Only whether few have been seen matters. */
const MOST_SEEN = 0xff;

/**
 * Running quantiles of positive numbers, one number each: a number above the quantile raises it by 5 %, one below lowers it by as
 * much as balances that (a Robbins-Monro approximation on the logarithm). While few have been seen it is the largest of them.
 */
export class RunningQuantile {
  private readonly slab: Slab;
  private readonly values: number;
  private readonly counts: number;
  private readonly down: number;
  private readonly warm: number;

  /** `count` quantiles of each series, in its block from word `at` on. */
  constructor(slab: Slab, at: number, count: number, quantile: number, warm: number) {
    this.slab = slab;
    this.values = at;
    this.counts = 8 * (at + count);
    this.down = UP ** (-(1 - quantile) / quantile);
    this.warm = warm;
  }

  /** Words of a block that so many quantiles take. */
  static words(count: number): number {
    return count + Math.ceil(count / 8);
  }

  value(series: number, index: number): number {
    const { numbers, stride } = this.slab;
    return numbers[series * stride + this.values + index] as number;
  }

  /** Numbers that a quantile was made of, 255 for more. */
  seen(series: number, index: number): number {
    const { bytes, stride } = this.slab;
    return bytes[8 * series * stride + this.counts + index] as number;
  }

  add(series: number, index: number, value: number): void {
    const { numbers, bytes, stride } = this.slab;
    const at = series * stride + this.values + index;
    const seen = 8 * series * stride + this.counts + index;
    const count = bytes[seen] as number;
    if (count < MOST_SEEN) bytes[seen] = count + 1;
    const quantile = numbers[at] as number;
    if (count < this.warm || quantile === 0) numbers[at] = Math.max(quantile, value);
    // Never above the number itself: a single large one must not be overshot.
    else numbers[at] = value > quantile ? Math.min(value, quantile * UP) : quantile * this.down;
  }
}
