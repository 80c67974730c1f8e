/** Breaks of the grid that are remembered: of rows before the oldest of them the time is not known. */
const BREAKS = 32;
const ROWS = 0;
const LAST_AT = 1;
const COUNT = 2;
/** (row, time) of the first row after each break, a ring of them. */
const PAIRS = 3;

/** Says when a row of a series on a grid was, from the breaks between rows alone: one number a row would be as much as the rows. */
export class RowClock {
  readonly numbers = new Float64Array(PAIRS + 2 * BREAKS);
  private readonly intervalMs: number;

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  /** Rows that came so far. */
  get rows(): number {
    return this.numbers[ROWS] as number;
  }

  /** A row came at `at` (ms). */
  arrive(at: number): void {
    const { numbers } = this;
    const rows = (numbers[ROWS] as number) + 1;
    if (rows === 1 || at - (numbers[LAST_AT] as number) !== this.intervalMs) {
      const count = numbers[COUNT] as number;
      const pair = PAIRS + 2 * (count % BREAKS);
      numbers[pair] = rows;
      numbers[pair + 1] = at;
      numbers[COUNT] = count + 1;
    }
    numbers[ROWS] = rows;
    numbers[LAST_AT] = at;
  }

  /** When the row `rowsAgo` rows before the newest was, in ms; NaN where that is no longer known. */
  at(rowsAgo: number): number {
    const { numbers } = this;
    const row = (numbers[ROWS] as number) - rowsAgo;
    const count = numbers[COUNT] as number;
    for (let back = count - 1; back >= Math.max(0, count - BREAKS); back -= 1) {
      const pair = PAIRS + 2 * (back % BREAKS);
      const first = numbers[pair] as number;
      if (row >= first) return (numbers[pair + 1] as number) + (row - first) * this.intervalMs;
    }
    return Number.NaN;
  }
}
