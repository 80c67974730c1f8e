import { plot } from './axes.ts';
import { CHART_MARGINS, lineChart, type ChartPoint } from './line.ts';
import { label, round, type Ink, type Margins, type Scene, type ScenePath } from './scene.ts';

export interface BacktestChartInput {
  readonly title: string;
  readonly points: readonly ChartPoint[];
  /** Alarms in ms with what the labels say of them. */
  readonly alarms: readonly { readonly at: number; readonly verdict: 'hit' | 'false' | 'unjudged' }[];
  /** Labelled anomalies in ms. */
  readonly segments: readonly { readonly from: number; readonly to: number }[];
  /** Until then the Detector was learning. */
  readonly learnedAt?: number | undefined;
  readonly width?: number;
  readonly height?: number;
}

const VERDICT_INK: Readonly<Record<'hit' | 'false' | 'unjudged', Ink>> = {
  hit: 'allow',
  false: 'critical',
  unjudged: 'high',
};
const MARGINS: Margins = { ...CHART_MARGINS, top: 26, left: 48 };
const STRIP = 5;

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** A replayed series with its band, every alarm as a line in the colour of its verdict, and labelled anomalies as strips below. */
export function backtestChart(input: BacktestChartInput): Scene {
  const { title, points, alarms, segments } = input;
  const [width, height] = [input.width ?? 1200, input.height ?? 320];
  const time = { from: points[0]?.at ?? 0, to: points.at(-1)?.at ?? 1 };
  const scene = lineChart({
    title,
    unit: '',
    points,
    time,
    width,
    height,
    margins: MARGINS,
    markers: alarms.map(({ at, verdict }) => ({
      at,
      text: '',
      ink: VERDICT_INK[verdict],
      dashed: verdict === 'unjudged',
    })),
  });
  const area = plot(width, height, MARGINS, time, { from: 0, to: 1 });
  const strip = (from: number, to: number, ink: Ink, paint: ScenePath['paint']): ScenePath => {
    const left = round(area.x(Math.max(time.from, from)));
    const right = Math.max(left + 2, round(area.x(Math.min(time.to, to))));
    return { d: `M${left} ${area.bottom - STRIP}H${right}V${area.bottom}H${left}Z`, ink, paint };
  };
  const hits = alarms.filter(({ verdict }) => verdict === 'hit').length;
  const wrong = alarms.filter(({ verdict }) => verdict === 'false').length;
  const words =
    segments.length === 0
      ? count(alarms.length, 'alarm', 'alarms')
      : `${count(alarms.length, 'alarm', 'alarms')}: ${hits} right (green), ${wrong} false (red), ${alarms.length - hits - wrong} not judged (dashed); ${count(segments.length, 'labelled anomaly', 'labelled anomalies')} (strips below)`;
  return {
    ...scene,
    paths: [
      ...(input.learnedAt === undefined ? [] : [strip(time.from, input.learnedAt, 'unknown', 'hatch')]),
      ...scene.paths,
      ...segments.map(({ from, to }) => strip(from, to, 'forecast', 'fill')),
    ],
    texts: [...scene.texts, label(MARGINS.left, 15, `${title}: ${words}`, 'axis', 'start', true, 12)],
    summary: `${title}: ${words}.`,
  };
}
