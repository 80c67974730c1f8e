import { ticks } from 'd3-array';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { label, segment, type Margins, type ScenePath, type SceneText } from './scene.ts';
import { clockText, percentDigits, plainNumber, withUnit, type Unit } from './words.ts';

export interface Domain {
  readonly from: number;
  readonly to: number;
}

export interface Plot {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Scales of a plot: `time` in ms, `values` in the chart's unit. */
export function plot(width: number, height: number, margins: Margins, time: Domain, values: Domain): Plot {
  const left = margins.left;
  const right = width - margins.right;
  const top = margins.top;
  const bottom = height - margins.bottom;
  const span = time.to > time.from ? time.to : time.from + 1;
  return {
    x: scaleLinear().domain([time.from, span]).range([left, right]),
    y: scaleLinear().domain([values.from, values.to]).range([bottom, top]),
    left,
    right,
    top,
    bottom,
  };
}

/** The smallest round value domain that starts at zero (or below) and holds all values, with the ticks of about so many steps. */
export function valueDomain(
  values: Iterable<number | null | undefined>,
  floor = 0,
  steps = 4,
): Domain & { readonly ticks: readonly number[] } {
  let low = floor;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high <= low) high = low + 1;
  const nice = scaleLinear().domain([low, high]).nice(steps);
  const [from = 0, to = 1] = nice.domain();
  return { from, to, ticks: ticks(from, to, steps).filter((tick) => tick >= from && tick <= to) };
}

/** Tick words without units, for a chart whose title says the unit. */
export function tickText(value: number, unit: Unit, step: number): string {
  if (unit === '0-1' || unit === 'ratio') {
    const percent = value * 100;
    return step * 100 < 1 ? plainNumber(percent, step * 100 < 0.1 ? 2 : 1) : percentDigits(value);
  }
  if (unit === 's' && step < 1) return `${plainNumber(value * 1000, 0)}`;
  if (Math.abs(value) >= 1_000_000) return `${plainNumber(value / 1_000_000, 1)}M`;
  if (Math.abs(value) >= 10_000) return `${plainNumber(value / 1_000, 1)}k`;
  return plainNumber(value, step < 0.1 ? 2 : Number.isInteger(step) ? 0 : 1);
}

const SPANS = [
  { name: 'ms', seconds: 0.001, below: 1 },
  { name: 's', seconds: 1, below: 90 },
  { name: 'min', seconds: 60, below: 5400 },
  { name: 'h', seconds: 3600, below: Number.POSITIVE_INFINITY },
] as const;

/** Tick words that each carry their unit; durations all in the unit that suits the largest of them. */
export function ticksWithUnit(values: readonly number[], unit: Unit): string[] {
  const largest = Math.max(0, ...values.map(Math.abs));
  const step = values.length > 1 ? Math.abs((values[1] ?? 1) - (values[0] ?? 0)) : 1;
  if (unit === 's' || unit === 'seconds') {
    const span = SPANS.find(({ below }) => largest < below) ?? SPANS[3];
    return values.map((value) => `${plainNumber(value / span.seconds, 2)}\u00A0${span.name}`);
  }
  return values.map((value) => withUnit(tickText(value, unit, step), unit));
}

/** Grid lines with their values at the left edge, `bare` of their unit where the chart's title says it. */
export function valueAxis(
  area: Plot,
  values: readonly number[],
  unit: Unit,
  bare = false,
): { readonly paths: ScenePath[]; readonly texts: SceneText[] } {
  const step = values.length > 1 ? Math.abs((values[1] ?? 1) - (values[0] ?? 0)) : 1;
  const words = bare ? values.map((value) => tickText(value, unit, step)) : ticksWithUnit(values, unit);
  return {
    paths: values.map((value) => ({
      d: segment(area.left, area.y(value), area.right, area.y(value)),
      ink: 'grid',
      paint: 'stroke',
      width: 1,
    })),
    texts: values.map((value, index) => label(area.left - 6, area.y(value) + 4, words[index] ?? '', 'axis', 'end')),
  };
}

/** First and last time at the edges; seconds only when the axis spans less than ten minutes. */
export function timeAxis(area: Plot, time: Domain, height: number): SceneText[] {
  const seconds = time.to - time.from < 600_000;
  return [
    label(area.left, height - 5, clockText(time.from, seconds), 'axis', 'start'),
    label(area.right, height - 5, clockText(time.to, seconds), 'axis', 'end'),
  ];
}
