import { CONSTANTS } from './constants.ts';
import type { Slab } from './slab.ts';

const ROWS = 0;
const LAST_AT = 1;
const LAST_VALUE = 2;
const OBSERVED = 3;

/** The rows of each series as they come: how many, the last one, and the time that was watched. In the first words of its block. */
export class Arrivals {
  /** Words of a block that it takes. */
  static readonly words = 4;
  /** Those among them that are no number before the first row. */
  static readonly mayBeNaN: readonly number[] = [LAST_AT, LAST_VALUE];
  private readonly slab: Slab;
  private readonly seasonMs: number;

  constructor(slab: Slab, seasonMs: number) {
    this.slab = slab;
    this.seasonMs = seasonMs;
    for (let base = 0; base < slab.numbers.length; base += slab.stride)
      for (const at of Arrivals.mayBeNaN) slab.numbers[base + at] = Number.NaN;
  }

  /** Counts a row and returns how many there are with it; 0 for a row that was delivered twice. */
  arrive(series: number, at: number, value: number): number {
    const { numbers, stride } = this.slab;
    const base = series * stride;
    const last = numbers[base + LAST_AT] as number;
    if (at === last && value === numbers[base + LAST_VALUE]) return 0;
    const rows = (numbers[base + ROWS] as number) + 1;
    numbers[base + ROWS] = rows;
    // A gap is unknown: no more of it than a 24th of the season counts as watched.
    if (at > last)
      numbers[base + OBSERVED] = (numbers[base + OBSERVED] as number) + Math.min(at - last, this.seasonMs / 24);
    numbers[base + LAST_AT] = at;
    numbers[base + LAST_VALUE] = value;
    return rows;
  }

  /** Less than 50 rows, or less than a season, has been seen. */
  learns(series: number): boolean {
    const { numbers, stride } = this.slab;
    const base = series * stride;
    return (
      (numbers[base + ROWS] as number) < CONSTANTS.warmRows || (numbers[base + OBSERVED] as number) < this.seasonMs
    );
  }
}
