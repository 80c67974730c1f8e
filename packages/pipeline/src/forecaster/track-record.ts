import type { Judgement, TrackRecord } from '@autoops/contracts';

/** Share of intervals that should hold what comes. */
export const NOMINAL = 0.8;

/** What became of one forecast, with the time it was issued at. */
export interface JudgedForecast {
  readonly issuedAt: string;
  readonly judgement: Pick<Judgement, 'held' | 'came' | 'probability'>;
}

/**
 * How forecasts held: of the intervals that could be judged how many held what came, of the probabilities how many events came and
 * how many should have. Forecasts that nobody can judge count nowhere. The order of the list does not matter.
 */
export function trackRecordOf(judged: readonly JudgedForecast[]): TrackRecord {
  let n = 0;
  let covered = 0;
  let events = 0;
  let expected = 0;
  let came = 0;
  let since: string | undefined;
  for (const { issuedAt, judgement } of judged) {
    const interval = judgement.held !== undefined;
    const event = judgement.came !== undefined && judgement.probability !== undefined;
    if (!interval && !event) continue;
    if (since === undefined || Date.parse(issuedAt) < Date.parse(since)) since = issuedAt;
    if (interval) {
      n++;
      if (judgement.held === true) covered++;
    }
    if (event) {
      events++;
      expected += judgement.probability as number;
      if (judgement.came === true) came++;
    }
  }
  return {
    n,
    covered,
    nominal: NOMINAL,
    ...(since === undefined ? {} : { since }),
    ...(events === 0 ? {} : { events: { n: events, expected: Math.round(expected * 1000) / 1000, came } }),
  };
}

/**
 * The first of each day and subject: looks every half hour at what takes days are not so many forecasts, they are the same one.
 * Order is kept; the list is oldest first.
 */
export function oncePerDay<T extends { readonly issuedAt: string; readonly subject: string }>(
  judged: readonly T[],
): T[] {
  const seen = new Set<string>();
  return judged.filter(({ issuedAt, subject }) => {
    const key = `${subject} ${issuedAt.slice(0, 10)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A frozen forecast of a budget's end, and what its incident, which nobody treated, showed. Seconds from the issue. */
export interface UntreatedExhaustion {
  readonly issuedAt: string;
  /** The 80 % interval of the time to exhaustion; null beyond the horizon. */
  readonly low: number | null;
  readonly high: number | null;
  /** When the budget ran out; null when it did not while the incident lasted. */
  readonly exhausted: number | null;
  readonly lasted: number;
}

/**
 * The track record of budget forecasts. They say what happens if nothing is done, so untreated incidents alone can judge them: those
 * whose budget did run out, and those that outlived the interval. One that ended before says nothing.
 */
export function exhaustionRecord(untreated: readonly UntreatedExhaustion[]): TrackRecord {
  return trackRecordOf(
    untreated.map(({ issuedAt, low, high, exhausted, lasted }) => {
      if (exhausted !== null)
        return {
          issuedAt,
          judgement: { held: low !== null && exhausted >= low && (high === null || exhausted <= high) },
        };
      return { issuedAt, judgement: high !== null && lasted > high ? { held: false } : {} };
    }),
  );
}
