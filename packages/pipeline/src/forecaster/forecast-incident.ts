import { durationText } from '@autoops/charts';
import type { Forecast, Incident, JsonObject, Quantiles } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import type { StageOutcome } from '../outcome.ts';
import { seededRandom } from '../random/seeded.ts';
import { budgetOf, evaluateSlo } from '../slo/evaluate.ts';
import { condense, HistorySums, type SloHistory } from '../slo/history.ts';
import type { Objective } from '../slo/objective.ts';
import { badRatioPath, presentTrouble } from './bad-ratio.ts';
import { forecastDemand } from './demand.ts';
import { incidentRisk, type RiskSigns } from './risk.ts';
import { NOMINAL } from './track-record.ts';

export const FORECASTER_ENGINE = 'autoops-bootstrap';
export const FORECASTER_VERSION = '2';
const HORIZON_SECONDS = 3600;
const STEP_SECONDS = 30;
const DRAWS = 400;
/** Without a whole season (at most this long) of observation a forecast says that its history is too short. */
const ENOUGH_SECONDS = 600;

/** Everything that a forecast of an incident stands on; JSON, stored with it, so that it can be computed again. */
export interface IncidentForecastInput {
  readonly id: string;
  readonly incident: Pick<Incident, 'id' | 'service' | 'environment' | 'openedAt' | 'kind'>;
  readonly objective: Objective;
  /** Counts of at most the SLO's window, oldest first. */
  readonly history: SloHistory;
  readonly intervalSeconds: number;
  readonly seasonSeconds: readonly number[];
  /** Earlier forecasts of this service: how many were issued and how many of their 80 % intervals held. */
  readonly trackRecord: { readonly n: number; readonly covered: number; readonly since?: string | undefined };
  /** How long such an incident lasts that nobody treats, in seconds; from the rate card or comparable incidents. */
  readonly untreated?: { readonly p50: number; readonly p90: number; readonly source: string } | undefined;
  readonly signs?: Omit<RiskSigns, 'burn'> | undefined;
  readonly now: string;
  readonly seed: string;
}

export interface IncidentForecast {
  readonly forecast: Forecast;
  readonly outcome: StageOutcome<Forecast>;
  /** The input as it was used (history condensed): what is stored, and what `inputDigest` covers. */
  readonly inputs: IncidentForecastInput;
}

function quantiles(sorted: Float64Array): { p10: number; p50: number; p90: number } {
  const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] as number;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}

const beyond = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** `inputs` without its members that are undefined, as it reads back from storage. */
function plain(inputs: IncidentForecastInput): JsonObject {
  return JSON.parse(JSON.stringify(inputs)) as JsonObject;
}

/**
 * Forecasts an incident if nothing is done: ratio of bad events, budget and time to exhaustion as distributions over 60 min,
 * conditional on the trouble lasting (how long it would last untreated is the value's business; `exhaustionProbability`
 * includes it where a prior is given). Frozen: `hash` covers all but `hash` and `id`. The same input gives the same bytes.
 */
