import { engineConfiguration } from '../engine/configuration.ts';
import { emptyDeepScore, type DeepScore } from '../engine/deep-score.ts';
import { DeepSeries, type DeepOptions } from '../engine/deep-series.ts';
import type { Episode } from '../engine/episode.ts';
import { rateOf, type Estimate } from './intervals.ts';
import { judgeAlarms, type AlarmVerdict, type LabelComparison, type LabelledSegment } from './judge-alarms.ts';

/** An alarm of the replay with the episode that it opened. `at` in ms. */
export interface BacktestAlarm {
  readonly at: number;
  readonly score: number;
  readonly verdict: AlarmVerdict;
  readonly episode: Episode;
}

/** What a replay found. Times in ms. */
export interface BacktestReport {
  readonly preset: string;
  readonly engine: { readonly version: number; readonly digest: string };
  readonly rows: number;
  readonly lost: number;
  readonly from: number | null;
  readonly to: number | null;
  /** When the Detector had seen enough to be judged; null where it never had. */
  readonly judgedFrom: number | null;
  readonly judgedDays: number;
  readonly alarms: readonly BacktestAlarm[];
  /** Alarms after learning. */
  readonly alarmsPerDay: Estimate;
  /** Undefined where the series has no labels. */
  readonly labels: LabelComparison | undefined;
}

const DAY_MS = 86_400_000;

/** Replays one series through the engine as it runs live, row by row, and keeps what a report needs: alarms and labels, no rows. */
export class Backtest {
  readonly series: DeepSeries;
  /** The newest row's score; the next row overwrites it. */
  readonly score: DeepScore = emptyDeepScore();
  private readonly preset: string;
  private readonly opened: { at: number; score: number; episode: Episode }[] = [];
  private readonly segments: { from: number; to: number }[] = [];
  private labelled = false;
  private inSegment = false;
  private rows = 0;
  private lost = 0;
  private from: number | null = null;
  private to: number | null = null;
  private judgedFrom: number | null = null;

  constructor(options: DeepOptions) {
    this.series = new DeepSeries(options);
    this.preset = options.preset;
  }

  /** Takes in the next row in order of arrival: its time in ms, its value (NaN for a lost sample), its label where there is one. */
  take(at: number, value: number, label?: boolean): void {
    const { score, series } = this;
    series.step(at, value, score);
    this.rows += 1;
    if (!Number.isFinite(value)) this.lost += 1;
    this.from ??= at;
    this.to = Math.max(this.to ?? at, at);
    if (!score.learning) this.judgedFrom ??= at;
    this.takeLabel(at, label);
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

  private takeLabel(at: number, label: boolean | undefined): void {
    if (label === undefined) return;
    this.labelled = true;
    const last = this.segments.at(-1);
    if (label && this.inSegment && last !== undefined) last.to = at;
    else if (label) this.segments.push({ from: at, to: at });
    this.inSegment = label;
  }

  /** The report so far. */
  report(): BacktestReport {
    const { rows, lost, from, to, judgedFrom, preset } = this;
    const judgedMs = judgedFrom === null || to === null ? 0 : to - judgedFrom;
    const start = judgedFrom ?? Number.POSITIVE_INFINITY;
    const segments: readonly LabelledSegment[] = this.segments;
    const { verdicts, comparison } = judgeAlarms(
      this.opened.map(({ at }) => at),
      segments,
      start,
      judgedMs,
      this.series.policy.interval(),
    );
    const counted = this.opened.filter(({ at }) => at >= start).length;
    return {
      preset,
      engine: engineConfiguration(),
      rows,
      lost,
      from,
      to,
      judgedFrom,
      judgedDays: judgedMs / DAY_MS,
      alarms: this.opened.map(({ at, score, episode }, index) => ({
        at,
        score,
        verdict: this.labelled ? (verdicts[index] ?? 'unjudged') : 'unjudged',
        episode,
      })),
      alarmsPerDay: rateOf(counted, judgedMs / DAY_MS),
      labels: this.labelled ? comparison : undefined,
    };
  }

  /** Labelled anomalies so far, learning or not. */
  labelledSegments(): readonly LabelledSegment[] {
    return this.segments;
  }
}
