import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Forecast, Incident, IncidentState, JsonObject, LiveEventDraft, PlanState } from '@autoops/contracts';
import {
  exhaustionRecord,
  fieldDigests,
  forecastIncident,
  parseObjective,
  revisionInMs,
  settle,
  type IncidentForecast,
  type Objective,
} from '@autoops/pipeline';
import type { Clock, IdGenerator, Transition } from '@autoops/pipeline/ports';
import type { Job } from 'bullmq';
import type { Configuration, ConfigurationSnapshot } from '../reading/configuration.ts';
import type { SloHistories } from '../reading/slo-histories.ts';
import { CLOCK, CONFIGURATION, IDS, LOG, SLO_HISTORIES, STAGE_METRICS, STORE } from '../tokens.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { WorkerStore } from '../worker-store.ts';
import { commitDecision, runIncidentStage } from './stage-job.ts';

const BEFORE_ACTION: readonly IncidentState[] = ['detected', 'forecasted', 'planned', 'awaiting-decision'];
const BEFORE_RUN: readonly PlanState[] = ['draft', 'allowed', 'awaiting-execute', 'awaiting-approval', 'approved'];

/** Forecasts the budget of the incident's service, frozen and hashed before anything is done. */
@Processor('forecaster', { concurrency: 2 })
export class ForecasterProcessor extends WorkerHost {
  constructor(
    @Inject(STORE) private readonly store: WorkerStore,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(SLO_HISTORIES) private readonly histories: SloHistories,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdGenerator,
    @Inject(STAGE_METRICS) private readonly metrics: StageMetrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    super();
  }

  async process(job: Job<unknown>): Promise<void> {
    const { store, metrics, log } = this;
    await runIncidentStage(
      { store, metrics, log, now: () => this.clock.now() },
      'forecaster',
      job,
      (workspaceId, incidentId) => this.#forecast(workspaceId, incidentId),
    );
  }

  async #forecast(workspaceId: string, incidentId: string): Promise<string | undefined> {
    const incident = await this.store.records.incident(workspaceId, incidentId);
    if (incident === undefined || !BEFORE_ACTION.includes(incident.state)) return undefined;
    const configuration = await this.configuration.of(workspaceId);
    const objective = objectiveOf(configuration, incident);
    const now = this.clock.now();
    const first = incident.state === 'detected';
    if (objective === undefined) {
      if (!first) return undefined;
      await commitDecision(
        this.store,
        settle({
          workspaceId,
          incident,
          by: 'forecaster',
          reason: 'insufficient-history',
          summary: `No SLO is declared for ${incident.service}: there is no budget to forecast.`,
          now,
        }),
      );
      return 'insufficient-history';
    }
    const intervalMs = 1000 * (scrapedSource(configuration)?.intervalSeconds ?? 15);
    const again = revisionInMs(incident, now, intervalMs);
    if (!first) return this.#revise(workspaceId, incident, objective, configuration, now, again);
    const result = await this.#compute(workspaceId, incident, objective, configuration, now);
    await commitDecision(
      this.store,
      withTimer(forecastTransition(workspaceId, incident, result, now), incident, again),
    );
    return result.outcome.reason;
  }

  /** A later forecast of an incident that still waits: users' operations fail seconds after their cause, so the first is too mild. */
  async #revise(
    workspaceId: string,
    incident: Incident,
    objective: Objective,
    configuration: ConfigurationSnapshot,
    now: Date,
    again: number | undefined,
  ): Promise<string | undefined> {
    const { records } = this.store;
    const plan = incident.planId === undefined ? undefined : await records.plan(workspaceId, incident.planId);
    // Frozen before any action: the plan's state is held against the start of its run in the same transaction.
    if (plan !== undefined && !BEFORE_RUN.includes(plan.state)) return undefined;
    const result = await this.#compute(workspaceId, incident, objective, configuration, now);
    const { forecast, inputs } = result;
    const transition: Transition = {
      workspaceId,
      writes: [
        ...(plan === undefined
          ? []
          : [{ kind: 'plan.update' as const, id: plan.id, expectedStates: [plan.state], set: {} }]),
        { kind: 'forecast.insert', forecast, inputs },
      ],
      audit: [
        {
          actor: { kind: 'system', id: 'forecaster' },
          verb: 'forecast.revise',
          subject: { kind: 'forecast', id: forecast.id },
          incidentId: incident.id,
          stage: 'forecaster',
          reason: result.outcome.reason,
          summary: `Revised: ${inWords(forecast, inputs)}`,
          importance: 1,
          detail: forecastDetail(forecast, inputs),
        },
      ],
      events: [forecastEvent(incident, forecast)],
    };
    await commitDecision(this.store, withTimer(transition, incident, again));
    return result.outcome.reason;
  }

  async #compute(
    workspaceId: string,
    incident: Incident,
    objective: Objective,
    configuration: ConfigurationSnapshot,
    now: Date,
  ): Promise<IncidentForecast> {
    const { history, records } = this.store;
    const [counts, untreatedBefore, changes, anomalies] = await Promise.all([
      this.histories.of(workspaceId, objective, incident.environment),
      history.untreatedForecasts(workspaceId, objective.service),
      records.changes(workspaceId, {
        environment: incident.environment,
        from: new Date(now.getTime() - 3_600_000),
        to: now,
      }),
      records.anomalies(workspaceId, incident.id),
    ]);
    const source = scrapedSource(configuration);
    const untreated = configuration.rateCards.find(({ card }) => card.service === objective.service)?.card
      .untreatedDuration;
    return forecastIncident({
      id: this.ids.uuid(),
      incident: {
        id: incident.id,
        service: objective.service,
        environment: incident.environment,
        openedAt: incident.openedAt,
        kind: incident.kind,
      },
      objective,
      history: counts,
      intervalSeconds: source?.intervalSeconds ?? 15,
      seasonSeconds: source?.seasonSeconds ?? [86_400, 604_800],
      trackRecord: exhaustionRecord(untreatedBefore),
      ...(untreated === undefined ? {} : { untreated }),
      signs: {
        changes: changes.length,
        openAnomalies: anomalies.filter((anomaly) => anomaly.closedAt === undefined).length,
      },
      now: now.toISOString(),
      // The seed is the incident: the same record forecasts the same.
      seed: incident.id,
    });
  }
}

