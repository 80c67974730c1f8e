import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Incident, Plan, Timings } from '@autoops/contracts';
import { authorize, expireApproval, expireAwaitingExecute, type Decision } from '@autoops/pipeline';
import type { Clock, IdGenerator, PolicyEngine } from '@autoops/pipeline/ports';
import type { Job } from 'bullmq';
import type { Configuration } from '../reading/configuration.ts';
import type { Facts } from '../reading/facts.ts';
import { CLOCK, CONFIGURATION, FACTS, IDS, LOG, POLICY_ENGINE, STAGE_METRICS, STORE, TIMINGS } from '../tokens.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { WorkerStore } from '../worker-store.ts';
import { healedTransition } from './healed-transition.ts';
import { policyTransition } from './policy-transition.ts';
import { commitDecision, runIncidentStage } from './stage-job.ts';

/** Judges the incident's plan: after the Planner, and again after an approval. */
@Processor('policy', { concurrency: 4 })
export class PolicyProcessor extends WorkerHost {
  constructor(
    @Inject(STORE) readonly store: WorkerStore,
    @Inject(CONFIGURATION) readonly configuration: Configuration,
    @Inject(FACTS) private readonly facts: Facts,
    @Inject(POLICY_ENGINE) private readonly engine: PolicyEngine,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdGenerator,
    @Inject(TIMINGS) private readonly timings: Timings,
    @Inject(STAGE_METRICS) private readonly metrics: StageMetrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  async process(job: Job<unknown>): Promise<void> {
    const { store, metrics, log } = this;
    await runIncidentStage(
      { store, metrics, log, now: () => this.clock.now() },
      'policy',
      job,
      (workspaceId, incidentId) => this.#decide(workspaceId, incidentId),
    );
  }

  async #decide(workspaceId: string, incidentId: string): Promise<string | undefined> {
    const { records } = this.store;
    const incident = await records.incident(workspaceId, incidentId);
    if (incident === undefined || (incident.state !== 'planned' && incident.state !== 'awaiting-decision'))
      return undefined;
    if (incident.planId === undefined) {
      // A plan was asked for and its job was lost; the sweeper only knows the state.
      await this.store.state.commit({
        workspaceId,
        writes: [],
        audit: [],
        outbox: [{ queue: 'planner', subjectId: incidentId }],
      });
      return undefined;
    }
    const plan = await records.plan(workspaceId, incident.planId);
    if (plan === undefined) return undefined;
    const expired = await this.#expiry(workspaceId, incident, plan);
    if (expired !== undefined) return expired;
    if (plan.state !== 'draft' && plan.state !== 'approved') return undefined; // judged already

    const healed = await healedTransition(this, workspaceId, incidentId, this.clock.now());
    if (healed !== undefined) {
      await commitDecision(this.store, healed);
      return 'self-healed';
    }
    const approval = await records.approvalOfPlan(workspaceId, plan.id);
    const actor = await this.facts.actorOf(workspaceId, plan.requester);
    const facts = await this.facts.policy(workspaceId, plan, approval === undefined ? 'plan' : 'approval', {
      approval,
      actor,
    });
    const now = this.clock.now();
    const outcome = await authorize(plan, facts, now, this.engine, () => this.clock.monotonicMs());
    // Nobody is asked about a plan that could not run: what the Planner found may have changed while it waited here.
    const prechecks =
      outcome.reason === 'awaiting-approval'
        ? await this.facts.planPrechecks(workspaceId, plan, incident, now, 'approval')
        : [];
    const usual = quantilesOf(await this.store.history.runDurations(workspaceId, plan.title));
    await commitDecision(
      this.store,
      policyTransition({
        workspaceId,
        incident,
        plan,
        approval,
        outcome,
        prechecks,
        now,
        ids: this.ids,
        timings: this.timings,
        ...(usual === undefined ? {} : { usualSeconds: usual }),
      }),
    );
    return prechecks.every(({ passed }) => passed) ? outcome.reason : 'precheck-failed';
  }

  /** Waits whose time is over end here, without effect: the sweeper sends them. */
  async #expiry(workspaceId: string, incident: Incident, plan: Plan): Promise<string | undefined> {
    const { records } = this.store;
    const now = this.clock.now();
    let decision: Decision<unknown> | undefined;
    if (plan.state === 'awaiting-execute') {
      const judged = (await records.decisions(workspaceId, plan.id)).findLast(
        (one) => one.phase === 'plan' || one.phase === 'approval',
      );
      if (judged !== undefined)
        decision = expireAwaitingExecute({
          workspaceId,
          plan,
          incident,
          waitingSince: new Date(judged.decidedAt),
          now,
          timings: this.timings,
        });
    } else if (plan.state === 'awaiting-approval' || plan.state === 'approved') {
      const approval = await records.approvalOfPlan(workspaceId, plan.id);
      if (approval !== undefined) decision = expireApproval({ workspaceId, approval, plan, incident, now });
    }
    if (decision?.ok !== true) return undefined;
    await commitDecision(this.store, decision.transition);
    return 'expired';
  }
}

/** P10, P50 and P90 of how long such runs took; undefined without history. */
function quantilesOf(seconds: readonly number[]) {
  if (seconds.length === 0) return undefined;
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
