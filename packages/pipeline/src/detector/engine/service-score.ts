import { CONSTANTS } from './constants.ts';

/** What one series of a service was found to be at a tick. */
export interface SeriesFinding {
  readonly series: string;
  readonly novelty: number;
  readonly deviation: number;
  readonly alarm: boolean;
}

/** A service at a tick, from all of its series together. */
export interface ServiceFinding {
  /** -log10 of the combined tail probability of all series: many that are a little odd count as much as one that is very odd. */
  readonly novelty: number;
  /** The largest deviation. */
  readonly deviation: number;
  /** Series beyond the band, and those that raise an alarm, named. */
  readonly deviating: number;
  readonly alarms: readonly string[];
  /** The series that leads: of those that alarm, or else of all, the one that deviates most; undefined without series. */
  readonly leading: string | undefined;
  readonly series: number;
}

/** No surprise counts for more: 10 to this power is still a number. */
const LARGEST = 300;

/**
 * Combines tail probabilities by their harmonic mean (Wilson 2019, PNAS 116): hardly wrong however the series depend on each other,
 * which those of one service do. Returns -log10 of the combined probability, 0 without any.
 */
export function combinedSurprise(surprises: readonly number[]): number {
  if (surprises.length === 0) return 0;
  const sum = surprises.reduce((total, surprise) => total + 10 ** Math.max(0, Math.min(LARGEST, surprise)), 0);
  return Math.log10(sum) - Math.log10(surprises.length);
}

/** The service's finding from those of its series at the same tick; the order of the series does not matter. */
export function serviceFinding(findings: readonly SeriesFinding[]): ServiceFinding {
  // In one order whatever the caller's: sums of floating-point numbers depend on it.
  const sorted = findings.toSorted((a, b) => (a.series < b.series ? -1 : a.series > b.series ? 1 : 0));
  const alarming = sorted.filter(({ alarm }) => alarm);
  const candidates = alarming.length > 0 ? alarming : sorted;
  const leading = candidates.reduce<SeriesFinding | undefined>(
    (most, one) => (most === undefined || one.deviation > most.deviation ? one : most),
    undefined,
  );
  return {
    novelty: combinedSurprise(sorted.map(({ novelty }) => novelty)),
    deviation: sorted.reduce((most, { deviation }) => Math.max(most, deviation), 0),
    deviating: sorted.filter(({ deviation }) => deviation >= CONSTANTS.precise.threshold).length,
    alarms: alarming.map(({ series }) => series),
    leading: leading?.series,
    series: sorted.length,
  };
}
