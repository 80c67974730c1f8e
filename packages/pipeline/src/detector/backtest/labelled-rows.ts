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
  /** `live` where the worker's own loop was run, or a preset of the deep engine. */
  readonly preset: string;
  readonly engine: { readonly version: number | string; readonly digest: string };
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

/** What a back-test keeps of the rows themselves: how many, when, and which were labelled. */
export class LabelledRows {
  readonly segments: LabelledSegment[] = [];
  private labelled = false;
  private inSegment = false;
  private rows = 0;
  private lost = 0;
  private from: number | null = null;
  private to: number | null = null;

  /** Takes in the next row: its time in ms, its value (not finite where it was lost), its label where there is one. */
  take(at: number, value: number, label: boolean | undefined): void {
    this.rows += 1;
    if (!Number.isFinite(value)) this.lost += 1;
    this.from ??= at;
    this.to = Math.max(this.to ?? at, at);
    if (label === undefined) return;
    this.labelled = true;
    const last = this.segments.at(-1);
    if (label && this.inSegment && last !== undefined) this.segments[this.segments.length - 1] = { ...last, to: at };
    else if (label) this.segments.push({ from: at, to: at });
    this.inSegment = label;
  }

  /** The report of a replay over these rows that opened these episodes. */
  report(
    opened: readonly { readonly at: number; readonly score: number; readonly episode: Episode }[],
    replay: Pick<BacktestReport, 'preset' | 'engine' | 'judgedFrom'> & { readonly intervalMs: number },
  ): BacktestReport {
    const { rows, lost, from, to } = this;
    const { preset, engine, judgedFrom, intervalMs } = replay;
    const judgedMs = judgedFrom === null || to === null ? 0 : to - judgedFrom;
    const start = judgedFrom ?? Number.POSITIVE_INFINITY;
    const { verdicts, comparison } = judgeAlarms(
      opened.map(({ at }) => at),
      this.segments,
      start,
      judgedMs,
      intervalMs,
    );
    const counted = opened.filter(({ at }) => at >= start).length;
    return {
      preset,
      engine,
      rows,
      lost,
      from,
      to,
      judgedFrom,
      judgedDays: judgedMs / DAY_MS,
      alarms: opened.map(({ at, score, episode }, index) => ({
        at,
        score,
        verdict: this.labelled ? (verdicts[index] ?? 'unjudged') : 'unjudged',
        episode,
      })),
      alarmsPerDay: rateOf(counted, judgedMs / DAY_MS),
      labels: this.labelled ? comparison : undefined,
    };
  }
}
