import type { SourceConfig } from '@autoops/contracts';
import type { IndicatorInstance } from '../indicators/instance.ts';
import { LOG_TICK_MS, type LogRateTick } from '../logs/log-watch.ts';
import type { AnomalySubject } from './anomaly.ts';
import type { ScoringSpec } from './series-state.ts';

/** Error lines must keep coming for this long before their rate opens an incident. */
const LOG_PERSISTS_MS = 30_000;
const LOG_NOTICEABLE_PER_SECOND = 1;
const LOG_SEASON_MS = 86_400_000;

/** A scored series: what it is about, how it is scored, and how long its anomaly lasts before it may open an incident. */
export interface ScoredSubject {
  readonly subject: AnomalySubject;
  readonly spec: ScoringSpec;
  readonly view: 'service' | 'client' | 'balancer' | 'raw';
  readonly opensAfterMs: number;
  /** False: its ticks are stored as they are. */
  readonly scored: boolean;
}

export interface ShardIdentity {
  readonly workspaceId: string;
  readonly service: string;
  readonly environment: string;
}

/** The scored series of an indicator's instance. `callLevels`: calls below this service, for which it waits a tick each. */
export function subjectOfInstance(
  shard: ShardIdentity,
  instance: IndicatorInstance,
  sources: readonly SourceConfig[],
  callLevels: number,
): ScoredSubject {
  const { definition, view } = instance;
  const seasonSeconds = sources.find((source) => source.name === definition.source)?.seasonSeconds ?? [86_400, 604_800];
  return {
    view,
    scored: definition.scored,
    // A caller waits one tick per level below it, so that the service nearer to the root opens the incident.
    opensAfterMs: callLevels * definition.intervalMs,
    subject: {
      workspaceId: shard.workspaceId,
      service: shard.service,
      environment: shard.environment,
      key: instance.key,
      indicator: definition.name,
      unit: definition.unit,
      labels: instance.labels,
      source: definition.source,
      bad: definition.bad,
      opens: definition.opens,
      severity: definition.severity,
      levelKind: 'level',
    },
    spec: {
      intervalMs: definition.intervalMs,
      seasonsMs: seasonSeconds.slice(0, 2).map((seconds) => seconds * 1000),
      bad: definition.bad,
      noticeable: definition.noticeable,
      windowTicks:
        definition.kind === 'gauge' || definition.kind === 'age' ? 1 : definition.windowMs / definition.intervalMs,
      floorFromRange: view === 'raw',
      absence: definition.absence,
      preset: 'precise',
    },
  };
}

/** Key of a log template's rate among a shard's scored series. */
export function logKey(tick: Pick<LogRateTick, 'templateId' | 'severity'>): string {
  return `log_rate{severity=${tick.severity},template=${tick.templateId}}`;
}

/** The scored series of a log template's rate at one severity. */
export function subjectOfLog(shard: ShardIdentity, tick: Pick<LogRateTick, 'templateId' | 'severity'>): ScoredSubject {
  const isError = tick.severity === 'error' || tick.severity === 'fatal';
  return {
    view: 'service',
    scored: true,
    opensAfterMs: LOG_PERSISTS_MS,
    subject: {
      workspaceId: shard.workspaceId,
      service: shard.service,
      environment: shard.environment,
      key: logKey(tick),
      indicator: 'log_rate',
      unit: '1/s',
      labels: { severity: tick.severity, template: tick.templateId },
      source: 'logs',
      bad: 'up',
      opens: isError,
      severity: {},
      levelKind: 'log-rate',
    },
    spec: {
      intervalMs: LOG_TICK_MS,
      seasonsMs: [LOG_SEASON_MS],
      bad: 'up',
      noticeable: LOG_NOTICEABLE_PER_SECOND,
      windowTicks: 1,
      floorFromRange: false,
      absence: false,
      preset: 'precise',
    },
  };
}
