import { engineConfiguration } from '../engine/configuration.ts';
import { emptyDeepScore, type DeepScore } from '../engine/deep-score.ts';
import { DeepSeries, type DeepOptions } from '../engine/deep-series.ts';
import type { Episode } from '../engine/episode.ts';
import { LabelledRows, type BacktestReport } from './labelled-rows.ts';

/** Replays one series through the deep engine, as `autoops detect` runs it, and keeps what a report needs: alarms and labels, no rows. */
export class Backtest {
  readonly series: DeepSeries;
  /** The newest row's score; the next row overwrites it. */
  readonly score: DeepScore = emptyDeepScore();
  readonly labels = new LabelledRows();
  private readonly preset: string;
  private readonly opened: { at: number; score: number; episode: Episode }[] = [];
  private judgedFrom: number | null = null;

  constructor(options: DeepOptions) {
    this.series = new DeepSeries(options);
    this.preset = options.preset;
  }

  /** Takes in the next row in order of arrival: its time in ms, its value (NaN for a lost sample), its label where there is one. */
  take(at: number, value: number, label?: boolean): void {
    const { score, series } = this;
    series.step(at, value, score);
    this.labels.take(at, value, label);
    if (!score.learning) this.judgedFrom ??= at;
    const episode = series.episode.read();
    if (episode === undefined) return;
    const latest = this.opened.at(-1);
    if (score.alarm) {
      // The next event ends the one before, which had not been calm for long enough.
      if (latest?.episode.endedAt === undefined && latest !== undefined)
        latest.episode = { ...latest.episode, endedAt: latest.episode.lastAt };
      this.opened.push({ at, score: score.score, episode });
    } else if (latest !== undefined && latest.episode.endedAt === undefined) latest.episode = episode;
  }

  /** The report so far. */
  report(): BacktestReport {
    const { preset, judgedFrom, series } = this;
    const intervalMs = series.policy.interval();
    return this.labels.report(this.opened, { preset, engine: engineConfiguration(), judgedFrom, intervalMs });
  }
}
