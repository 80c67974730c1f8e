/** Bins an octave, and bins in all: 64 octaves around the first positive number. */
const PER_OCTAVE = 8;
const BINS = 512;
const REFRESH_EVERY = 16;
const LARGEST_STEP = 1e12;

/** Indices into a spread's numbers. */
const TOTAL = 0;
const STEP = 1;
const ANCHOR = 2;
const SEEN = 3;
const QUANTILE = 4;

/**
 * A running quantile of positive numbers with exponential forgetting: a histogram over their logarithm (9 % wide bins) whose newest
 * entry weighs a little more than the one before. O(1) a number; the quantile is renewed every 16 numbers.
 */
export class Spread {
  readonly bins = new Float32Array(BINS);
  readonly numbers = new Float64Array(5);
  private readonly growth: number;
  private readonly share: number;

  constructor(quantile: number, halfLife: number) {
    this.growth = 2 ** (1 / halfLife);
    this.share = 1 - quantile;
    this.numbers[STEP] = 1;
    this.numbers[ANCHOR] = Number.NaN;
  }

  /** The quantile as of the last renewal; 0 before the first. */
  get quantile(): number {
    return this.numbers[QUANTILE] as number;
  }

  add(value: number): void {
    const { bins, numbers } = this;
    const seen = (numbers[SEEN] as number) + 1;
    numbers[SEEN] = seen;
    const step = numbers[STEP] as number;
    numbers[TOTAL] = (numbers[TOTAL] as number) + step;
    numbers[STEP] = step * this.growth;
    if (value > 0) {
      const place = Math.floor(PER_OCTAVE * Math.log2(value));
      if (Number.isNaN(numbers[ANCHOR])) numbers[ANCHOR] = place - BINS / 2;
      const bin = Math.max(0, Math.min(BINS - 1, place - (numbers[ANCHOR] as number)));
      bins[bin] = (bins[bin] as number) + step;
    }
    if (step > LARGEST_STEP) this.rescale(step);
    if (seen % REFRESH_EVERY === 0) this.refresh();
  }

  private rescale(by: number): void {
    for (let bin = 0; bin < BINS; bin += 1) this.bins[bin] = (this.bins[bin] as number) / by;
    this.numbers[TOTAL] = (this.numbers[TOTAL] as number) / by;
    this.numbers[STEP] = (this.numbers[STEP] as number) / by;
  }

  private refresh(): void {
    const { bins, numbers } = this;
    let above = this.share * (numbers[TOTAL] as number);
    let bin = BINS - 1;
    for (; bin >= 0; bin -= 1) {
      const mass = bins[bin] as number;
      if (above < mass) break;
      above -= mass;
    }
    // Below every bin: more than the share of the numbers was zero.
    numbers[QUANTILE] =
      bin < 0 ? 0 : 2 ** (((numbers[ANCHOR] as number) + bin + 1 - above / (bins[bin] as number)) / PER_OCTAVE);
  }
}
