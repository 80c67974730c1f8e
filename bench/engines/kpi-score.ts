/** A labelled KPI with one score per row; segments are row numbers, both ends included. */
export interface ScoredKpi {
  readonly at: Float64Array;
  readonly segments: readonly (readonly [number, number])[];
  readonly scores: ArrayLike<number>;
}

export interface Counts {
  readonly found: number;
  readonly missed: number;
  readonly wrong: number;
}

/** The first two days of a series are not judged. */
export const UNJUDGED_ROWS = 2880;
const REARM_MS = 60 * 60_000;
const EARLY_MS = 5 * 60_000;
const LATE_MS = 15 * 60_000;
const AIOPS_DELAY_ROWS = 7;

/** 2 found / (2 found + missed + wrong); 0 where nothing was found. */
export function f1(counts: Counts): number {
  return counts.found === 0 ? 0 : (2 * counts.found) / (2 * counts.found + counts.missed + counts.wrong);
}

function add(a: Counts, b: Counts): Counts {
  return { found: a.found + b.found, missed: a.missed + b.missed, wrong: a.wrong + b.wrong };
}

const NONE: Counts = { found: 0, missed: 0, wrong: 0 };

/**
 * Events: flags form one alarm until none came for an hour. A segment is found if an alarm starts from 5 min before to 15 min
 * after its start; an alarm that finds no segment is wrong.
 */
export function eventCounts(kpi: ScoredKpi, threshold: number): Counts {
  const { at, segments, scores } = kpi;
  const judged = segments.filter(([start]) => start >= UNJUDGED_ROWS);
  const hit = new Uint8Array(judged.length);
  let wrong = 0;
  let lastFlag = Number.NEGATIVE_INFINITY;
  let from = 0;
  for (let row = UNJUDGED_ROWS; row < at.length; row += 1) {
    if ((scores[row] ?? 0) < threshold) continue;
    const now = at[row] ?? 0;
    const fresh = now - lastFlag >= REARM_MS;
    lastFlag = now;
    if (!fresh) continue;
    while (from < judged.length && (at[judged[from]?.[0] ?? 0] ?? 0) + LATE_MS < now) from += 1;
    let any = false;
    for (let index = from; index < judged.length; index += 1) {
      if ((at[judged[index]?.[0] ?? 0] ?? 0) - EARLY_MS > now) break;
      hit[index] = 1;
      any = true;
    }
    if (!any) wrong += 1;
  }
  const found = hit.reduce((sum, one) => sum + one, 0);
  return { found, missed: judged.length - found, wrong };
}

/**
 * AIOps challenge 2018, in rows: a segment counts whole as found if one of its first 8 rows is flagged, else whole as missed;
 * flagged rows outside segments are wrong.
 */
export function aiopsCounts(kpi: ScoredKpi, threshold: number): Counts {
  const { segments, scores } = kpi;
  let found = 0;
  let missed = 0;
  let wrong = 0;
  let row = UNJUDGED_ROWS;
  const flaggedUntil = (end: number): void => {
    for (; row < end; row += 1) if ((scores[row] ?? 0) >= threshold) wrong += 1;
  };
  for (const [start, end] of segments) {
    if (end < UNJUDGED_ROWS) continue;
    const first = Math.max(start, UNJUDGED_ROWS);
    flaggedUntil(first);
    let seen = false;
    for (let at = first; at <= Math.min(end, start + AIOPS_DELAY_ROWS); at += 1)
      seen ||= (scores[at] ?? 0) >= threshold;
    if (seen) found += end - first + 1;
    else missed += end - first + 1;
    row = end + 1;
  }
  flaggedUntil(scores.length);
  return { found, missed, wrong };
}

/** The best F1 with one threshold for all series; `candidates` thresholds are taken from the highest scores downwards. */
export function bestF1(
  kpis: readonly ScoredKpi[],
  countsAt: (kpi: ScoredKpi, threshold: number) => Counts,
  candidates = 200,
): { readonly f1: number; readonly threshold: number; readonly counts: Counts } {
  const top: number[] = [];
  for (const { scores } of kpis)
    for (let row = UNJUDGED_ROWS; row < scores.length; row += 1) top.push(scores[row] ?? 0);
  const sorted = Float64Array.from(top).sort().reverse();
  let best = { f1: 0, threshold: Number.POSITIVE_INFINITY, counts: NONE };
  let previous = Number.NaN;
  for (let index = 0; index < candidates; index += 1) {
    // Ranks from 0.003 % to 30 % of all rows, evenly in logarithm.
    const rank = Math.floor(sorted.length * 3e-5 * 10 ** ((4 * index) / candidates));
    const threshold = sorted[Math.min(rank, sorted.length - 1)] ?? 0;
    if (threshold === previous) continue;
    previous = threshold;
    const counts = kpis.reduce((sum, kpi) => add(sum, countsAt(kpi, threshold)), NONE);
    if (f1(counts) > best.f1) best = { f1: f1(counts), threshold, counts };
  }
  return best;
}

/** F1 with every series judged at the threshold that is best for the others (in `folds` parts, by position). */
export function f1AcrossFolds(
  kpis: readonly ScoredKpi[],
  countsAt: (kpi: ScoredKpi, threshold: number) => Counts,
  folds = 5,
): number {
  let sum = NONE;
  for (let fold = 0; fold < folds; fold += 1) {
    const { threshold } = bestF1(
      kpis.filter((_, index) => index % folds !== fold),
      countsAt,
    );
    for (const kpi of kpis.filter((_, index) => index % folds === fold)) sum = add(sum, countsAt(kpi, threshold));
  }
  return f1(sum);
}
