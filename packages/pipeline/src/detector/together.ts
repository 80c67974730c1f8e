import type { Anomaly, AnomalyContext } from '@autoops/contracts';
import { serviceFinding, type SeriesFinding } from './engine/service-score.ts';
import { LEARNS_AT } from './learning.ts';
import type { SeriesBank } from './series-bank.ts';
import { get, KIND, S } from './series-state.ts';
import type { ScoredSubject } from './subjects.ts';

/**
 * Which indicators of a service are outside their band at the same time, out of those that are known well enough to say: an
 * indicator counts once however many replicas or holders it is told of, by the one that departs furthest. Undefined where fewer than two
 * are known.
 */
export function departingTogether(
  bank: SeriesBank,
  subjects: readonly ScoredSubject[],
): AnomalyContext['together'] | undefined {
  const furthest = new Map<string, SeriesFinding>();
  // In one order whatever the caller's: of two that depart alike the first counts.
  for (const { subject, view, scored } of subjects.toSorted((a, b) => (a.subject.key < b.subject.key ? -1 : 1))) {
    if (!scored || view === 'raw' || subject.source === 'logs') continue;
    const series = bank.get(subject.key);
    if (series === undefined || get(series.scalars, S.count) <= LEARNS_AT) continue;
    const { novelty, deviation } = series.axes.read();
    const alarm = get(series.scalars, S.open) !== KIND.none || get(series.scalars, S.pending) > 0;
    const known = furthest.get(subject.indicator);
    if (known === undefined || (alarm && !known.alarm) || (alarm === known.alarm && deviation > known.deviation))
      furthest.set(subject.indicator, { series: subject.indicator, novelty, deviation, alarm });
  }
  if (furthest.size < 2) return undefined;
  const { alarms, leading, novelty } = serviceFinding([...furthest.values()]);
  if (alarms.length === 0 || leading === undefined) return undefined;
  return {
    of: furthest.size,
    leading,
    novelty,
    indicators: alarms
      .map((indicator) => ({ indicator, deviation: furthest.get(indicator)?.deviation ?? 0 }))
      .sort((a, b) => b.deviation - a.deviation || (a.indicator < b.indicator ? -1 : 1)),
  };
}

/** A sentence on what departs together with an anomaly, with a space before it; empty where it is alone. */
export function togetherText({ service, context: { together } }: Pick<Anomaly, 'service' | 'context'>): string {
  const count = together?.indicators.length ?? 0;
  return together === undefined || count < 2
    ? ''
    : ` ${count} of ${together.of} indicators of ${service} depart together.`;
}
