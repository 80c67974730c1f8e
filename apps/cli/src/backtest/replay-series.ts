import { ThinnedLine, type ChartPoint } from '@autoops/charts';
import { Backtest, LiveBacktest, type BacktestReport, type LabelledSegment, type Preset } from '@autoops/pipeline';

/** One row to replay: ms, value (NaN for a lost sample), and its label where the source has labels. */
export interface ReplayRow {
  readonly at: number;
  readonly value: number;
  readonly label?: boolean | undefined;
}

/** A series to replay, whose rows come in batches in order of arrival. */
export interface ReplaySource {
  readonly name: string;
  rows(): AsyncIterable<readonly ReplayRow[]> | Iterable<readonly ReplayRow[]>;
}

/** A replayed series: what was found, and what a picture shows of it. */
export interface Replayed {
  readonly name: string;
  readonly report: BacktestReport;
  readonly points: readonly ChartPoint[];
  readonly segments: readonly LabelledSegment[];
}

/** What to replay through: a preset of the deep engine, or without one the worker's loop with the series declared as it would be there. */
export interface ReplayOptions {
  readonly preset?: Preset | undefined;
  readonly seasonMs: number;
  readonly counter: boolean;
  readonly direction?: 'up' | 'down' | 'any' | undefined;
  readonly noticeable?: number | undefined;
}

const band = (expected: number, low: number, high: number): { low?: number; high?: number } =>
  Number.isFinite(expected) ? { low, high } : {};

/** Replays one series; memory does not grow with its length. */
export async function replaySeries(source: ReplaySource, options: ReplayOptions): Promise<Replayed> {
  const line = new ThinnedLine();
  const { preset, seasonMs, counter } = options;
  const replay =
    preset === undefined ? throughTheLoop(options, line) : throughTheDeepEngine({ preset, seasonMs, counter }, line);
  for await (const batch of source.rows()) for (const { at, value, label } of batch) replay.take(at, value, label);
  const report = replay.report();
  return { name: source.name, report, points: line.points(), segments: replay.labels.segments };
}

function throughTheLoop({ seasonMs, counter, direction, noticeable }: ReplayOptions, line: ThinnedLine): LiveBacktest {
  const bad = direction === undefined || direction === 'any' ? 'none' : direction;
  return new LiveBacktest({
    seasonMs,
    counter,
    ...(noticeable === undefined ? {} : { indicator: { noticeable, bad } }),
    onTick: ({ timestampMs, value, expected, bandLow, bandHigh }) =>
      line.add({
        at: timestampMs,
        value: Number.isFinite(value) ? value : null,
        ...band(expected, bandLow, bandHigh),
      }),
  });
}

function throughTheDeepEngine(
  options: { readonly preset: Preset; readonly seasonMs: number; readonly counter: boolean },
  line: ThinnedLine,
) {
  const backtest = new Backtest(options);
  return {
    labels: backtest.labels,
    report: () => backtest.report(),
    take(at: number, value: number, label: boolean | undefined): void {
      backtest.take(at, value, label);
      const { expected, low, high } = backtest.score;
      // Of a counter the picture shows what was scored: its rate.
      const shown = options.counter ? backtest.series.newest : value;
      line.add({ at, value: Number.isFinite(value) ? shown : null, ...band(expected, low, high) });
    },
  };
}
