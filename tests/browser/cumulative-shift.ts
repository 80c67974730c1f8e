/** One layout shift that no input caused: when, in milliseconds since the navigation, and how large. */
interface Shift {
  readonly at: number;
  readonly value: number;
}

/** The shifts of the worst session window (Web Vitals): gaps under 1 s, and at most 5 s long. */
export function worstWindow<T extends Shift>(shifts: readonly T[]): readonly T[] {
  let worst: readonly T[] = [];
  let window: T[] = [];
  for (const shift of shifts) {
    const [first, last] = [window[0], window.at(-1)];
    const goesOn =
      first !== undefined && last !== undefined && shift.at - last.at <= 1000 && shift.at - first.at <= 5000;
    window = goesOn ? [...window, shift] : [shift];
    if (sumOf(window) > sumOf(worst)) worst = window;
  }
  return worst;
}

/** Cumulative Layout Shift (Web Vitals): the sum of the worst session window. */
export function cumulativeShift(shifts: readonly Shift[]): number {
  return sumOf(worstWindow(shifts));
}

const sumOf = (shifts: readonly Shift[]): number => shifts.reduce((sum, { value }) => sum + value, 0);
