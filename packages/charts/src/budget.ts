import { plot, timeAxis, valueAxis, type Domain } from './axes.ts';
import { boxOf, gridStrokes, ON_LINE, ON_MARK, placed, type Stroke } from './labels.ts';
import {
  CHART_MARGINS,
  fanPath,
  marginsFor,
  seriesPath,
  seriesStrokes,
  unknownTail,
  unknownWords,
  type ChartPoint,
  type FanQuantiles,
} from './line.ts';
import { label, segment, type Margins, type Scene, type ScenePath, type SceneText } from './scene.ts';
import { clockText, durationText, percentDigits } from './words.ts';

/** Half the width of a central 95 % interval over that of an 80 % one, for a normal error: 1.960 / 1.282. */
const WIDEN_80_TO_95 = 1.529;

export interface BudgetChartInput {
  readonly title: string;
  /** Budget left as a ratio, 1 = untouched. */
  readonly observed: readonly ChartPoint[];
  /** Budget left if nothing is done, frozen: P10, P50, P90. */
  readonly fan?: readonly FanQuantiles[];
  /** Said of the fan; by default what its two shades are. */
  readonly fanText?: string;
  /** Said of the observed line, under its start. */
  readonly observedText?: string;
  /** Seconds from `issuedAt` until nothing is left; null = beyond the horizon. */
  readonly exhaustion?: {
    readonly issuedAt: number;
    readonly p10: number | null;
    readonly p50: number | null;
    readonly p90: number | null;
  };
  readonly now?: number;
  readonly time?: Domain;
  readonly width?: number;
  readonly height?: number;
  readonly margins?: Margins;
  /** The unit stands in a title beside the chart: its ticks go without. */
  readonly unitInTitle?: boolean;
  /** Times after this one, up to `knownAgainFrom`, are unknown and hatched. */
  readonly knownUntil?: number;
  readonly knownAgainFrom?: number;
  /** Said in the hatched part where it has room. */
  readonly unknownText?: string;
}

/** The 95 % band around the 80 % one of a fan, under the assumption that errors are normal on either side of the median. */
export function widen(point: FanQuantiles): {
  readonly at: number;
  readonly low: number | null;
  readonly high: number | null;
} {
  const { at, p10, p50, p90 } = point;
  if (p10 === null || p50 === null || p90 === null) return { at, low: null, high: null };
  return {
    at,
    low: Math.max(0, p50 - (p50 - p10) * WIDEN_80_TO_95),
    high: Math.min(1, p50 + (p90 - p50) * WIDEN_80_TO_95),
  };
}

const TICKS = [0, 0.5, 1];

/** What a unit of the pale edge of a fan costs words that lie on it. */
const ON_EDGE = 0.2;

/** What the two shades of a fan are, as far as there is room for it. */
function fanWords(room: number): string {
  const words = 'forecast, 80 % and 95 %';
  const { left, right } = boxOf(label(0, 0, words, 'forecast', 'start', true));
  return right - left < room ? words : 'forecast';
}

const clamp = (value: number | null): number | null => (value === null ? null : Math.min(1, Math.max(0, value)));

function summary(input: BudgetChartInput): string {
  const left = input.observed.findLast((point) => point.value !== null)?.value;
  const known =
    left === null || left === undefined ? 'budget left is unknown' : `${percentDigits(left)} % of the budget is left`;
  const end = input.exhaustion;
  if (end === undefined) return `${input.title}: ${known}.`;
  if (end.p50 === null) return `${input.title}: ${known}; it does not run out within the forecast's horizon.`;
  const range =
    end.p10 !== null && end.p90 !== null ? ` (80 %: ${durationText(end.p10)} to ${durationText(end.p90)})` : '';
  return `${input.title}: ${known}; if nothing is done it is gone in ${durationText(end.p50)}${range}.`;
}

