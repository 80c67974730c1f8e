import { valueText } from '@autoops/charts';
import { takeAlerts } from './alerts.ts';
import { IncidentBook } from '../incident/incident-book.ts';
import type { IndicatorInstance } from '../indicators/instance.ts';
import type { NewTemplate } from '../logs/log-watch.ts';
import type { IndicatorTick, SeriesRow, ShardResult, ShardWork } from '../ports/shard-store.ts';
import { anomalyId, bandOf, describe, openAnomaly, reportable, severityOf, severityRank, worseOf } from './anomaly.ts';
import type { DetectorConfig } from './config.ts';
import { changesBefore, comparedChanges, nearestPast } from './context.ts';
import { IncidentDesk } from './incident-desk.ts';
import { newTemplateAnomaly, NEW_TEMPLATE_LASTS_MS } from './new-template.ts';
import { LEARNS_AT } from './learning.ts';
import { scoreTick } from './scoring.ts';
import { emptyScore, KIND, S, type TickScore } from './series-state.ts';
import { snapshotOf } from './series-bank.ts';
import { readShardState, writeShardState, type ShardState } from './shard-state.ts';
import { logKey, subjectOfInstance, subjectOfLog, type ScoredSubject } from './subjects.ts';
import { departingTogether, togetherText } from './together.ts';
import { callLevels } from '../incident/topology-graph.ts';

const FUTURE_TOLERANCE_MS = 60_000;
/** An open anomaly's row is written again after this many ticks, or when its severity rises. */
const UPDATE_EVERY_TICKS = 5;
/** A log template that comes up is scored against the silence before it, of at most this many ticks. */
const SILENCE_TICKS = LEARNS_AT;

/** A shard's state in memory, to hand in again with the next work; valid only for the checkpoint `sequence`. */
export interface DetectorCache {
  readonly sequence: number;
  readonly state: ShardState;
}

export interface DetectResult extends ShardResult {
  readonly cache: DetectorCache;
  /** Samples of the series that has seen most, of those needed before scoring. */
  readonly learning: { readonly samples: number; readonly of: number };
  /** Open incidents all of whose anomalies have ended: `time` may close them as self-healed or shadowed. */
  readonly healed: readonly string[];
  /** Samples that came too late, twice, from the future or were no numbers. */
  readonly refused: number;
  readonly restartedBecause: string | undefined;
}

interface PendingTick {
  readonly key: string;
  readonly at: number;
  readonly value: number;
  readonly scored: ScoredSubject;
  readonly instance: IndicatorInstance | undefined;
}

/**
 * Works a shard: raw samples and log lines to indicator ticks, scores, anomalies and what they do to incidents. Pure and
 * deterministic: the same work, configuration and checkpoint give the same result, however samples were batched. `cached`
 * is used only when it belongs to the checkpoint, and must be dropped when the commit of an earlier result failed.
 */
export function detectShard(work: ShardWork, config: DetectorConfig, cached?: DetectorCache): DetectResult {
  const options = { service: work.service, definitions: config.indicators, sources: config.sources };
  const state =
    cached?.sequence === work.checkpoint.sequence ? cached.state : readShardState(work.checkpoint.state, options);
  const run = new ShardRun(work, config, state);
  run.readSamples();
  const ticks = run.score();
  if (work.alerts !== undefined && work.alerts.length > 0)
    takeAlerts(work.alerts, work, run.desk, run.book, config.now);
  const sequence = work.batches.reduce((newest, batch) => Math.max(newest, batch.sequence), work.checkpoint.sequence);
  return {
    sequence,
    logId: work.logs.at(-1)?.id,
    state: writeShardState(state),
    ticks,
    transitions: run.book.transitions(),
    cache: { sequence, state },
    learning: { samples: Math.min(LEARNS_AT, state.bank.samples()), of: LEARNS_AT },
    healed: run.desk.healed(),
    refused: state.computer.refused,
    restartedBecause: state.restartedBecause,
  };
}

/** One pass over a shard's work; lives as long as the call. */
class ShardRun {
  readonly book: IncidentBook;
  readonly desk: IncidentDesk;
  private readonly pending: PendingTick[] = [];
  private readonly fresh: NewTemplate[] = [];
  private readonly changesMs: readonly number[];
  private readonly levels: number;
  private readonly subjects = new Map<string, ScoredSubject>();
  private readonly result: TickScore = emptyScore();

  constructor(
    private readonly work: ShardWork,
    private readonly config: DetectorConfig,
    private readonly state: ShardState,
  ) {
    this.levels = callLevels(config.topology, work.service);
    this.changesMs = comparedChanges(config.recentChanges, work.service, work.environment);
    const closed = config.closedIncidents.map(({ incident }) => incident);
    this.book = new IncidentBook({
      ...config,
      openIncidents: [...config.openIncidents, ...closed],
      workspaceId: work.workspaceId,
    });
    this.desk = new IncidentDesk(this.book, config, work);
  }

