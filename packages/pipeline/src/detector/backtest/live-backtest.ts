import { SourceConfig, Topology, type Anomaly } from '@autoops/contracts';
import type { IndicatorDefinition } from '../../indicators/definition.ts';
import type { IndicatorTick, SeriesRow } from '../../ports/shard-store.ts';
import type { DetectorConfig } from '../config.ts';
import { detectShard, type DetectorCache } from '../detect-shard.ts';
import { engineConfiguration } from '../engine/configuration.ts';
import type { Episode } from '../engine/episode.ts';
import { ENGINE_VERSION } from '../scoring.ts';
import { LabelledRows, type BacktestReport } from './labelled-rows.ts';

const NAME = 'backtest';
/** Rows from which the distance of samples is taken where nobody says it: fewer than the Detector needs before it says anything. */
const FIRST = 50;
/** Rows of one shard's work; what is said of a row does not depend on it. */
const BATCH = 500;
const DEFAULT_INTERVAL_MS = 60_000;

/** How the series would be declared in the worker's configuration. */
export interface LiveOptions {
  readonly seasonMs: number;
  readonly counter?: boolean | undefined;
  /** Distance of samples; by default the median distance of the first rows. */
  readonly intervalMs?: number | undefined;
  /** Declared as an indicator: the smallest departure anybody would care about, and the direction that hurts. Without it it is a raw series. */
  readonly indicator?: { readonly noticeable: number; readonly bad: 'up' | 'down' | 'none' } | undefined;
  /** Every tick that the loop computed, in order. */
  readonly onTick?: (tick: IndicatorTick) => void;
}

/**
 * Replays one series through the worker's loop itself (`detectShard`: indicators, scores, what opens and closes), as a shard that has one
 * series. Rows are worked in batches of some hundred; the report takes in those that are left.
 */
export class LiveBacktest {
  readonly labels = new LabelledRows();
  private readonly options: LiveOptions;
  private readonly opened = new Map<string, { at: number; score: number; episode: Episode }>();
  private readonly open = new Map<string, Anomaly>();
  private waiting: { at: number; value: number }[] = [];
  private intervalMs: number | undefined;
  private cached: DetectorCache | undefined;
  private judgedFrom: number | null = null;

  constructor(options: LiveOptions) {
    this.options = options;
    this.intervalMs = options.intervalMs;
  }

  /** Takes in the next row in order of arrival: its time in ms, its value (NaN for a lost sample), its label where there is one. */
  take(at: number, value: number, label?: boolean): void {
    this.labels.take(at, value, label);
    this.waiting.push({ at, value });
    if (this.waiting.length >= (this.intervalMs === undefined ? FIRST : BATCH)) this.work();
  }

  /** The report so far. */
  report(): BacktestReport {
    if (this.waiting.length > 0) this.work();
    const { judgedFrom, intervalMs = DEFAULT_INTERVAL_MS } = this;
    const engine = { version: ENGINE_VERSION, digest: engineConfiguration().digest };
    return this.labels.report([...this.opened.values()], { preset: 'live', engine, judgedFrom, intervalMs });
  }

  /** The state after all rows so far, as a checkpoint holds it; empty before the first work. */
  checkpoint(): Uint8Array {
    return this.work();
  }

  private work(): Uint8Array {
    this.intervalMs ??= usualDistance(this.waiting);
    const rows = this.waiting;
    this.waiting = [];
    const sequence = (this.cached?.sequence ?? 0) + 1;
    const series = [this.series()];
    const result = detectShard(
      {
        workspaceId: NAME,
        shardId: NAME,
        service: NAME,
        environment: NAME,
        checkpoint: { sequence: sequence - 1, state: undefined },
        batches: [
          {
            sequence,
            source: NAME,
            seriesIds: series.map(({ id }) => id),
            seriesIndex: new Uint32Array(rows.length),
            timestampMs: Float64Array.from(rows, ({ at }) => at),
            value: Float64Array.from(rows, ({ value }) => value),
          },
        ],
        series,
        logs: [],
      },
      this.config(rows),
      this.cached,
    );
    this.cached = result.cache;
    for (const tick of result.ticks) {
      if (Number.isFinite(tick.expected)) this.judgedFrom ??= tick.timestampMs;
      this.options.onTick?.(tick);
    }
    for (const { writes } of result.transitions)
      for (const write of writes) if (write.kind === 'anomaly.upsert') this.keep(write.anomaly);
    return result.state;
  }

