/** A measured number with its 95 % interval; bounds are null where too little was seen to have one. `method` names the formula. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly method: string;
}

/** 97.5 % quantile of the standard normal. */
const Z = 1.959964;

/** Share of `hits` among `total` with Wilson's score interval (Wilson 1927); all null where nothing was counted. */
export function shareOf(hits: number, total: number): Estimate {
  const method = 'Wilson 95 %';
  if (total === 0) return { value: null, low: null, high: null, method };
  const share = hits / total;
  const centre = (share + (Z * Z) / (2 * total)) / (1 + (Z * Z) / total);
  const half = (Z / (1 + (Z * Z) / total)) * Math.sqrt((share * (1 - share)) / total + (Z * Z) / (4 * total * total));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half), method };
}

/** Events per unit of time with Byar's approximation of the exact Poisson interval (Breslow and Day 1987); null without time. */
export function rateOf(events: number, time: number): Estimate {
  const method = 'Poisson (Byar) 95 %';
  if (!(time > 0)) return { value: null, low: null, high: null, method };
  const bound = (count: number, sign: number): number =>
    count === 0 ? 0 : count * (1 - 1 / (9 * count) + (sign * Z) / (3 * Math.sqrt(count))) ** 3;
  return { value: events / time, low: bound(events, -1) / time, high: bound(events + 1, 1) / time, method };
}

/** Median with its distribution-free interval from order statistics (binomial with one half); bounds need six values. */
export function medianEstimate(values: readonly number[]): Estimate {
  const method = 'order statistics 95 %';
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return { value: null, low: null, high: null, method };
  const value = ((sorted[(n - 1) >> 1] ?? 0) + (sorted[n >> 1] ?? 0)) / 2;
  // The most values that may be left out on each side: P(Binomial(n, 1/2) < rank) stays within 2.5 %.
  let rank = 0;
  let probability = 2 ** -n;
  let below = probability;
  while (below <= 0.025 && rank < n) {
    rank += 1;
    probability *= (n - rank + 1) / rank;
    below += probability;
  }
  // Beyond a thousand values 2^-n is no number any more: the normal approximation is exact enough there.
  if (n > 1000) rank = Math.floor(n / 2 - (Z * Math.sqrt(n)) / 2);
  if (rank === 0) return { value, low: null, high: null, method };
  return { value, low: sorted[rank - 1] ?? null, high: sorted[n - rank] ?? null, method };
}
