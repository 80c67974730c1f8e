import type { SeriesRow } from '../ports/shard-store.ts';
import type { IndicatorDefinition } from './definition.ts';

const DEFAULT_INTERVAL_MS = 15_000;
/** Parts of histograms and summaries, and the scraper's own gauges, say nothing by themselves. */
const SKIPPED = /(_bucket|_sum|_created|_info)$|^(up|scrape_)/;
const COUNTER = /_(total|count)$/;

/**
 * How a raw series of a source without declared indicators is scored: counters (by their name) as a rate over 3 intervals,
 * everything else by value. Undefined for parts of histograms. Such a series never opens an incident.
 */
export function rawDefinition(
  series: SeriesRow,
  intervalMs: number = DEFAULT_INTERVAL_MS,
): IndicatorDefinition | undefined {
  if (SKIPPED.test(series.metric)) return undefined;
  const labels = Object.keys(series.labels).filter((label) => label !== 'service' && label !== 'environment');
  const selector = { metric: series.metric, match: {}, not: {} };
  const base = {
    name: series.metric,
    view: 'service' as const,
    services: [],
    source: series.source,
    intervalMs,
    by: labels.sort(),
    minimum: 0,
    bad: 'none' as const,
    noticeable: Number.MIN_VALUE,
    help: 'A raw series as it came in.',
    opens: false,
    absence: false,
    scored: true,
    severity: {},
  };
  if (COUNTER.test(series.metric))
    return { ...base, unit: '1/s', windowMs: 3 * intervalMs, kind: 'rate', counter: selector, further: [] };
  return { ...base, unit: 'n', windowMs: intervalMs, kind: 'gauge', gauge: selector, aggregate: 'sum' };
}
