import type { Stage } from '@autoops/contracts';
import { settleFault } from '@autoops/pipeline';
import type { CommitResult, Transition } from '@autoops/pipeline/ports';
import type { Job } from 'bullmq';
import { JOB_ATTEMPTS, subjectOf } from '../queues/jobs.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import { traceIdOf } from '../telemetry/traceparent.ts';
import type { WorkerStore } from '../worker-store.ts';

/** A decision may lose this many races within one attempt of its job. */
const RACES = 6;

/** A decision lost the race for its incident's version: the job is tried again on fresh records. */
export class DecisionOvertaken extends Error {
  constructor(detail: string) {
    super(`The records moved while the stage decided: ${detail}`);
    this.name = 'DecisionOvertaken';
  }
}

export interface StageJobDependencies {
  readonly store: WorkerStore;
  readonly metrics: StageMetrics;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * The frame of an incident stage: finds the workspace, runs `work`, measures it, and settles the fault of the last failed attempt.
 * `work` returns the reason it ended with, or undefined when the job had nothing to do (redelivered after the incident moved on).
 */
export async function runIncidentStage(
  deps: StageJobDependencies,
  stage: Exclude<Stage, 'detector' | 'remediator'>,
  job: Job<unknown>,
  work: (workspaceId: string, incidentId: string) => Promise<string | undefined>,
): Promise<void> {
  const incidentId = subjectOf(stage, job.data);
  const workspaceId = await deps.store.router.routeTo('incident', incidentId);
  if (workspaceId === undefined) return; // forged or outdated
  const started = performance.now();
  try {
    const reason = await withFreshRecords(() => work(workspaceId, incidentId));
    if (reason === undefined) return;
    deps.metrics.worked(stage, reason, (performance.now() - started) / 1000);
    deps.log.info({ stage, incidentId, reason, traceId: await traceOf(deps, workspaceId, incidentId) }, 'stage worked');
  } catch (error) {
    const last = job.attemptsMade + 1 >= (job.opts.attempts ?? JOB_ATTEMPTS);
    const fault = error instanceof Error ? error.message : String(error);
    deps.log.warn({ stage, incidentId, attempt: job.attemptsMade + 1, last, fault, err: error }, 'stage failed');
    if (last) await settleLastFault(deps, stage, workspaceId, incidentId, fault);
    throw error;
  }
}

async function traceOf(
  deps: StageJobDependencies,
  workspaceId: string,
  incidentId: string,
): Promise<string | undefined> {
  return traceIdOf((await deps.store.records.incident(workspaceId, incidentId))?.traceparent);
}

/** An overtaken decision is made again at once on fresh records; evidence may join an incident several times a second. */
async function withFreshRecords(work: () => Promise<string | undefined>): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DecisionOvertaken) || attempt >= RACES) throw error;
    }
  }
}

async function settleLastFault(
  deps: StageJobDependencies,
  stage: Exclude<Stage, 'detector' | 'remediator'>,
  workspaceId: string,
  incidentId: string,
  fault: string,
): Promise<void> {
  const incident = await deps.store.records.incident(workspaceId, incidentId);
  const transition = incident && settleFault(workspaceId, incident, stage, fault, deps.now());
  if (transition !== undefined) await deps.store.state.commit(transition);
  deps.metrics.worked(stage, 'retries-exhausted', 0);
  deps.log.error({ stage, incidentId, fault }, 'a stage gave up; the incident says so');
}

/** Commits a decision; a conflict makes the job try again, any other refusal too (guards clear up by themselves). */
export async function commitDecision(
  store: WorkerStore,
  transition: Transition,
): Promise<Extract<CommitResult, { ok: true }>> {
  const result = await store.state.commit(transition);
  if (!result.ok) throw new DecisionOvertaken(`${result.refusal} ${result.detail}`);
  return result;
}
