import { medianEstimate, rateOf, shareOf, type Estimate } from './intervals.ts';

/** A labelled anomaly: its first and last row, ms. */
export interface LabelledSegment {
  readonly from: number;
  readonly to: number;
}

/** What an alarm turned out to be; `unjudged` came before the Detector had learned, or where nothing is labelled. */
export type AlarmVerdict = 'hit' | 'false' | 'unjudged';

/** How alarms compare with labels; only what comes after learning counts. */
export interface LabelComparison {
  readonly segments: number;
  readonly found: number;
  readonly missed: readonly LabelledSegment[];
  readonly hits: number;
  readonly falseAlarms: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  /** From the start of a found segment to its first alarm, s; 0 where the alarm came first. */
  readonly delaySeconds: Estimate;
  readonly falseAlarmsPerDay: Estimate;
}

const DAY_MS = 86_400_000;

/** An alarm is right from 5 min (or one sample) before a segment until its end, or until 15 min (or one sample) after its start. */
const EARLY_MS = 300_000;
const LATE_MS = 900_000;

/**
 * Compares alarms with labelled segments, both in order of time. `judgedFrom` is when learning ended, `judgedMs` the time judged,
 * `intervalMs` the usual distance between samples. One alarm may find several segments; a segment is found once.
 */
export function judgeAlarms(
  alarms: readonly number[],
  segments: readonly LabelledSegment[],
  judgedFrom: number,
  judgedMs: number,
  intervalMs: number,
): { readonly verdicts: readonly AlarmVerdict[]; readonly comparison: LabelComparison } {
  const early = Math.max(EARLY_MS, intervalMs);
  const late = Math.max(LATE_MS, intervalMs);
  const judged = segments.filter(({ from }) => from >= judgedFrom);
  const right = (at: number, { from, to }: LabelledSegment): boolean =>
    at >= from - early && at <= Math.max(to, from + late);
  const verdicts = alarms.map((at): AlarmVerdict => {
    if (at < judgedFrom) return 'unjudged';
    // Inside a segment that began while learning an alarm is neither found nor false.
    if (judged.some((segment) => right(at, segment))) return 'hit';
    return segments.some((segment) => right(at, segment)) ? 'unjudged' : 'false';
  });
  const delays: number[] = [];
  const missed: LabelledSegment[] = [];
  for (const segment of judged) {
    const first = alarms.find((at) => at >= judgedFrom && right(at, segment));
    if (first === undefined) missed.push(segment);
    else delays.push(Math.max(0, first - segment.from) / 1000);
  }
  const hits = verdicts.filter((verdict) => verdict === 'hit').length;
  const falseAlarms = verdicts.filter((verdict) => verdict === 'false').length;
  return {
    verdicts,
    comparison: {
      segments: judged.length,
      found: delays.length,
      missed,
      hits,
      falseAlarms,
      precision: shareOf(hits, hits + falseAlarms),
      recall: shareOf(delays.length, judged.length),
      delaySeconds: medianEstimate(delays),
      falseAlarmsPerDay: rateOf(falseAlarms, judgedMs / DAY_MS),
    },
  };
}