/** Error budget over time: what was observed, and the frozen fan of what happens if nothing is done. */
export function budgetChart(input: BudgetChartInput): Scene {
  const width = input.width ?? 400;
  const height = input.height ?? 206;
  const fan = (input.fan ?? []).map((point) => ({
    at: point.at,
    p10: clamp(point.p10),
    p50: clamp(point.p50),
    p90: clamp(point.p90),
  }));
  const time = input.time ?? {
    from: input.observed[0]?.at ?? fan[0]?.at ?? 0,
    to: Math.max(input.observed.at(-1)?.at ?? 1, fan.at(-1)?.at ?? 0),
  };
  const domain = { from: 0, to: 1 };
  const area = plot(width, height, input.margins ?? marginsFor(TICKS, '0-1'), time, domain);
  const axis = valueAxis(area, TICKS, '0-1', input.unitInTitle);
  /** Words may also stand above the plot, where its upper margin is wider than usual. */
  const room = { ...area, top: Math.min(area.top, CHART_MARGINS.top) };
  const unknown = { from: input.knownUntil ?? time.to, to: input.knownAgainFrom ?? time.to };
  const inTime = <T extends { readonly at: number }>(points: readonly T[]): T[] =>
    points.filter((point) => point.at >= time.from && point.at <= time.to);
  const shownFan = inTime(fan);
  const shown = inTime(input.observed).map((point) => ({ at: point.at, value: clamp(point.value) }));
  const paths: ScenePath[] = [...axis.paths, ...unknownTail(area, unknown, input.knownUntil)];
  const texts: SceneText[] = [
    ...axis.texts,
    label(area.left, height - 5, timeAxis(area, time, height)[0]?.text ?? '', 'axis'),
  ];

  const outer = fanPath(shownFan.map(widen), area);
  const inner = fanPath(
    shownFan.map((point) => ({ at: point.at, low: point.p10, high: point.p90 })),
    area,
  );
  if (outer !== '') paths.push({ d: outer, ink: 'fan-outer', paint: 'fill' });
  if (inner !== '') paths.push({ d: inner, ink: 'fan-inner', paint: 'fill' });
  const firstZero = shownFan.findIndex((point) => point.p50 === 0);
  const descent = firstZero === -1 ? shownFan : shownFan.slice(0, firstZero + 1);
  const middle = seriesPath(
    descent.map((point) => ({ at: point.at, value: point.p50 })),
    area,
  );
  if (middle !== '') paths.push({ d: middle, ink: 'forecast', paint: 'stroke', width: 1.6, dash: [2, 4] });
  const observed = seriesPath(shown, area);
  if (observed !== '') paths.push({ d: observed, ink: 'observed', paint: 'stroke', width: 1.6 });

  const end = input.exhaustion;
  const goneAt = end?.p50 === null || end?.p50 === undefined ? undefined : end.issuedAt + end.p50 * 1000;
  const goneX = goneAt !== undefined && goneAt <= time.to ? area.x(goneAt) : undefined;
  if (goneX !== undefined && goneAt !== undefined) {
    const anchor = goneX > area.right - 24 ? 'end' : 'middle';
    texts.push(
      label(
        anchor === 'end' ? area.right : goneX,
        height - 5,
        clockText(goneAt, time.to - time.from < 600_000),
        'forecast',
        anchor,
        true,
      ),
    );
  }
  // The right edge keeps its time only where the exhaustion time leaves room.
  if (goneX === undefined || goneX < area.right - 80)
    texts.push(label(area.right, height - 5, clockText(time.to, time.to - time.from < 600_000), 'axis', 'end'));
  const now = input.now !== undefined && input.now > time.from && input.now < time.to ? area.x(input.now) : undefined;
  if (now !== undefined)
    paths.push({ d: segment(now, area.top, now, area.bottom), ink: 'muted', paint: 'stroke', width: 1 });
  const curve = (of: (point: FanQuantiles) => number | null, weight: number): readonly Stroke[] =>
    seriesStrokes(
      shownFan.map((point) => ({ at: point.at, value: of(point) })),
      area,
      weight,
    );
  const strokes: Stroke[] = [
    ...seriesStrokes(shown, area, ON_LINE),
    ...seriesStrokes(
      descent.map((point) => ({ at: point.at, value: point.p50 })),
      area,
      ON_LINE,
    ),
    ...curve((point) => widen(point).low, ON_EDGE),
    ...curve((point) => widen(point).high, ON_EDGE),
    ...gridStrokes(area, TICKS.map(area.y)),
    ...(now === undefined
      ? []
      : [
          {
            points: [
              [now, area.top],
              [now, area.bottom],
            ],
            weight: ON_MARK,
          } as const,
        ]),
  ];
  if (now !== undefined) {
    const beside = (y: number, anchor: SceneText['anchor']): SceneText =>
      label(anchor === 'end' ? now - 4 : now + 4, y, 'now', 'axis', anchor);
    // At the foot first: at the top runs the line of a fresh budget.
    const [foot, middle] = [area.bottom - 5, (area.top + area.bottom) / 2];
    texts.push(
      placed(
        [
          beside(foot, 'end'),
          beside(foot, 'start'),
          beside(area.top + 10, 'end'),
          beside(area.top + 10, 'start'),
          beside(middle, 'end'),
          beside(middle, 'start'),
        ],
        strokes,
        texts,
        area,
      ),
    );
  }
  const firstShown = shown.find((point) => point.value !== null);
  if (input.observedText !== undefined && firstShown?.value !== null && firstShown?.value !== undefined) {
    const words = input.observedText;
    const [x, y] = [area.x(firstShown.at) + 2, area.y(firstShown.value)];
    const under = (below: number): SceneText => label(x, y + below, words, 'observed', 'start', true);
    const above = label(x, area.top - 5, words, 'observed', 'start', true);
    texts.push(
      placed(
        [under(-6), above, under(16), under(28), under(40), under(56), under(72), under(88)],
        strokes,
        texts,
        room,
      ),
    );
  }
  if (shownFan.length > 1) {
    const words = input.fanText ?? fanWords(area.right - Math.max(area.left, now ?? area.left));
    const end = (y: number): SceneText => label(area.right, y, words, 'forecast', 'end', true);
    const start = (y: number): SceneText => label(area.left + 4, y, words, 'forecast', 'start', true);
    const level = area.y(shownFan[0]?.p50 ?? 0.5);
    // A fan that starts high leaves the upper right corner free; one that starts low leaves the room above it.
    texts.push(
      placed(
        [
          end(area.top + 14),
          end(area.top - 5),
          end(Math.max(area.top + 26, level - 8)),
          start(area.bottom - 8),
          end((area.top + area.bottom) / 2 - 6),
          end(area.bottom - 8),
          start((area.top + area.bottom) / 2 - 6),
        ],
        strokes,
        texts,
        room,
      ),
    );
  }
  texts.push(...unknownWords(input.unknownText, unknown, strokes, texts, area));

  const percent = (value: number | null): string => (value === null ? 'unknown' : `${percentDigits(value)} %`);
  return {
    width,
    height,
    paths,
    texts,
    summary: summary(input),
    table: {
      columns: ['time (UTC)', 'budget left', '80 % low', '80 % high'],
      rows: [
        ...shown.map((point) => [clockText(point.at, true), percent(point.value), '', '']),
        ...shownFan.map((point) => [
          clockText(point.at, true),
          `${percent(point.p50)} (forecast)`,
          percent(point.p10),
          percent(point.p90),
        ]),
      ],
    },
  };
}
