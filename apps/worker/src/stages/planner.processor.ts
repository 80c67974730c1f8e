import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Incident, Plan, Timings } from '@autoops/contracts';
import {
  authorize,
  forcedPlan,
  lookAgainInMs,
  type PlanningFacts,
  type PlanningPorts,
  proposePlan,
  recordPlanning,
  retirePlan,
} from '@autoops/pipeline';
import type { Clock, IdGenerator, PolicyEngine, TargetConnector } from '@autoops/pipeline/ports';
import type { Job } from 'bullmq';
import { z } from 'zod';
import type { Configuration } from '../reading/configuration.ts';
import type { Facts } from '../reading/facts.ts';
import {
  CLOCK,
  CONFIGURATION,
  CONNECTORS,
  FACTS,
  IDS,
  LOG,
  POLICY_ENGINE,
  STAGE_METRICS,
  STORE,
  TIMINGS,
} from '../tokens.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { WorkerStore } from '../worker-store.ts';
import { plannerTransition } from './planner-transition.ts';
import { commitDecision, runIncidentStage } from './stage-job.ts';

/** Proposes a plan: binds the catalogue to targets, has every candidate judged by the same Rego, and takes the best allowed one. */
@Processor('planner', { concurrency: 2 })
export class PlannerProcessor extends WorkerHost {
  constructor(
    @Inject(STORE) private readonly store: WorkerStore,
    @Inject(FACTS) private readonly facts: Facts,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(CONNECTORS) private readonly connectors: ReadonlyMap<string, TargetConnector>,
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
      'planner',
      job,
      (workspaceId, incidentId) => this.#plan(workspaceId, incidentId),
    );
  }

  async #plan(workspaceId: string, incidentId: string): Promise<string | undefined> {
    const { records } = this.store;
    const incident = await records.incident(workspaceId, incidentId);
    if (incident === undefined) return undefined;
    // `planned` without a plan: a person asked for the next version, or the last one went stale.
    const due = incident.state === 'forecasted' || (incident.state === 'planned' && incident.planId === undefined);
    const standing = due ? undefined : await this.#outgrown(workspaceId, incident);
    if (!due && standing === undefined) return undefined;

    const now = this.clock.now();
    const facts = await this.#facts(workspaceId, incident, now);
    const early = due && incident.guided === undefined ? lookAgainInMs(incident, facts.indicators, now) : 0;
    if (early > 0) return this.#later(workspaceId, incident, early);
    const answers: PlanningPorts = {
      judge: async (candidate) =>
        (await authorize(candidate, await this.facts.policy(workspaceId, candidate, 'candidate'), now, this.engine))
          .value.decision.verdict,
      tool: (name) => {
        const connector = this.connectors.get(name);
        if (connector === undefined) throw new Error(`No connector for the tool ${name} is configured.`);
        return connector;
      },
      ids: this.ids,
      callMs: this.timings.callMs,
    };
    const recording = recordPlanning(facts, now, answers, incident.guided?.runbooks);
    const outcome =
      incident.guided === undefined
        ? await proposePlan(facts, now, recording.ports)
        : await forcedPlan(incident.guided.runbooks, facts, now, recording.ports);
    const again = due && incident.guided === undefined ? lookAgainInMs(incident, facts.indicators, now, outcome) : 0;
    if (again > 0) return this.#later(workspaceId, incident, again);
    // New evidence that leads to no other plan leaves the standing one where it is.
    if (standing !== undefined && (outcome.kind !== 'advance' || sameDeeds(outcome.value, standing))) return undefined;
    const approval = standing === undefined ? undefined : await records.approvalOfPlan(workspaceId, standing.id);
    const retired = retirePlan(standing, approval);
    await commitDecision(
      this.store,
      plannerTransition(workspaceId, incident, outcome, recording.record(), retired, now),
    );
    return outcome.reason;
  }

  /** Looks at the incident again after a while; nothing is decided and nothing changes until then. */
  async #later(workspaceId: string, incident: Incident, delayMs: number): Promise<undefined> {
    const outbox = [{ queue: 'planner' as const, subjectId: incident.id, delayMs, traceparent: incident.traceparent }];
    await this.store.state.commit({ workspaceId, writes: [], audit: [], events: [], outbox });
    return undefined;
  }

  /** The plan that stands although evidence joined the incident after it was made; undefined when the plan knows it all. */
  async #outgrown(workspaceId: string, incident: Incident): Promise<Plan | undefined> {
    if (incident.guided !== undefined) return undefined; // a person decided what it does
    if ((incident.state !== 'planned' && incident.state !== 'awaiting-decision') || incident.planId === undefined)
      return undefined;
    const plan = await this.store.records.plan(workspaceId, incident.planId);
    if (plan === undefined || !WAITING_PLANS.includes(plan.state)) return undefined;
    const inputs = KnownIncident.safeParse(await this.store.records.inputsOf(workspaceId, 'plan', plan.id));
    const knew = inputs.success ? inputs.data.facts.incident.correlation.length : incident.correlation.length;
    return incident.correlation.length > knew ? plan : undefined;
  }

  async #facts(workspaceId: string, incident: Incident, now: Date): Promise<PlanningFacts> {
    const { records, history } = this.store;
    const { environment } = incident;
    const [configuration, context, anomalies, plans, incidents, targets] = await Promise.all([
      this.configuration.of(workspaceId),
      this.facts.conditions(workspaceId, incident, now),
      records.anomalies(workspaceId, incident.id),
      records.plansOf(workspaceId, incident.id),
      records.openIncidents(workspaceId),
      Promise.all([...this.connectors.values()].map((connector) => connector.discover(environment))),
    ]);
    const services = configuration.topology.services.map((service) => service.name);
    const names = [...new Set([...services, ...configuration.topology.jobs.map((job) => job.name)])];
    const [runbookRecords, claimed] = await Promise.all([
      Promise.all(
        configuration.runbooks.flatMap(({ runbook }) =>
          names.map(async (service) => ({
            runbook: runbook.metadata.name,
            service,
            ...(await history.runbookRecord(workspaceId, runbook.metadata.name, service, environment)),
          })),
        ),
      ),
      Promise.all(
        incidents
          .filter(
            (other) => other.id !== incident.id && other.environment === environment && other.planId !== undefined,
          )
          .map(async (other) => (other.planId === undefined ? undefined : records.plan(workspaceId, other.planId))),
      ),
    ]);
    const rules = await this.configuration.rulesOf(workspaceId, environment);
    const previous = plans.toSorted((a, b) => b.version - a.version)[0];
    return {
      workspaceId,
      incident,
      anomalies,
      forecast: context.forecast,
      indicators: context.indicators,
      changes: context.changes,
      logs: context.logs,
      runbooks: configuration.runbooks,
      targets: targets.flat(),
      topology: configuration.topology,
      records: runbookRecords.filter((record) => record.n > 0 || record.attemptsInWindow > 0),
      toggles: rules.toggles.runbooks,
      previousPlan: previous,
      requester: incident.guided?.requester ?? { kind: 'system', id: 'planner' },
      policyDigest: this.engine.bundleDigest,
      claimedTargets: claimed.flatMap((plan) =>
        plan !== undefined && OPEN_PLANS.includes(plan.state) ? plan.steps.map((step) => step.target.key) : [],
      ),
    };
  }
}

const WAITING_PLANS: readonly Plan['state'][] = ['draft', 'allowed', 'awaiting-execute', 'awaiting-approval'];
const KnownIncident = z.object({ facts: z.object({ incident: z.object({ correlation: z.array(z.string()) }) }) });

/** True when two plans do the same things to the same targets. */
function sameDeeds(a: Plan, b: Plan): boolean {
  const deeds = (plan: Plan): string =>
    JSON.stringify(
      plan.steps.map((step) => [
        step.target.key,
        step.action.kind,
        Object.entries(step.action.args).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      ]),
    );
  return deeds(a) === deeds(b);
}

const OPEN_PLANS: readonly Plan['state'][] = ['awaiting-execute', 'awaiting-approval', 'approved', 'executed'];
