import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { STAGES, detectShard, type DetectorCache } from '@autoops/pipeline';
import type { Clock, ShardWork } from '@autoops/pipeline/ports';
import type { Job } from 'bullmq';
import { subjectOf } from '../queues/jobs.ts';
import type { Configuration } from '../reading/configuration.ts';
import { CLOCK, CONFIGURATION, LOG, SETTINGS, STAGE_METRICS, STORE } from '../tokens.ts';
import type { Settings } from '../settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import { currentTraceparent } from '../telemetry/traceparent.ts';
import type { WorkerStore } from '../worker-store.ts';
import { healedTransition } from './healed-transition.ts';

const CHANGES_MS = 10 * 60_000;
/** An alert told this long after the incident closed that it overlaps with is news of its own. */
const LATE_ALERT_MS = 60 * 60_000;

/** Works one shard's samples: indicators, scores, anomalies, incidents. The state stays in memory while its checkpoint is ours. */
@Processor(STAGES[0]?.queue ?? 'detector', { concurrency: 4 })
export class DetectorProcessor extends WorkerHost {
  readonly #caches = new Map<string, DetectorCache>();

  constructor(
    @Inject(STORE) readonly store: WorkerStore,
    @Inject(CONFIGURATION) readonly configuration: Configuration,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(STAGE_METRICS) private readonly metrics: StageMetrics,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  async process(job: Job<unknown>): Promise<void> {
    const shardId = subjectOf('detector', job.data);
    const started = performance.now();
    let healed: { readonly workspaceId: string; readonly ids: readonly string[] } | undefined;
    let fresh: DetectorCache | undefined;
    const worked = await this.store.signals.workShard(shardId, this.#caches.get(shardId)?.sequence, async (work) => {
      const cached = this.#takeCache(shardId);
      const result = detectShard(work, await this.#config(work), cached);
      fresh = result.cache;
      if (cached === undefined && result.restartedBecause !== undefined)
        this.log.warn({ shardId, because: result.restartedBecause }, 'the detector learns anew');
      healed = { workspaceId: work.workspaceId, ids: result.healed };
      this.metrics.count('autoops_ticks_total', 'Indicator ticks computed and scored', result.ticks.length);
      return result;
    });
    if (!worked) return;
    if (fresh !== undefined) this.#caches.set(shardId, fresh);
    this.metrics.worked('detector', 'advance', (performance.now() - started) / 1000);
    if (healed !== undefined) for (const id of healed.ids) await this.#close(healed.workspaceId, id);
  }

  /**
   * The state in memory, which is then ahead of its checkpoint until the result is committed. Whoever decides again after a lost race
   * must not meet it: it has seen the samples, which would be left out, and with them the anomalies that they open.
   */
  #takeCache(shardId: string): DetectorCache | undefined {
    const cached = this.#caches.get(shardId);
    this.#caches.delete(shardId);
    return cached;
  }

  async #config(work: ShardWork) {
    const now = this.clock.now();
    const { records } = this.store;
    const [configuration, openAnomalies, openIncidents, closedIncidents, recentChanges] = await Promise.all([
      this.configuration.of(work.workspaceId),
      records.openAnomalies(work.workspaceId),
      records.openIncidents(work.workspaceId),
      // Only an alert comes as late as this: samples and log lines are worked in their order.
      records.closedIncidents(
        work.workspaceId,
        work.alerts === undefined || work.alerts.length === 0 ? undefined : new Date(now.getTime() - LATE_ALERT_MS),
      ),
      records.changes(work.workspaceId, {
        environment: work.environment,
        from: new Date(now.getTime() - CHANGES_MS),
        to: now,
      }),
    ]);
    const { indicators, sources, topology } = configuration;
    return {
      indicators,
      sources,
      topology,
      openAnomalies,
      openIncidents,
      closedIncidents,
      recentChanges,
      now,
      traceparent: currentTraceparent(),
      demo: this.settings.demo,
    };
  }

  /** The trouble of an incident is over before anything was dispatched: it closes without an action. */
  async #close(workspaceId: string, incidentId: string): Promise<void> {
    const transition = await healedTransition(this, workspaceId, incidentId, this.clock.now());
    if (transition === undefined) return;
    const result = await this.store.state.commit(transition);
    if (result.ok) this.log.info({ incidentId }, 'incident ended by itself');
  }
}