export function forecastIncident(input: IncidentForecastInput): IncidentForecast {
  const nowMs = Date.parse(input.now);
  const inputs: IncidentForecastInput = { ...input, history: condense(input.history, nowMs) };
  const { objective, incident, history, untreated } = inputs;
  const sums = new HistorySums(history);
  const steps = HORIZON_SECONDS / STEP_SECONDS;
  const grid = Array.from({ length: steps }, (_, step) => nowMs + (step + 1) * STEP_SECONDS * 1000);
  const demand = forecastDemand(history, input.seasonSeconds, nowMs, grid);
  const meanDemand = demand.reduce((sum, each) => sum + each / demand.length, 0);
  const budget = budgetOf(objective, sums, nowMs, meanDemand > 0 ? meanDemand : undefined);
  const status = evaluateSlo(
    objective,
    history,
    new Date(nowMs),
    incident.environment,
    input.intervalSeconds,
    budget.demandPerSecond,
  );

  const trouble = presentTrouble(history, Date.parse(incident.openedAt), nowMs);
  const random = seededRandom(input.seed);
  // Bad events that leave the rolling window give budget back.
  const returned = grid.map(
    (at) => sums.between(nowMs - objective.windowSeconds * 1000, at - objective.windowSeconds * 1000).bad,
  );
  const ratio = Array.from({ length: steps }, () => new Float64Array(DRAWS));
  const left = Array.from({ length: steps }, () => new Float64Array(DRAWS));
  const exhaustion = new Float64Array(DRAWS);
  const path = new Float64Array(steps);
  let exhausted = 0;
  const perStep = Math.max(1, Math.round(STEP_SECONDS / Math.max(1, input.intervalSeconds)));
  for (let draw = 0; draw < DRAWS; draw++) {
    badRatioPath(trouble, steps, perStep, random, path);
    const lasts =
      untreated === undefined ? Number.POSITIVE_INFINITY : remaining(untreated, trouble.ageSeconds, random.uniform());
    let bad = budget.bad;
    let before = budget.spent >= 1 ? 0 : Number.POSITIVE_INFINITY;
    for (let step = 0; step < steps; step++) {
      const events = (path[step] as number) * (demand[step] as number) * STEP_SECONDS;
      const start = bad - (returned[step - 1] ?? 0);
      bad += events;
      const now = bad - (returned[step] as number);
      if (before === Number.POSITIVE_INFINITY && budget.events > 0 && now >= budget.events) {
        before =
          STEP_SECONDS *
          (step + Math.min(1, Math.max(0, (budget.events - start) / Math.max(events, Number.MIN_VALUE))));
      }
      (ratio[step] as Float64Array)[draw] = path[step] as number;
      (left[step] as Float64Array)[draw] = budget.events > 0 ? Math.max(0, 1 - now / budget.events) : 1;
    }
    exhaustion[draw] = before;
    if (before <= Math.min(HORIZON_SECONDS, lasts)) exhausted++;
  }
  exhaustion.sort();
  const sortedExhaustion = quantiles(exhaustion);
  const exhaustionSeconds: Quantiles = {
    p10: beyond(sortedExhaustion.p10),
    p50: beyond(sortedExhaustion.p50),
    p90: beyond(sortedExhaustion.p90),
  };
  const fan = grid.map((at, step) => ({
    at: new Date(at).toISOString(),
    badRatio: quantiles((ratio[step] as Float64Array).sort()),
    budgetLeft: quantiles((left[step] as Float64Array).sort()),
    demandPerSecond: demand[step] as number,
  }));

  const burn = status.burnRates[0]?.burn ?? 0;
  const risk = incidentRisk(history, objective.target, input.seasonSeconds, new Date(nowMs), {
    changes: 0,
    openAnomalies: 1,
    ...input.signs,
    burn,
  });
  const sufficientHistory = budget.observedSeconds >= Math.min(ENOUGH_SECONDS, ...input.seasonSeconds);
  const exhaustionProbability = exhausted / DRAWS;
  const body: Omit<Forecast, 'id' | 'hash'> = {
    incidentId: incident.id,
    service: incident.service,
    environment: incident.environment,
    slo: objective.name,
    target: objective.target,
    windowSeconds: objective.windowSeconds,
    issuedAt: input.now,
    frozenAt: input.now,
    engine: FORECASTER_ENGINE,
    version: FORECASTER_VERSION,
    inputDigest: digestOf(plain(inputs)),
    sufficientHistory,
    observedSeconds: budget.observedSeconds,
    budgetLeft: budget.left,
    budgetSpent: budget.spent,
    currentBadRatio: trouble.ratio,
    burnRates: status.burnRates,
    exhaustionSeconds,
    exhaustionProbability,
    fan,
    // An open incident is one already; what is asked is whether it uses up the budget, or another comes.
    risk: {
      within1h: Math.max(risk.within1h, exhaustionProbability),
      within4h: Math.max(risk.within4h, exhaustionProbability),
      within24h: Math.max(risk.within24h, exhaustionProbability),
    },
    trackRecord: {
      n: input.trackRecord.n,
      covered: input.trackRecord.covered,
      nominal: NOMINAL,
      ...(input.trackRecord.since === undefined ? {} : { since: input.trackRecord.since }),
    },
    evidence: evidenceOf(inputs, trouble.bad, trouble.total, budget.observedSeconds),
  };
  const forecast: Forecast = { id: input.id, ...body, hash: digestOf(body) };
  return {
    forecast,
    inputs,
    outcome: {
      kind: 'advance',
      reason: sufficientHistory ? 'forecast-frozen' : 'insufficient-history',
      value: forecast,
    },
  };
}

/** Seconds that a trouble of this age lasts on, at rank u of its lognormal duration given that it lasted so long. */
function remaining(untreated: { p50: number; p90: number }, ageSeconds: number, u: number): number {
  const sigma = Math.max(0.05, Math.log(Math.max(untreated.p90, untreated.p50 * 1.01) / untreated.p50) / 1.2816);
  // A logistic in the log of time stands for the normal (within 1 %): it has a closed inverse.
  const scale = sigma / 1.702;
  const survived = 1 / (1 + (Math.max(1, ageSeconds) / untreated.p50) ** (1 / scale));
  const survival = Math.max(1e-9, survived * (1 - u));
  return untreated.p50 * ((1 - survival) / survival) ** scale - ageSeconds;
}

function evidenceOf(inputs: IncidentForecastInput, bad: number, total: number, observedSeconds: number): string[] {
  const { objective, untreated, trackRecord } = inputs;
  const lines = [
    `${Math.round(bad)} of ${Math.round(total)} events were bad most recently (objective "${objective.title}")`,
    `observed ${durationText(Math.round(observedSeconds))} of ${durationText(objective.windowSeconds)}`,
  ];
  if (untreated !== undefined)
    lines.push(
      `untreated such an incident lasts ${durationText(untreated.p50)} (P90 ${durationText(untreated.p90)}), from the rate card (${untreated.source})`,
    );
  lines.push(
    trackRecord.n === 0
      ? 'no history yet (n = 0)'
      : `${trackRecord.covered} of ${trackRecord.n} earlier 80 % intervals held`,
  );
  return lines;
}
