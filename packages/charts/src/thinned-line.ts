import type { ChartPoint } from './line.ts';

interface Bin {
  low: ChartPoint;
  high: ChartPoint;
}

const known = ({ value }: ChartPoint): boolean => value !== null && Number.isFinite(value);

function merged(a: Bin, b: Bin): Bin {
  if (!known(a.low)) return b;
  if (!known(b.low)) return a;
  return {
    low: (b.low.value ?? 0) < (a.low.value ?? 0) ? b.low : a.low,
    high: (b.high.value ?? 0) > (a.high.value ?? 0) ? b.high : a.high,
  };
}

/**
 * A line of any length in at most `bins` pieces, each with its lowest and highest point: what a chart can show of it. Points come
 * in order; when all pieces are taken, neighbours are joined two by two.
 */
export class ThinnedLine {
  readonly #limit: number;
  #bins: Bin[] = [];
  #each = 1;
  #filled = 0;

  constructor(bins = 800) {
    this.#limit = 2 * bins;
  }

  add(point: ChartPoint): void {
    const own = { low: point, high: point };
    const last = this.#bins.at(-1);
    if (last !== undefined && this.#filled < this.#each) {
      this.#bins[this.#bins.length - 1] = merged(last, own);
      this.#filled += 1;
      return;
    }
    if (this.#bins.length === this.#limit) {
      this.#bins = Array.from({ length: this.#limit / 2 }, (_, index) =>
        merged(this.#bins[2 * index] ?? own, this.#bins[2 * index + 1] ?? own),
      );
      this.#each *= 2;
    }
    this.#bins.push(own);
    this.#filled = 1;
  }

  /** The points that are left, in order of time. */
  points(): ChartPoint[] {
    return this.#bins.flatMap(({ low, high }) => {
      if (low === high) return [low];
      return low.at <= high.at ? [low, high] : [high, low];
    });
  }
}
