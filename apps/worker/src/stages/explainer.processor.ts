import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Incident, Plan, PolicyDecision } from '@autoops/contracts';
import {
  computeValue,
  evidenceOwed,
  exhaustionRecord,
  fieldDigests,
  settle,
  storyDigest,
  storyRecord,
  tell,
  observedSli,
  sliNames,
  sloHistory,
  type IncidentStory,
  type Objective,
  type ObservedSli,
  type ValueInputs,
} from '@autoops/pipeline';
import type { Clock } from '@autoops/pipeline/ports';
import type { Job } from 'bullmq';
import type { Configuration } from '../reading/configuration.ts';
import { CLOCK, CONFIGURATION, LOG, STAGE_METRICS, STORE } from '../tokens.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { WorkerStore } from '../worker-store.ts';
import { objectiveOf } from './forecaster.processor.ts';
import { commitDecision, runIncidentStage } from './stage-job.ts';

/** How much of the time before an incident its story shows, in ms. */
const BEFORE_MS = 60_000;

/** Tells the story: value, evidence, narrative; for every ended incident, also the denied and failed ones. */
@Processor('explainer', { concurrency: 2 })
export class ExplainerProcessor extends WorkerHost {
  constructor(
    @Inject(STORE) private readonly store: WorkerStore,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(STAGE_METRICS) private readonly metrics: StageMetrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  async process(job: Job<unknown>): Promise<void> {
    const { store, metrics, log } = this;
    await runIncidentStage(
      { store, metrics, log, now: () => this.clock.now() },
      'explainer',
      job,
      (workspaceId, incidentId) => this.#explain(workspaceId, incidentId),
    );
  }

  async #explain(workspaceId: string, incidentId: string): Promise<string | undefined> {
    const { records } = this.store;
    const incident = await records.incident(workspaceId, incidentId);
    if (incident === undefined) return undefined;
    const told = await records.narrative(workspaceId, incidentId);
    if (told !== undefined && told.incidentVersion + 1 >= incident.version) return undefined; // nothing has happened since
    const { inputs, ...facts } = await this.#story(workspaceId, incident);
    const story: IncidentStory = { ...facts, value: computeValue(inputs) };
    const owed = evidenceOwed(story, await records.evidence(workspaceId, incidentId));
    if (owed.length > 0) {
      // Ids of evidence are given by the store, and sentences cite them: evidence first, then the story.
      const stored = await this.store.state.commit({
        workspaceId,
        writes: owed.map((evidence) => ({ kind: 'evidence.insert', evidence })),
        audit: [],
      });
      if (!stored.ok) throw new Error(`Evidence was not stored: ${stored.detail}`);
    }
    const record = storyRecord(inputs, facts, await records.evidence(workspaceId, incidentId));
    const { narrative, value } = tell(record);
    await commitDecision(
      this.store,
      settle({
        workspaceId,
        incident,
        by: 'explainer',
        reason: 'narrative-written',
        importance: 1,
        now: story.now,
        summary: 'The story of this incident was written.',
        detail: {
          sentences: narrative.sentences.length,
          claim: value.claim,
          of: incident.id,
          version: record.version,
          inputDigests: { ...fieldDigests(record) },
          outputDigest: storyDigest({ narrative, value }),
        },
        writes: [
          { kind: 'narrative.upsert', narrative, inputs: record },
          { kind: 'value.upsert', value },
        ],
        events: [
          {
            type: 'narrative.written',
            subject: { kind: 'incident', id: incident.id },
            incidentId: incident.id,
            environment: incident.environment,
            service: incident.service,
          },
        ],
      }),
    );
    return 'narrative-written';
  }

  async #story(
    workspaceId: string,
    incident: Incident,
  ): Promise<Omit<IncidentStory, 'value'> & { readonly inputs: ValueInputs }> {
    const { records, history } = this.store;
    const now = this.clock.now();
    const [anomalies, forecast, plans, runs, configuration] = await Promise.all([
      records.anomalies(workspaceId, incident.id),
      records.latestForecast(workspaceId, incident.id),
      records.plansOf(workspaceId, incident.id),
      records.runsOf(workspaceId, incident.id),
      this.configuration.of(workspaceId),
    ]);
    const plan =
      plans.find((candidate) => candidate.id === incident.planId) ?? plans.toSorted((a, b) => b.version - a.version)[0];
    const run = runs.find((candidate) => candidate.planId === plan?.id) ?? runs.at(-1);
    const [decisions, approval, untreated, record] = await Promise.all([
      plan === undefined ? [] : records.decisions(workspaceId, plan.id),
      plan === undefined ? undefined : records.approvalOfPlan(workspaceId, plan.id),
      history.untreatedDurations(workspaceId, incident.service, incident.kind),
      history.untreatedForecasts(workspaceId, forecast?.service ?? incident.service),
    ]);
    const service = forecast?.service ?? incident.service;
    const priced =
      configuration.rateCards.find(({ card }) => card.service === service) ??
      configuration.rateCards.find(({ card }) => card.service === incident.service);
    const rateCard = priced === undefined ? undefined : { ...priced.card, digest: priced.digest };
    const objective = objectiveOf(configuration, incident);
    const observed = objective === undefined ? undefined : await this.#observed(workspaceId, incident, objective, now);
    const inputs: ValueInputs = {
      incident,
      outcome: incident.outcome ?? 'unresolved',
      forecast,
      observed,
      untreatedSeconds: untreated,
      rateCard,
      actionTaken: runs.some((candidate) => candidate.steps.some((step) => step.dispatchedAt !== undefined)),
      trackRecord: exhaustionRecord(record),
      now,
    };
    return {
      incident,
      anomalies,
      forecast,
      plan,
      decision: plan === undefined ? undefined : standingDecision(decisions, plan),
      approval,
      run,
      inputs,
      observed,
      serviceOwner: configuration.topology.services.find(({ name }) => name === incident.service)?.owner,
      rateCard,
      now,
    };
  }

  /** What users felt of the service by its SLO, from a minute before the opening to the end. */
  async #observed(
    workspaceId: string,
    incident: Incident,
    objective: Objective,
    now: Date,
  ): Promise<ObservedSli | undefined> {
    const from = new Date(Date.parse(incident.openedAt) - BEFORE_MS);
    const to = incident.closedAt === undefined ? now : new Date(incident.closedAt);
    const names = sliNames(objective);
    const windows = await Promise.all(
      [names.total, names.counted].map((indicator) =>
        this.store.indicators.window(workspaceId, {
          environment: incident.environment,
          service: objective.service,
          indicator,
          from,
          to,
        }),
      ),
    );
    return observedSli(sloHistory(objective, windows.flat()), objective, from.getTime(), to.getTime());
  }
}

/** The verdict that the plan stood on: not the judgements of candidates before it, nor those that every step's dispatch only repeats. */
function standingDecision(decisions: readonly PolicyDecision[], plan: Plan): PolicyDecision | undefined {
  const own = decisions.filter(
    ({ planHash, phase }) => planHash === plan.hash && phase !== 'candidate' && phase !== 'what-if',
  );
  return own.findLast(({ phase, verdict }) => phase !== 'dispatch' || verdict.effect === 'deny') ?? own.at(-1);
}
