import { plot, valueAxis } from './axes.ts';
import { marginsFor, seriesPath } from './line.ts';
import { label, segment, type Scene, type ScenePath, type SceneText } from './scene.ts';
import { durationText, percentDigits } from './words.ts';

const HOUR = 3600;
const TICKS = [0, 0.5, 1];
/** Below this chance the interval of a time that hardly comes would say more than is known. */
const TELLING = 0.05;

export interface BreachChartInput {
  /** What fills up: "disk used of orders". */
  readonly title: string;
  /** Probability, in [0,1], that the limit is reached within so many hours. */
  readonly probability: readonly { readonly hours: number; readonly value: number }[];
  /** Seconds until the limit is reached, given that it is within the hours shown. */
  readonly time?:
    | {
        readonly q025: number;
        readonly q10: number;
        readonly q50: number;
        readonly q90: number;
        readonly q975: number;
      }
    | undefined;
  readonly width?: number;
  readonly height?: number;
}

/** How likely a bounded resource is full by each hour ahead, and when, if it comes: median with its 80 and 95 % intervals. */
export function breachChart(input: BreachChartInput): Scene {
  const width = input.width ?? 400;
  const height = input.height ?? 130;
  const last = input.probability.at(-1);
  const hours = last?.hours ?? 48;
  const area = plot(width, height, marginsFor(TICKS, '0-1'), { from: 0, to: hours * HOUR }, { from: 0, to: 1 });
  const axis = valueAxis(area, TICKS, '0-1');
  const paths: ScenePath[] = [];
  const texts: SceneText[] = [...axis.texts, label(area.left, height - 5, 'now', 'axis')];
  const time = (last?.value ?? 0) >= TELLING ? input.time : undefined;
  const column = (from: number, to: number): string =>
    `${segment(area.x(from), area.top, area.x(to), area.top)}V${area.bottom}H${area.x(from)}Z`;
  if (time !== undefined) {
    paths.push({ d: column(time.q025, time.q975), ink: 'fan-outer', paint: 'fill' });
    paths.push({ d: column(time.q10, time.q90), ink: 'fan-inner', paint: 'fill' });
  }
  paths.push(...axis.paths);
  if (time !== undefined) {
    const x = area.x(time.q50);
    paths.push({ d: segment(x, area.top, x, area.bottom), ink: 'forecast', paint: 'stroke', width: 1, dash: [3, 3] });
    const anchor = x > area.right - 60 ? 'end' : 'start';
    texts.push(
      label(
        x + (anchor === 'end' ? -4 : 4),
        area.top + 10,
        durationText(Math.round(time.q50 / 600) * 600),
        'forecast',
        anchor,
        true,
      ),
    );
  }
  const curve = seriesPath(
    [
      { at: 0, value: 0 },
      ...input.probability.map((point) => ({ at: point.hours * HOUR, value: point.value })),
    ].flatMap((point, i, all) => {
      // Knots stand hours apart; without points between them the line would be taken for one with holes.
      const before = all[i - 1];
      if (before === undefined) return [point];
      const steps = Math.max(1, Math.round((point.at - before.at) / HOUR));
      return Array.from({ length: steps }, (_, step) => {
        const part = (step + 1) / steps;
        return {
          at: before.at + part * (point.at - before.at),
          value: before.value + part * (point.value - before.value),
        };
      });
    }),
    area,
  );
  paths.push({ d: curve, ink: 'forecast', paint: 'stroke', width: 1.6 });
  texts.push(label(area.right, height - 5, `in ${hours} h`, 'axis', 'end'));
  const percent = (value: number): string => `${percentDigits(value)} %`;
  const when =
    time === undefined
      ? ''
      : `; if it comes, half the time within ${durationText(time.q50)} (80 %: ${durationText(time.q10)} to ${durationText(time.q90)})`;
  return {
    width,
    height,
    paths,
    texts,
    summary: `${input.title}: ${last === undefined ? 'the chance is unknown' : `${percent(last.value)} chance to be full within ${hours} h`}${when}.`,
    table: {
      columns: ['within', 'chance to be full'],
      rows: input.probability.map((point) => [`${point.hours} h`, percent(point.value)]),
    },
  };
}
