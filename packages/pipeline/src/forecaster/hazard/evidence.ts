import { STEPS_PER_HOUR, TREND_STEPS, type ResourceFacts } from './facts.ts';

/** What a forecast of a breach stands on; levels are shares of the limit. */
export interface BreachEvidence {
  readonly level: number;
  /** Of the trends over 1.5, 6, 24 and 72 hours the one that explains most: change of level per hour, share of variance explained. */
  readonly trend: { readonly hours: number; readonly perHour: number; readonly explained: number };
  /** Hours until that line reaches the limit; undefined when it does not climb. */
  readonly trendReachesInHours?: number | undefined;
  /** How often this level was passed before and come back from, and how high it went then at most. */
  readonly safeVisits: number;
  readonly highestPeak?: number | undefined;
  /** Highest level of the hours that follow, a day and a week ago; undefined when that was not observed. */
  readonly dayAgoHigh?: number | undefined;
  readonly weekAgoHigh?: number | undefined;
}

/** Highest of the 24 hours that followed this moment `days` ago. */
function highAfter(values: Float64Array, days: number): number | undefined {
  const from = values.length - 1 - days * 24 * STEPS_PER_HOUR;
  if (from < 0) return undefined;
  let high: number | undefined;
  for (let i = from; i <= from + 24 * STEPS_PER_HOUR && i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value) && (high === undefined || value > high)) high = value;
  }
  return high;
}

/** The evidence for what is known of a resource. */
export function breachEvidence(facts: ResourceFacts): BreachEvidence {
  const { trends, level, turning, values } = facts;
  let best = 0;
  trends.forEach(({ explained }, i) => {
    const covered = i === 0 || values.length > (TREND_STEPS[i - 1] as number);
    if (covered && explained > (trends[best]?.explained ?? 0)) best = i;
  });
  const perHour = (trends[best]?.slope ?? 0) * STEPS_PER_HOUR;
  const peaks = turning.peaks.map(({ value }) => value);
  return {
    level,
    trend: { hours: (TREND_STEPS[best] as number) / STEPS_PER_HOUR, perHour, explained: trends[best]?.explained ?? 0 },
    trendReachesInHours: perHour > 0 ? Math.max(0, 1 - level) / perHour : undefined,
    safeVisits: facts.visits.length,
    highestPeak: peaks.length === 0 ? undefined : Math.max(...peaks),
    dayAgoHigh: highAfter(values, 1),
    weekAgoHigh: highAfter(values, 7),
  };
}