/** The SLO that an incident burns: its own service's, else the nearest caller's that has one. */
export function objectiveOf(
  configuration: ConfigurationSnapshot,
  incident: Pick<Incident, 'service'>,
): Objective | undefined {
  const objectives = configuration.slos.map((slo) => parseObjective(slo));
  const reached = new Set([incident.service]);
  let level = [incident.service];
  while (level.length > 0) {
    const found = level
      .map((service) => objectives.find((objective) => objective.service === service))
      .find((objective) => objective !== undefined);
    if (found !== undefined) return found;
    level = configuration.topology.services
      .filter(({ name, dependsOn }) => !reached.has(name) && dependsOn.some((service) => level.includes(service)))
      .map(({ name }) => name);
    for (const service of level) reached.add(service);
  }
  return undefined;
}

function forecastTransition(
  workspaceId: string,
  incident: Incident,
  { forecast, outcome, inputs }: IncidentForecast,
  now: Date,
) {
  return settle({
    workspaceId,
    incident,
    by: 'forecaster',
    reason: outcome.reason,
    now,
    verb: 'forecast.freeze',
    subject: { kind: 'forecast', id: forecast.id },
    summary: inWords(forecast, inputs),
    detail: forecastDetail(forecast, inputs),
    writes: [{ kind: 'forecast.insert', forecast, inputs }],
    events: [forecastEvent(incident, forecast)],
  });
}

function forecastDetail(forecast: Forecast, inputs: IncidentForecast['inputs']): JsonObject {
  return {
    hash: forecast.hash,
    inputDigest: forecast.inputDigest,
    engine: forecast.engine,
    version: forecast.version,
    of: forecast.id,
    inputDigests: { ...fieldDigests(inputs) },
  };
}

function forecastEvent(incident: Incident, forecast: Forecast): LiveEventDraft {
  return {
    type: 'forecast.frozen',
    subject: { kind: 'forecast', id: forecast.id },
    incidentId: incident.id,
    environment: forecast.environment,
    service: forecast.service,
  };
}

/** The transition with a job for the next revision, if there is one. */
function withTimer(transition: Transition, incident: Incident, delayMs: number | undefined): Transition {
  if (delayMs === undefined) return transition;
  const timer = { queue: 'forecaster' as const, subjectId: incident.id, delayMs, traceparent: incident.traceparent };
  return { ...transition, outbox: [...(transition.outbox ?? []), timer] };
}

/** The source whose grid the indicators have: the first that is scraped. */
function scrapedSource(configuration: ConfigurationSnapshot): ConfigurationSnapshot['sources'][number] | undefined {
  return configuration.sources.find((candidate) => candidate.type !== 'push') ?? configuration.sources[0];
}

function inWords(forecast: Forecast, { objective }: IncidentForecast['inputs']): string {
  const minutes = (seconds: number | null): string =>
    seconds === null ? 'beyond an hour' : `${Math.round(seconds / 60)} min`;
  const { p10, p50, p90 } = forecast.exhaustionSeconds;
  const gone =
    p50 === null ? 'the budget lasts the hour' : `budget gone in ${minutes(p50)} (${minutes(p10)} to ${minutes(p90)})`;
  return `Objective "${objective.title}" of ${forecast.service}: ${gone} if nothing is done${forecast.sufficientHistory ? '' : '; little history yet'}.`;
}
