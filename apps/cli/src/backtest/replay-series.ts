import { ThinnedLine, type ChartPoint } from '@autoops/charts';
import { Backtest, type BacktestReport, type DeepOptions, type LabelledSegment } from '@autoops/pipeline';

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

/** Replays one series; memory does not grow with its length. */
export async function replaySeries(source: ReplaySource, options: DeepOptions): Promise<Replayed> {
  const backtest = new Backtest(options);
  const line = new ThinnedLine();
  for await (const batch of source.rows()) {
    for (const { at, value, label } of batch) {
      backtest.take(at, value, label);
      const { expected, low, high } = backtest.score;
      // Of a counter the picture shows what was scored: its rate.
      const shown = options.counter === true ? backtest.series.newest : value;
      line.add({
        at,
        value: Number.isFinite(value) ? shown : null,
        ...(Number.isFinite(expected) ? { low, high } : {}),
      });
    }
  }
  return { name: source.name, report: backtest.report(), points: line.points(), segments: backtest.labelledSegments() };
}
