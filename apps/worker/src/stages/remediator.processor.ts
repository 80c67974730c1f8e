import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Job } from 'bullmq';
import { subjectOf } from '../queues/jobs.ts';
import type { RunDriver } from '../remediation/run-driver.ts';
import { LOG, RUN_DRIVER, STAGE_METRICS, STORE } from '../tokens.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { WorkerStore } from '../worker-store.ts';

/** Carries the run of a step on. A job that fails for good is no end: the sweeper finds the run again from its record. */
@Processor('remediator', { concurrency: 8 })
export class RemediatorProcessor extends WorkerHost {
  constructor(
    @Inject(STORE) private readonly store: WorkerStore,
    @Inject(RUN_DRIVER) private readonly driver: RunDriver,
    @Inject(STAGE_METRICS) private readonly metrics: StageMetrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  async process(job: Job<unknown>): Promise<void> {
    const stepId = subjectOf('remediator', job.data);
    const workspaceId = await this.store.router.routeTo('step', stepId);
    if (workspaceId === undefined) return; // forged or outdated
    const step = await this.store.records.step(workspaceId, stepId);
    if (step === undefined) return;
    const started = performance.now();
    try {
      await this.driver.drive(workspaceId, step.runId);
      this.metrics.worked('remediator', 'advance', (performance.now() - started) / 1000);
    } catch (error) {
      this.log.warn({ runId: step.runId, stepId, err: error }, 'the run could not be carried on; tried again');
      throw error;
    }
  }
}