  private subjectOf(instance: IndicatorInstance): ScoredSubject {
    const known = this.subjects.get(instance.key);
    if (known !== undefined) return known;
    const scored = subjectOfInstance(this.work, instance, this.config.sources, this.levels);
    this.subjects.set(instance.key, scored);
    return scored;
  }

  /** Turns samples and log lines into ticks that can be computed now. */
  readSamples(): void {
    const { work, config, state, pending } = this;
    const rows = new Map<string, SeriesRow>(work.series.map((row) => [row.id, row]));
    const nowMs = config.now.getTime();
    for (const batch of work.batches) {
      state.computer.push(batch, rows, nowMs, (instance, at, value) => {
        pending.push({ key: instance.key, at, value, scored: this.subjectOf(instance), instance });
      });
    }
    const logs = state.logs.push(work.logs, state.computer.newestMs, nowMs + FUTURE_TOLERANCE_MS);
    this.fresh.push(...logs.fresh);
    for (const tick of logs.ticks) {
      const key = logKey(tick);
      const scored = this.subjects.get(key) ?? subjectOfLog(work, tick);
      this.subjects.set(key, scored);
      if (state.bank.get(key) === undefined) this.scoreSilence(key, scored, tick.timestampMs);
      pending.push({ key, at: tick.timestampMs, value: tick.value, scored, instance: undefined });
    }
    pending.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  /** A template that appears only now was silent while the log was watched: that is what it is compared with. */
  private scoreSilence(key: string, { spec }: ScoredSubject, at: number): void {
    const series = this.state.bank.of(key, spec);
    const ticks = Math.min(SILENCE_TICKS, this.state.logs.observedTicks);
    for (let back = ticks; back >= 1; back--) scoreTick(series, spec, at - back * spec.intervalMs, 0, [], this.result);
  }

  /** Scores the ticks in order of time; after each moment the desk decides on incidents. */
  score(): IndicatorTick[] {
    const { pending, desk, state } = this;
    const ticks: IndicatorTick[] = [];
    this.resume();
    let next = 0;
    let freshNext = 0;
    while (next < pending.length || freshNext < this.fresh.length) {
      const tickAt = pending[next]?.at ?? Number.POSITIVE_INFINITY;
      const freshAt = this.fresh[freshNext]?.atMs ?? Number.POSITIVE_INFINITY;
      const at = Math.min(tickAt, freshAt);
      this.endFreshTemplates(at);
      while (this.fresh[freshNext] !== undefined && (this.fresh[freshNext] as NewTemplate).atMs <= at) {
        this.openFreshTemplate(this.fresh[freshNext++] as NewTemplate);
      }
      while (pending[next] !== undefined && (pending[next] as PendingTick).at === at) {
        ticks.push(this.scoreOne(pending[next++] as PendingTick));
      }
      desk.settle(at);
    }
    state.bank.retain((_, series) => {
      const idle = state.computer.newestMs - (series.scalars[S.lastAt] as number);
      return !(idle > 86_400_000) || series.scalars[S.open] !== KIND.none;
    });
    return ticks;
  }

  /** Tells the desk which anomalies of this shard are open from before. */
  private resume(): void {
    const { state, config, work, desk } = this;
    const known = new Map(config.openAnomalies.map((anomaly) => [anomaly.id, anomaly]));
    const follow = (scored: ScoredSubject): void => {
      const series = state.bank.get(scored.subject.key);
      if (series === undefined || series.scalars[S.open] === KIND.none) return;
      const anomaly = known.get(anomalyId(scored.subject, series.scalars[S.openedAt] as number));
      if (anomaly !== undefined) desk.resume(anomaly, scored);
    };
    for (const instance of state.computer.known()) follow(this.subjectOf(instance));
    for (const rate of state.logs.watched()) {
      const key = logKey(rate);
      const scored = this.subjects.get(key) ?? subjectOfLog(work, rate);
      this.subjects.set(key, scored);
      follow(scored);
    }
  }

  private scoreOne({ key, at, value, scored, instance }: PendingTick): IndicatorTick {
    const { subject, spec, view } = scored;
    const { intervalMs } = spec;
    const { service, environment, indicator, unit, labels, source } = subject;
    if (!scored.scored) {
      const nothing = { expected: Number.NaN, bandLow: Number.NaN, bandHigh: Number.NaN, score: 0 };
      return {
        service,
        environment,
        indicator,
        labels,
        unit,
        source,
        view,
        intervalMs,
        timestampMs: at,
        value,
        ...nothing,
      };
    }
    const series = this.state.bank.of(key, spec);
    const out = this.result;
    scoreTick(series, spec, at, value, this.changesMs, out);
    const openedAt = series.scalars[S.openedAt] as number;
    if (out.event === 'opened') this.opened(scored, instance, at, value, out);
    else if (out.event === 'closed') this.desk.close(anomalyId(subject, openedAt), at, value);
    else if (out.kind !== KIND.none && !Number.isNaN(value)) this.follow(scored, openedAt, at, value);
    const { expected, score } = out;
    const { bandLow, bandHigh } = bandOf(scored.subject.unit, out.low, out.high);
    return {
      service,
      environment,
      indicator,
      labels,
      unit,
      source,
      view,
      intervalMs,
      timestampMs: at,
      value,
      expected,
      bandLow,
      bandHigh,
      score,
    };
  }

  private opened(
    scored: ScoredSubject,
    instance: IndicatorInstance | undefined,
    at: number,
    value: number,
    out: TickScore,
  ): void {
    const { subject, spec } = scored;
    const { config, state } = this;
    const series = state.bank.of(subject.key, spec);
    const observed = Number.isNaN(value) ? (series.scalars[S.lastValue] as number) : value;
    const snapshot = snapshotOf(series, spec, this.changesMs);
    const past = nearestPast(series, observed, out);
    const together = departingTogether(state.bank, [...this.subjects.values()]);
    const sampleLog = state.logs.lastProblem;
    const anomaly = openAnomaly(subject, at, observed, out, snapshot, {
      labelsDiffering: instance === undefined ? [] : state.computer.labelShares(instance, at),
      changesBefore: changesBefore(config.recentChanges, config.topology, subject.service, subject.environment, at),
      ...(past === undefined ? {} : { nearestPast: past }),
      ...(together === undefined ? {} : { together }),
      measuredAgainst: { samples: series.axes.samples, learning: series.axes.row.learning },
      ...(sampleLog === '' ? {} : { sampleLog }),
    });
    this.desk.open(anomaly, scored, snapshot);
    const reason = anomaly.kind === 'regression' ? 'regression-found' : 'anomaly-opened';
    this.book.note(anomaly, reason, `${describe(anomaly)}.${togetherText(anomaly)}`, subject.opens ? 2 : 1);
  }

  private follow({ subject, spec }: ScoredSubject, openedAt: number, at: number, value: number): void {
    const open = this.desk.find(anomalyId(subject, openedAt));
    if (open === undefined) return;
    const observedWorse = severityOf(subject, value);
    const severity = severityRank(observedWorse) < severityRank(open.severity) ? observedWorse : open.severity;
    const due = Math.round((at - openedAt) / spec.intervalMs) % UPDATE_EVERY_TICKS === 0;
    if (severity === open.severity && !due) return;
    const now = departingTogether(this.state.bank, [...this.subjects.values()]);
    const more = (now?.indicators.length ?? 0) > (open.context.together?.indicators.length ?? 0);
    this.desk.update({
      ...open,
      ...(more ? { context: { ...open.context, together: now } } : {}),
      novelty: Math.max(open.novelty, this.result.novelty),
      deviation: Math.max(open.deviation, this.result.deviation),
      severity,
      observed: reportable(worseOf(open, value)),
      lastAt: new Date(at).toISOString(),
      score: Math.max(open.score, this.result.score),
    });
  }

  private openFreshTemplate(template: NewTemplate): void {
    const { anomaly, scored, snapshot } = newTemplateAnomaly(this.work, template, this.state.logs.observedTicks);
    this.state.freshTemplates.push({
      templateId: template.templateId,
      severity: template.severity,
      atMs: template.atMs,
    });
    this.desk.open(anomaly, scored, snapshot);
    this.book.note(anomaly, 'anomaly-opened', `New ${template.severity} message: ${template.text.slice(0, 160)}.`, 1);
  }

  private endFreshTemplates(at: number): void {
    const { state } = this;
    const ended = state.freshTemplates.filter((template) => at - template.atMs >= NEW_TEMPLATE_LASTS_MS);
    if (ended.length === 0) return;
    state.freshTemplates = state.freshTemplates.filter((template) => !ended.includes(template));
    for (const template of ended) {
      const { subject } = subjectOfLog(this.work, template);
      this.desk.close(anomalyId({ ...subject, key: `new/${subject.key}` }, template.atMs), at, 0);
    }
  }
}

/** One line for a tick, as a person reads it. */
export function tickInWords(tick: IndicatorTick): string {
  return `${tick.indicator} of ${tick.service} in ${tick.environment}: ${Number.isNaN(tick.value) ? 'no data' : valueText(tick.value, tick.unit)}`;
}
