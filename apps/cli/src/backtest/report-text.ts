import type { BacktestAlarm, BacktestReport, Estimate } from '@autoops/pipeline';
import { durationText } from '@autoops/charts';
import type { Replayed } from './replay-series.ts';

const moment = (at: number | null | undefined): string | null =>
  at === null || at === undefined || !Number.isFinite(at) ? null : new Date(at).toISOString();
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function alarmDocument({ at, score, verdict, episode }: BacktestAlarm) {
  return {
    at: moment(at),
    endedAt: moment(episode.endedAt),
    verdict,
    score,
    novelty: episode.novelty,
    deviation: episode.deviation,
    peakAt: moment(episode.peakAt),
    value: episode.value,
    expected: finite(episode.expected),
    low: finite(episode.low),
    high: finite(episode.high),
    view: episode.view,
    nearestPastInstance: moment(episode.nearestAt),
    learning: episode.learning,
    flaps: episode.flaps,
  };
}

/** A replayed series as JSON: times as RFC 3339, every estimate with its bounds and the name of its interval. */
export function backtestDocument({ name, report }: Replayed) {
  const { labels, alarms, from, to, judgedFrom, ...rest } = report;
  return {
    series: name,
    ...rest,
    from: moment(from),
    to: moment(to),
    judgedFrom: moment(judgedFrom),
    alarms: alarms.map(alarmDocument),
    labels:
      labels === undefined
        ? null
        : {
            ...labels,
            missed: labels.missed.map((segment) => ({ from: moment(segment.from), to: moment(segment.to) })),
          },
  };
}

function estimateText(estimate: Estimate, show: (value: number) => string): string {
  if (estimate.value === null) return 'unknown';
  const interval =
    estimate.low === null || estimate.high === null
      ? 'too few for an interval'
      : `${show(estimate.low)} to ${show(estimate.high)}, ${estimate.method}`;
  return `${show(estimate.value)} (${interval})`;
}

const share = (value: number): string => value.toFixed(3);
const rate = (value: number): string => value.toFixed(2);
const number = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(5))) : '-');

/** What a person reads first: a line for each figure. */
export function backtestSummary(name: string, report: BacktestReport): readonly (readonly [string, string])[] {
  const { labels, engine } = report;
  const lines: [string, string][] = [
    ['series', name],
    ['rows', `${report.rows}, ${report.lost} lost`],
    ['range', `${moment(report.from) ?? '-'} to ${moment(report.to) ?? '-'}`],
    [
      'judged',
      report.judgedFrom === null
        ? 'nothing: the Detector was learning all the time (a season is needed)'
        : `${report.judgedDays.toFixed(2)} days, from ${moment(report.judgedFrom) ?? '-'}`,
    ],
    ['alarms', `${report.alarms.length}, per day ${estimateText(report.alarmsPerDay, rate)}`],
  ];
  if (labels !== undefined)
    lines.push(
      ['labelled', `${labels.segments} anomalies, ${labels.found} found; ${labels.falseAlarms} alarms false`],
      ['precision', estimateText(labels.precision, share)],
      ['recall', estimateText(labels.recall, share)],
      ['delay', estimateText(labels.delaySeconds, durationText)],
      ['false alarms per day', estimateText(labels.falseAlarmsPerDay, rate)],
    );
  lines.push(['engine', `${engine.version}, configuration ${engine.digest}, preset ${report.preset}`]);
  return lines;
}

export const ALARM_COLUMNS = [
  'alarm',
  'lasted',
  'verdict',
  'score',
  'novelty',
  'deviation',
  'value',
  'expected',
  'view',
  'nearest past instance',
];

/** A row of the table of alarms. */
export function alarmRow({ at, score, verdict, episode }: BacktestAlarm): readonly string[] {
  return [
    moment(at) ?? '-',
    episode.endedAt === undefined ? 'still open' : durationText((episode.endedAt - episode.openedAt) / 1000),
    episode.learning ? 'learning' : verdict === 'unjudged' ? '-' : verdict,
    score.toFixed(3),
    episode.novelty.toFixed(2),
    episode.deviation.toFixed(2),
    number(episode.value),
    Number.isFinite(episode.low) ? `${number(episode.low)} to ${number(episode.high)}` : '-',
    episode.view === '' ? '-' : episode.view,
    moment(episode.nearestAt) ?? 'none',
  ];
}
