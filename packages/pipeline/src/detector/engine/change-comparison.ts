/** A row of a series: ms, and its value (NaN where it is unknown). */
export interface ComparedRow {
  readonly at: number;
  readonly value: number;
}

/** How a series was after a change against before it, at the same phase of its season. */
export type ChangeComparison =
  | { readonly kind: 'insufficient-history'; readonly before: number; readonly after: number }
  | {
      readonly kind: 'compared';
      /** Rows compared on each side; `phased` where earlier seasons said what is usual at each phase. */
      readonly before: number;
      readonly after: number;
      readonly phased: boolean;
      /** Median after minus median before, in the series' unit, with what the season does by itself taken off. */
      readonly shift: number;
      /** Median before, in the series' unit; where `phased`, of what was left of it. */
      readonly reference: number;
      /** Standard normal statistic of the rank test, thinned by how alike neighbours are; its sign is that of the shift. */
      readonly z: number;
      /** Chance that a row after the change is larger than one before it; 0.5 where nothing changed. */
      readonly larger: number;
    };

const LEAST_BEFORE = 30;
const LEAST_AFTER = 15;

/** Rows of earlier seasons within this share of a season are of the same phase. */
const SAME_PHASE = 1 / 48;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

/** Mann-Whitney z of `after` being larger than `before` (normal approximation), thinned by the overlap of windows. */
export function rankShift(before: readonly number[], after: readonly number[], overlap: number): number {
  if (before.length === 0 || after.length === 0) return 0;
  let wins = 0;
  for (const b of after) for (const a of before) wins += b > a ? 1 : b === a ? 0.5 : 0;
  const n = before.length;
  const m = after.length;
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return (wins - (n * m) / 2) / deviation / Math.sqrt(Math.max(1, overlap));
}

/** How many neighbouring rows say the same: (1 + r) / (1 - r) of the lag-1 rank-free correlation, at least 1 (Bartlett 1946). */
function overlap(values: readonly number[]): number {
  const centre = median(values);
  let own = 0;
  let next = 0;
  for (const [index, value] of values.entries()) {
    own += (value - centre) ** 2;
    if (index > 0) next += (value - centre) * ((values[index - 1] ?? 0) - centre);
  }
  const correlation = own > 0 && Number.isFinite(own) ? Math.max(0, Math.min(0.95, next / own)) : 0;
  return (1 + correlation) / (1 - correlation);
}

/**
 * Compares the `windowMs` before a change with as long after it (from `settleMs` after the change on), both freed of what earlier
 * seasons did at the same phase, by a two-sample rank test (Mann and Whitney 1947). Rows in order of time; causal: rows after the
 * window are not looked at. Without a whole earlier season the values themselves are compared, and `phased` is false.
 */
export function compareAcrossChange(
  rows: readonly ComparedRow[],
  changeAt: number,
  options: {
    readonly seasonMs: number;
    readonly windowMs: number;
    readonly settleMs: number;
    /** Rows that are known to say the same; estimated from the rows themselves where it is left out. */
    readonly overlap?: number;
  },
): ChangeComparison {
  const { seasonMs, windowMs, settleMs } = options;
  const known = rows.filter(({ value }) => Number.isFinite(value));
  const from = changeAt - windowMs;
  const earlier = known.filter(({ at }) => at < from);
  const usual = (at: number): number => {
    const same = earlier.filter((row) => {
      if (at - row.at < seasonMs / 2) return false; // this season's own rows say nothing of the earlier ones
      const phase = (((at - row.at) % seasonMs) + seasonMs) % seasonMs;
      return Math.min(phase, seasonMs - phase) <= SAME_PHASE * seasonMs;
    });
    return same.length === 0 ? Number.NaN : median(same.map(({ value }) => value));
  };
  const side = (low: number, high: number) => known.filter(({ at }) => at >= low && at < high);
  const before = side(from, changeAt);
  const after = side(changeAt + settleMs, changeAt + settleMs + windowMs);
  if (before.length < LEAST_BEFORE || after.length < LEAST_AFTER)
    return { kind: 'insufficient-history', before: before.length, after: after.length };
  const expected = new Map([...before, ...after].map(({ at }) => [at, usual(at)]));
  const phased = [...expected.values()].every((value) => Number.isFinite(value));
  const freed = (rowsOf: readonly ComparedRow[]) =>
    rowsOf.map(({ at, value }) => (phased ? value - (expected.get(at) ?? 0) : value));
  const [a, b] = [freed(before), freed(after)];
  const z = rankShift(a, b, options.overlap ?? Math.max(overlap(a), overlap(b)));
  let larger = 0;
  for (const later of b) for (const first of a) larger += later > first ? 1 : later === first ? 0.5 : 0;
  return {
    kind: 'compared',
    before: a.length,
    after: b.length,
    phased,
    shift: median(b) - median(a),
    reference: median(a),
    z,
    larger: larger / (a.length * b.length),
  };
}
