/** One layout shift that no input caused: when, in milliseconds since the navigation, and how large. */
interface Shift {
  readonly at: number;
  readonly value: number;
}

/** Cumulative Layout Shift (Web Vitals): the largest sum of shifts within a session window, gaps under 1 s and at most 5 s long. */
export function cumulativeShift(shifts: readonly Shift[]): number {
  let [worst, sum, first, last] = [0, 0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at, value } of shifts) {
    if (at - last > 1000 || at - first > 5000) [sum, first] = [0, at];
    sum += value;
    last = at;
    worst = Math.max(worst, sum);
  }
  return worst;
}
