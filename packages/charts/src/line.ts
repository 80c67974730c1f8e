import { area as areaPath, line as linePath } from 'd3-shape';
import { plot, ticksWithUnit, timeAxis, valueAxis, valueDomain, type Domain, type Plot } from './axes.ts';
import { gridStrokes, levelStroke, ON_LINE, ON_MARK, placed, placedIfFree, type Stroke } from './labels.ts';
import { laneHeight, markersAbove, markerStrokes, markerTexts, type ChartMarker } from './markers.ts';
import { label, round, segment, type Margins, type Scene, type ScenePath, type SceneText } from './scene.ts';
import { clockText, valueText, type Unit } from './words.ts';

/** One tick of a series; `value` null is a gap. `at` in ms since the epoch. */
export interface ChartPoint {
  readonly at: number;
  readonly value: number | null;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A point of a frozen forecast: quantiles in the chart's unit. */
export interface FanQuantiles {
  readonly at: number;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
}

export interface LineChartInput {
  /** What the line is, for the summary: "checkout error ratio". */
  readonly title: string;
  readonly unit: Unit;
  readonly points: readonly ChartPoint[];
  readonly markers?: readonly ChartMarker[];
  /** The words of markers are single letters and stand in a row above the plot, for which the upper margin has room. */
  readonly lettersAbove?: boolean;
  readonly forecast?: readonly FanQuantiles[];
  /** Said beside the forecast's line. */
  readonly forecastText?: string;
  readonly bound?: { readonly value: number; readonly text: string };
  readonly time?: Domain;
  readonly width?: number;
  readonly height?: number;
  /** Times after this one are unknown and hatched; the line never reaches into them. */
  readonly knownUntil?: number;
  /** Said in the hatched part where it has room. */
  readonly unknownText?: string;
  readonly margins?: Margins;
  /** The unit stands in a title beside the chart: its ticks go without. */
  readonly unitInTitle?: boolean;
}

export const CHART_MARGINS: Margins = { top: 10, right: 8, bottom: 20, left: 34 };

/** Pixels of a letter of a tick, and what stands between it and the plot. */
const TICK_LETTER_PX = 7;
const TICK_GAP_PX = 6;

/** The margins of a chart whose longest tick fits beside the plot. */
export function marginsFor(values: readonly number[], unit: Unit): Margins {
  const longest = Math.max(0, ...ticksWithUnit(values, unit).map((words) => words.length));
  return { ...CHART_MARGINS, left: Math.max(CHART_MARGINS.left, longest * TICK_LETTER_PX + TICK_GAP_PX) };
}

/** A hole is longer than so many usual steps. */
const HOLE_STEPS = 2.5;

/** So far apart, in ms, points of a line may be; more is a hole even where no null says so. 0 where there is one point or none. */
export function longestStep(instants: ArrayLike<number>): number {
  const steps = new Float64Array(Math.max(0, instants.length - 1));
  for (let index = 1; index < instants.length; index++) {
    steps[index - 1] = (instants[index] ?? 0) - (instants[index - 1] ?? 0);
  }
  steps.sort();
  return (steps[Math.floor(steps.length / 2)] ?? 0) * HOLE_STEPS;
}

/** Runs of known points; the line is drawn within a run and never across a gap. */
export function runsOfKnown<T extends { readonly at: number; readonly value: number | null }>(
  points: readonly T[],
): T[][] {
  const limit = longestStep(points.map(({ at }) => at));
  const runs: T[][] = [];
  let current: T[] = [];
  let previous: number | undefined;
  for (const point of points) {
    const hole = previous !== undefined && limit > 0 && point.at - previous > limit;
    if (point.value === null || !Number.isFinite(point.value) || hole) {
      if (current.length > 0) runs.push(current);
      current = [];
    }
    if (point.value !== null && Number.isFinite(point.value)) current.push(point);
    previous = point.at;
  }
  if (current.length > 0) runs.push(current);
  return runs;
}

/** Path data of a series with its gaps; a lone point becomes a short dash so that it is seen. */
export function seriesPath(points: readonly ChartPoint[], area: Plot): string {
  const draw = linePath<ChartPoint>(
    (point) => round(area.x(point.at)),
    (point) => round(area.y(point.value ?? 0)),
  );
  return runsOfKnown(points)
    .map((run) => {
      const only = run.length === 1 ? run[0] : undefined;
      if (only === undefined) return draw(run) ?? '';
      return segment(area.x(only.at) - 1, area.y(only.value ?? 0), area.x(only.at) + 1, area.y(only.value ?? 0));
    })
    .join('');
}

/** The strokes of a series, for words that shall keep clear of it. */
export function seriesStrokes(points: readonly ChartPoint[], area: Plot, weight: number): readonly Stroke[] {
  return runsOfKnown(points).map((run) => ({
    points: run.map((point) => [area.x(point.at), area.y(point.value ?? 0)] as const),
    weight,
  }));
}

function bandPath(points: readonly ChartPoint[], area: Plot, domain: Domain): string {
  const clamp = (value: number): number => Math.min(domain.to, Math.max(domain.from, value));
  const known = points.map((point) => ({
    at: point.at,
    value: point.low !== undefined && point.high !== undefined ? point.high : null,
    low: point.low,
  }));
  const draw = areaPath<(typeof known)[number]>()
    .x((point) => round(area.x(point.at)))
    .y0((point) => round(area.y(clamp(point.low ?? 0))))
    .y1((point) => round(area.y(clamp(point.value ?? 0))));
  return runsOfKnown(known)
    .map((run) => draw(run) ?? '')
    .join('');
}

/** Path data between two quantile curves; points with an unknown edge are left out. */
export function fanPath(
  points: readonly { readonly at: number; readonly low: number | null; readonly high: number | null }[],
  area: Plot,
): string {
  const known = points.filter((point) => point.low !== null && point.high !== null);
  if (known.length < 2) return '';
  return (
    areaPath<(typeof known)[number]>()
      .x((point) => round(area.x(point.at)))
      .y0((point) => round(area.y(point.low ?? 0)))
      .y1((point) => round(area.y(point.high ?? 0)))(known) ?? ''
  );
}

/** The part of the time axis after the newest sample, to the end of `time`, hatched: nobody knows. Empty when less than two units wide. */
export function unknownTail(area: Plot, time: Domain, knownUntil: number | undefined): ScenePath[] {
  if (knownUntil === undefined || knownUntil >= time.to) return [];
  const [x, right] = [Math.max(area.left, area.x(knownUntil)), Math.min(area.right, area.x(time.to))];
  if (right - x < 2) return [];
  const d = `M${round(x)} ${area.top}H${round(right)}V${area.bottom}H${round(x)}Z`;
  return [{ d, ink: 'unknown', paint: 'hatch' }];
}

/** Words in the middle of a hatched part, where nothing else stands; none where it has no room for them. */
export function unknownWords(
  words: string | undefined,
  hatched: Domain,
  strokes: readonly Stroke[],
  texts: readonly SceneText[],
  area: Plot,
): readonly SceneText[] {
  if (words === undefined || hatched.to <= hatched.from) return [];
  const [left, right] = [area.x(hatched.from), area.x(hatched.to)];
  const at = (share: number): SceneText =>
    label((left + right) / 2, area.top + (area.bottom - area.top) * share, words, 'axis', 'middle');
  const text = placedIfFree([at(0.46), at(0.3), at(0.64), at(0.84)], strokes, texts, { ...area, left, right });
  return text === undefined ? [] : [text];
}

/** What the chart of `input` says in one sentence: last value, band, highest; without drawing it. `last` is the newest known point. */
export function lineSummary(
  input: LineChartInput,
  last: ChartPoint | undefined = input.points.findLast((point) => point.value !== null),
): string {
  if (last === undefined || last.value === null) return `${input.title}: no data in this time range.`;
  const value = valueText(last.value, input.unit);
  const band =
    last.low !== undefined && last.high !== undefined
      ? `, expected ${valueText(last.low, input.unit)} to ${valueText(last.high, input.unit)}`
      : '';
  const highest = input.points.reduce(
    (most, point) => (point.value !== null && point.value > most ? point.value : most),
    last.value,
  );
  return `${input.title} is ${value} at ${clockText(last.at, true)} UTC${band}; highest in this range ${valueText(highest, input.unit)}.`;
}

/** One series over time with its expected band, gaps, markers, an optional frozen forecast and an optional bound. */
export function lineChart(input: LineChartInput): Scene {
  const width = input.width ?? 400;
  const height = input.height ?? 206;
  const ahead = input.forecast ?? [];
  const time = input.time ?? {
    from: input.points[0]?.at ?? 0,
    to: Math.max(input.points.at(-1)?.at ?? 1, ahead.at(-1)?.at ?? 0),
  };
  const shown = input.points.filter((point) => point.at >= time.from && point.at <= time.to);
  // A band much wider than the line is cut off rather than flattening it.
  const top = Math.max(0, ...shown.map((point) => point.value ?? 0)) * 2;
  const values = [
    ...shown.map((point) => point.value),
    ...shown.map((point) => (point.high === undefined || top === 0 ? point.high : Math.min(point.high, top))),
    ...ahead.map((point) => point.p90),
    input.bound?.value,
  ];
  const domain = valueDomain(values, shown.some((point) => (point.value ?? 0) < 0) ? -1 : 0);
  const margins = input.margins ?? marginsFor(domain.ticks, input.unit);
  const markers = input.markers ?? [];
  const lane = input.lettersAbove ? 0 : laneHeight(markers, plot(width, height, margins, time, domain));
  const area = plot(width, height, { ...margins, top: Math.max(margins.top, lane) }, time, domain);
  const axis = valueAxis(area, domain.ticks, input.unit, input.unitInTitle);
  const band = bandPath(shown, area, domain);
  const marks = (input.lettersAbove ? markersAbove : markerTexts)(markers, area);
  const last = shown.findLast((point) => point.value !== null);
  const paths: ScenePath[] = [...axis.paths, ...unknownTail(area, time, input.knownUntil)];
  const texts: SceneText[] = [...axis.texts, ...timeAxis(area, time, height)];

  const strokes: Stroke[] = [
    ...seriesStrokes(shown, area, ON_LINE),
    ...seriesStrokes(
      ahead.map((point) => ({ at: point.at, value: point.p50 })),
      area,
      ON_LINE,
    ),
    ...markerStrokes(markers, area),
    ...gridStrokes(area, domain.ticks.map(area.y)),
  ];
  if (input.bound !== undefined) {
    const y = area.y(input.bound.value);
    strokes.push(levelStroke(area, y, ON_MARK));
  }
  texts.push(...marks.texts);

  if (band !== '') {
    paths.push({ d: band, ink: 'band', paint: 'fill' });
    const banded = shown.filter((point) => point.high !== undefined);
    const beside = (y: number) => (point: ChartPoint) =>
      label(area.x(point.at), area.y(Math.min(point.high ?? 0, domain.to)) + y, 'expected', 'band-text', 'middle');
    const [first, ...others] = [0.4, 0.75, 0.15, 0.6, 0.28, 0.88].flatMap((share) => {
      const point = banded[Math.floor(banded.length * share)];
      return point === undefined ? [] : [point];
    });
    const words =
      first &&
      placedIfFree(
        [beside(-5)(first), ...others.map(beside(-5)), ...[first, ...others].map(beside(14))],
        strokes,
        texts,
        { ...area, right: Math.min(area.right, area.x(input.knownUntil ?? time.to)) },
      );
    if (words !== undefined) texts.push(words);
  }
  const fan = fanPath(
    ahead.map((point) => ({ at: point.at, low: point.p10, high: point.p90 })),
    area,
  );
  if (fan !== '') paths.push({ d: fan, ink: 'fan-inner', paint: 'fill' });
  const middlePath = seriesPath(
    ahead.map((point) => ({ at: point.at, value: point.p50 })),
    area,
  );
  if (middlePath !== '') paths.push({ d: middlePath, ink: 'forecast', paint: 'stroke', width: 1.6, dash: [2, 4] });
  if (input.bound !== undefined) {
    const y = area.y(input.bound.value);
    paths.push({ d: segment(area.left, y, area.right, y), ink: 'muted', paint: 'stroke', width: 1, dash: [5, 3] });
    const words = input.bound.text;
    const end = (below: number): SceneText => label(area.right, y + below, words, 'muted', 'end');
    const start = (below: number): SceneText => label(area.left + 4, y + below, words, 'muted');
    texts.push(placed([end(-4), end(13), start(-4), start(13)], strokes, texts, area));
  }
  const lastAhead = ahead.findLast((point) => point.p50 !== null);
  if (input.forecastText !== undefined && lastAhead?.p50 !== null && lastAhead?.p50 !== undefined) {
    const words = input.forecastText;
    const at = (y: number, x = area.right): SceneText => label(x, y, words, 'forecast', 'end', true);
    const middle = area.y(lastAhead.p50);
    const [above, below] = [area.y(lastAhead.p90 ?? lastAhead.p50), area.y(lastAhead.p10 ?? lastAhead.p50)];
    const ys = [
      ...[middle - 6, middle + 15, above - 6, below + 15, above + 12, below - 6, area.top + 12, area.bottom - 20],
      ...Array.from({ length: Math.floor((area.bottom - area.top) / 12) }, (_, row) => area.top + 14 + row * 12),
    ];
    texts.push(
      placed([at(middle - 6), ...ys.map((y) => at(y)), ...ys.map((y) => at(y, area.right - 40))], strokes, texts, area),
    );
  }
  if (input.knownUntil !== undefined)
    texts.push(...unknownWords(input.unknownText, { from: input.knownUntil, to: time.to }, strokes, texts, area));
  if (last === undefined)
    texts.push(
      label(
        (area.left + area.right) / 2,
        (area.top + area.bottom) / 2,
        'no data in this time range',
        'axis',
        'middle',
        false,
        12,
      ),
    );
  const observed = seriesPath(shown, area);
  if (observed !== '') paths.push({ d: observed, ink: 'observed', paint: 'stroke', width: 1.6 });
  paths.push(...marks.paths);

  return {
    width,
    height,
    paths,
    texts,
    summary: lineSummary(input, last),
    table: {
      columns: ['time (UTC)', input.title, 'expected from', 'expected to'],
      rows: shown.map((point) => [
        clockText(point.at, true),
        valueText(point.value, input.unit),
        point.low === undefined ? '' : valueText(point.low, input.unit),
        point.high === undefined ? '' : valueText(point.high, input.unit),
      ]),
    },
  };
}
