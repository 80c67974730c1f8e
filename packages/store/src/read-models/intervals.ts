/** z of a two-sided 80 % interval. */
const Z80 = 1.2815515655446004;
/** z of a two-sided 95 % interval. */
export const Z95 = 1.959963984540054;

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A share with its Wilson score interval (Wilson 1927), by default the 80 % one; undefined for n = 0. */
export function wilson(successes: number, n: number, z = Z80): Interval | undefined {
  if (n === 0) return undefined;
  const share = successes / n;
  const z2 = z * z;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * A quantile with a distribution-free 80 % interval from order statistics: the ranks n q -+ z sqrt(n q (1 - q)) of the normal
 * approximation to the binomial (David & Nagaraja, Order Statistics, 7.1). Undefined for no values.
 */
export function quantileInterval(values: readonly number[], q: number): Interval | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const half = Z80 * Math.sqrt(n * q * (1 - q));
  const at = (rank: number): number => sorted[Math.min(Math.max(rank, 1), n) - 1] ?? Number.NaN;
  return { value: at(Math.ceil(n * q)), low: at(Math.floor(n * q - half)), high: at(Math.ceil(n * q + half) + 1) };
}
