/** A slope of values over time with its interval, both in the values' unit per unit of time. */
export interface Slope {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the standard normal distribution: a two-sided interval of 95 %. */
const Z_95 = 1.959964;

/**
 * The slope that a line through noisy points most likely has: the median of the slopes of all pairs (Theil 1950), with the 95 % interval
 * of Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau" (JASA 63, 1968). One wild sample does not move it. Needs three
 * points at different times; `NaN` with fewer.
 */
export function slopeOf(points: readonly { readonly at: number; readonly value: number }[]): Slope {
  const slopes = points
    .flatMap((first, index) =>
      points.slice(index + 1).flatMap((second) => {
        const time = second.at - first.at;
        return time === 0 ? [] : [(second.value - first.value) / time];
      }),
    )
    .toSorted((a, b) => a - b);
  const { length } = slopes;
  if (points.length < 3 || length === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN };
  const n = points.length;
  const spread = Z_95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const at = (rank: number): number => slopes[Math.min(length - 1, Math.max(0, rank))] ?? Number.NaN;
  const middle = (at(Math.floor((length - 1) / 2)) + at(Math.ceil((length - 1) / 2))) / 2;
  return { median: middle, low: at(Math.floor((length - spread) / 2)), high: at(Math.ceil((length + spread) / 2)) };
}
