import { longestStep, type ChartPoint } from '@autoops/charts';
import type { SeriesResource } from '@autoops/contracts';
import { instantParser } from '../format/instants.ts';

export type Column = (number | null)[];

/** What a plot is drawn from: seconds, value, band low, band high, and the values of earlier times. */
export type DenseColumns = readonly [at: number[], value: Column, low: Column, high: Column, ...earlier: Column[]];

/** The same series at an earlier time, drawn `shiftMs` later than it was measured. */
export interface EarlierSeries {
  /** When that was: "a day before". */
  readonly label: string;
  readonly shiftMs: number;
  readonly points: SeriesResource['points'];
}

/** How the lines of earlier times are broken: px drawn, px left out. */
const DASHES = [
  [5, 3],
  [2, 3],
  [1, 5],
] as const;

/** How the line of the earlier time at this place of a list is broken. */
export const dashOf = (index: number): readonly [number, number] => DASHES[index % DASHES.length] ?? DASHES[0];

/** The points of a series on the clock of the page; instants are parsed once, for there are thousands. */
export function pointsOf(series: Pick<SeriesResource, 'points'>): ChartPoint[] {
  const instant = instantParser();
  return series.points.map((point) => ({
    at: instant(point.at),
    value: point.value,
    low: point.bandLow,
    high: point.bandHigh,
  }));
}

/** Columns for uPlot: seconds, value, band low, band high. A hole gets a null row, so that no line crosses it. */
export function columnsOf(points: readonly ChartPoint[]): [number[], Column, Column, Column] {
  const at: number[] = [];
  const value: Column = [];
  const low: Column = [];
  const high: Column = [];
  const limit = longestStep(points.map((point) => point.at));
  let previous: number | undefined;
  for (const point of points) {
    if (previous !== undefined && limit > 0 && point.at - previous > limit) {
      at.push((previous + 1) / 1000);
      value.push(null);
      low.push(null);
      high.push(null);
    }
    at.push(point.at / 1000);
    value.push(point.value);
    low.push(point.low === undefined ? null : Math.max(0, point.low));
    high.push(point.high ?? null);
    previous = point.at;
  }
  return [at, value, low, high];
}

/** The values of an earlier time at the instants `at` (seconds) of a chart: the newest known by then, null where that is older than a hole. */
export function earlierColumn(at: readonly number[], { points, shiftMs }: EarlierSeries): Column {
  const instant = instantParser();
  const times = new Float64Array(points.length);
  for (const [index, point] of points.entries()) times[index] = instant(point.at) + shiftMs;
  const limit = longestStep(times);
  let next = 0;
  let newest = -1;
  return at.map((seconds) => {
    const wanted = seconds * 1000;
    for (; next < times.length && (times[next] ?? 0) <= wanted; next += 1)
      if (points[next]?.value !== null) newest = next;
    return newest < 0 || wanted - (times[newest] ?? 0) > limit ? null : (points[newest]?.value ?? null);
  });
}

/** The rows of a column whose neighbours are not known: no line leads to them. */
export function lonelyRows(column: ArrayLike<number | null | undefined>): number[] {
  const known = (row: number): boolean => typeof column[row] === 'number';
  return Array.from(column, (_value, row) => row).filter((row) => known(row) && !known(row - 1) && !known(row + 1));
}

/** The smallest and the largest value of the lines of a plot (its own and those of earlier times, not its band) from `from` to `to` in ms. */
export function extremes(
  [at, value, , , ...earlier]: DenseColumns,
  { from, to }: { readonly from: number; readonly to: number },
): readonly number[] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of [value, ...earlier]) {
    for (let row = 0; row < at.length; row += 1) {
      const each = column[row];
      const ms = (at[row] ?? 0) * 1000;
      if (typeof each !== 'number' || ms < from || ms > to) continue;
      if (each < low) low = each;
      if (each > high) high = each;
    }
  }
  return low > high ? [] : [low, high];
}
