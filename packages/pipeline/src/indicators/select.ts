import type { SeriesRow } from '../ports/shard-store.ts';
import type { IndicatorDefinition, Selector } from './definition.ts';

/** Part that a series plays in an indicator. */
export const ROLE = { value: 0, numerator: 0, denominator: 1 } as const;

function fits(wanted: string | readonly string[], value: string | undefined): boolean {
  return typeof wanted === 'string' ? wanted === value : value !== undefined && wanted.includes(value);
}

/** Whether a raw series is one that the selector picks; `suffix` is appended to the metric's name (`_bucket`). */
export function selects(selector: Selector, series: SeriesRow, suffix = ''): boolean {
  if (series.metric !== selector.metric + suffix) return false;
  for (const label of Object.keys(selector.match)) {
    if (!fits(selector.match[label] as string | string[], series.labels[label])) return false;
  }
  for (const label of Object.keys(selector.not)) {
    if (fits(selector.not[label] as string | string[], series.labels[label])) return false;
  }
  return true;
}

/** Roles in which a series takes part in an indicator: none, one, or (as a share of itself) both. */
export function rolesOf(definition: IndicatorDefinition, series: SeriesRow): readonly number[] {
  if (definition.source !== series.source) return [];
  switch (definition.kind) {
    case 'rate':
      return [definition.counter, ...definition.further].some((counter) => selects(counter, series))
        ? [ROLE.value]
        : [];
    case 'quantile':
      return selects(definition.histogram, series, '_bucket') ? [ROLE.value] : [];
    case 'gauge':
    case 'age':
      return selects(definition.gauge, series) ? [ROLE.value] : [];
    case 'ratio': {
      const roles: number[] = [];
      if (selects(definition.numerator, series)) roles.push(ROLE.numerator);
      if (selects(definition.denominator, series)) roles.push(ROLE.denominator);
      return roles;
    }
  }
}

/** Labels of the `by` list with the series' values: what keeps the instances of an indicator apart. */
export function labelsBy(definition: IndicatorDefinition, series: SeriesRow): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const label of definition.by) labels[label] = series.labels[label] ?? '';
  return labels;
}

/** Labels as one string, in alphabetical order: equal labels give equal keys. */
export function labelsKey(labels: Readonly<Record<string, string>>, without: readonly string[] = []): string {
  return Object.keys(labels)
    .filter((label) => !without.includes(label))
    .sort()
    .map((label) => `${label}=${JSON.stringify(labels[label])}`)
    .join(',');
}
