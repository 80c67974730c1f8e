import type { SeriesRow } from '../ports/shard-store.ts';
import type { IndicatorDefinition } from './definition.ts';
import {
  aggregateGauges,
  gaugeAt,
  histogramQuantile,
  sumIncreases,
  sumPresentIncreases,
  type TickInput,
} from './evaluate.ts';
import { labelsBy, labelsKey, ROLE } from './select.ts';

/** One indicator of one service and environment, for one combination of its `by` labels: a series of values on a grid. */
export interface IndicatorInstance {
  /** Stable: name and by-labels. */
  readonly key: string;
  readonly definition: IndicatorDefinition;
  readonly labels: Readonly<Record<string, string>>;
  readonly view: 'service' | 'client' | 'balancer' | 'raw';
  nextTick: number;
  /** Ticks in a row without any sample in reach. */
  emptyTicks: number;
  /** Slots by role, each list in order of the series' identity, so that sums never depend on the order of arrival. */
  readonly slots: readonly [number[], number[]];
  members: number[];
}

/** Identity of a raw series as text: metric and labels in alphabetical order. */
export function seriesKey(series: Pick<SeriesRow, 'metric' | 'labels' | 'source'>): string {
  return `${series.source}/${series.metric}{${labelsKey(series.labels)}}`;
}

/** The instance that a series belongs to under a definition. */
export function instanceKey(definition: IndicatorDefinition, series: SeriesRow): string {
  const by = labelsKey(labelsBy(definition, series));
  return by === '' ? definition.name : `${definition.name}{${by}}`;
}

/** Value of an instance at a tick in its unit; NaN is a gap. */
export function valueAt(instance: IndicatorInstance, input: TickInput, rows: readonly SeriesRow[], at: number): number {
  const { definition } = instance;
  const [first, second] = instance.slots;
  const value = evaluateKind(definition, first, second, input, rows, at);
  return Number.isFinite(value) ? value : Number.NaN;
}

function evaluateKind(
  definition: IndicatorDefinition,
  first: readonly number[],
  second: readonly number[],
  input: TickInput,
  rows: readonly SeriesRow[],
  at: number,
): number {
  switch (definition.kind) {
    case 'rate':
      return sumIncreases(input, first, at, definition.windowMs) / (definition.windowMs / 1000);
    case 'gauge':
    case 'age':
      return aggregateGauges(input, first, at, definition.aggregate);
    case 'quantile':
      return quantileAt(definition, first, input, rows, at);
    case 'ratio': {
      if (definition.of === 'counter') {
        const total = sumIncreases(input, second, at, definition.windowMs);
        if (!(total >= definition.minimum) || total === 0) return Number.NaN;
        return sumPresentIncreases(input, first, at, definition.windowMs) / total;
      }
      if (definition.aggregate === 'sum') {
        const total = aggregateGauges(input, second, at, 'sum');
        return total >= definition.minimum && total !== 0
          ? aggregateGauges(input, first, at, 'sum') / total
          : Number.NaN;
      }
      return extremeQuotient(definition.aggregate, definition.minimum, first, second, input, rows, at);
    }
  }
}

function extremeQuotient(
  aggregate: 'max' | 'min',
  minimum: number,
  numerators: readonly number[],
  denominators: readonly number[],
  input: TickInput,
  rows: readonly SeriesRow[],
  at: number,
): number {
  let result = Number.NaN;
  for (const slot of numerators) {
    const value = gaugeAt(input, slot, at);
    if (value === undefined) continue;
    const labels = labelsKey((rows[slot] as SeriesRow).labels);
    const partner = denominators.find((other) => labelsKey((rows[other] as SeriesRow).labels) === labels);
    const total = partner === undefined ? undefined : gaugeAt(input, partner, at);
    if (total === undefined) continue;
    if (Number.isNaN(value) || Number.isNaN(total)) return Number.NaN;
    if (!(total >= minimum) || total === 0) continue;
    const quotient = value / total;
    if (Number.isNaN(result)) result = quotient;
    else result = aggregate === 'max' ? Math.max(result, quotient) : Math.min(result, quotient);
  }
  return result;
}

function boundOf(series: SeriesRow): number {
  const le = series.labels['le'];
  if (le === undefined) return Number.NaN;
  return le === '+Inf' || le === 'Inf' ? Number.POSITIVE_INFINITY : Number(le);
}

function quantileAt(
  definition: Extract<IndicatorDefinition, { kind: 'quantile' }>,
  slots: readonly number[],
  input: TickInput,
  rows: readonly SeriesRow[],
  at: number,
): number {
  const bySlot = new Map<number, number[]>();
  for (const slot of slots) {
    const bound = boundOf(rows[slot] as SeriesRow);
    if (Number.isNaN(bound)) continue;
    const same = bySlot.get(bound);
    if (same === undefined) bySlot.set(bound, [slot]);
    else same.push(slot);
  }
  const bounds = [...bySlot.keys()].sort((a, b) => a - b);
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) return Number.NaN;
  const total = sumIncreases(input, bySlot.get(Number.POSITIVE_INFINITY) as number[], at, definition.windowMs);
  if (Number.isNaN(total)) return Number.NaN;
  const cumulative = new Float64Array(bounds.length);
  bounds.forEach((bound, i) => {
    cumulative[i] = sumPresentIncreases(input, bySlot.get(bound) as number[], at, definition.windowMs);
  });
  return histogramQuantile(definition.quantile, bounds, cumulative, definition.minimum);
}

/** Puts a slot into its role's list and the members', keeping the order of identities. */
export function addMember(instance: IndicatorInstance, slot: number, role: number, keys: readonly string[]): void {
  const insert = (list: number[]): void => {
    const key = keys[slot] as string;
    let at = list.length;
    while (at > 0 && (keys[list[at - 1] as number] as string) > key) at--;
    list.splice(at, 0, slot);
  };
  insert(instance.slots[role === ROLE.denominator ? 1 : 0]);
  if (!instance.members.includes(slot)) instance.members.push(slot);
}