  private keep(anomaly: Anomaly): void {
    if (anomaly.closedAt === undefined) this.open.set(anomaly.id, anomaly);
    else this.open.delete(anomaly.id);
    const at = Date.parse(anomaly.openedAt);
    const known = this.opened.get(anomaly.id);
    this.opened.set(anomaly.id, {
      at,
      score: known?.score ?? anomaly.score,
      episode: {
        openedAt: at,
        endedAt: anomaly.closedAt === undefined ? undefined : Date.parse(anomaly.closedAt),
        lastAt: Date.parse(anomaly.lastAt),
        peakAt: known?.episode.value === anomaly.observed ? known.episode.peakAt : Date.parse(anomaly.lastAt),
        value: anomaly.observed,
        expected: anomaly.expected,
        low: anomaly.bandLow,
        high: anomaly.bandHigh,
        novelty: anomaly.novelty,
        deviation: anomaly.deviation,
        view: anomaly.winningView,
        nearestAt: Date.parse(anomaly.context.nearestPast?.at ?? ''),
        learning: false,
        flaps: 0,
      },
    });
  }

  private series(): SeriesRow {
    const metric = this.options.counter === true ? `${NAME}_total` : NAME;
    return { id: NAME, metric, labels: { service: NAME, environment: NAME }, source: NAME };
  }

  private config(rows: readonly { readonly at: number }[]): DetectorConfig {
    const { seasonMs, indicator } = this.options;
    const newest = rows.reduce((most, { at }) => Math.max(most, at), this.cached?.state.computer.newestMs ?? 0);
    const source = SourceConfig.parse({
      name: NAME,
      type: 'push',
      intervalSeconds: (this.intervalMs ?? DEFAULT_INTERVAL_MS) / 1000,
      seasonSeconds: [seasonMs / 1000],
    });
    return {
      indicators: indicator === undefined ? [] : [this.declared(indicator)],
      sources: [source],
      topology: Topology.parse({ apiVersion: 'autoops.dev/v1', kind: 'Topology', services: [] }),
      openAnomalies: [...this.open.values()],
      openIncidents: [],
      closedIncidents: [],
      recentChanges: [],
      now: new Date(newest),
    };
  }

  private declared({ noticeable, bad }: NonNullable<LiveOptions['indicator']>): IndicatorDefinition {
    const { metric } = this.series();
    const intervalMs = this.intervalMs ?? DEFAULT_INTERVAL_MS;
    const selector = { metric, match: {}, not: {} };
    const base = {
      name: metric,
      view: 'service' as const,
      services: [NAME],
      source: NAME,
      intervalMs,
      by: [],
      minimum: 0,
      bad,
      noticeable,
      help: 'The series that is replayed.',
      opens: false,
      absence: false,
      scored: true,
      severity: {},
    };
    if (this.options.counter === true)
      return { ...base, unit: '1/s', windowMs: 3 * intervalMs, kind: 'rate', counter: selector, further: [] };
    return { ...base, unit: 'n', windowMs: intervalMs, kind: 'gauge', gauge: selector, aggregate: 'sum' };
  }
}

function usualDistance(rows: readonly { readonly at: number }[]): number {
  const distances = rows
    .slice(1)
    .map(({ at }, index) => at - (rows[index]?.at ?? at))
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? DEFAULT_INTERVAL_MS;
}
