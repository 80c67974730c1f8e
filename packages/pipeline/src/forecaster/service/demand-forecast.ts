import { durationText, plainNumber } from '@autoops/charts';
import type { DemandForecast, TrackRecord } from '@autoops/contracts';
import { forecastEnsemble } from '../seasonal/ensemble.ts';

export const DEMAND_ENGINE = 'autoops-ensemble';
export const DEMAND_VERSION = '1';
/** Steps of the grid in a season, seasons of history looked at, and the share of a season after which a forecast is judged. */
const STEPS_A_SEASON = 48;
const SEASONS = 28;
/** The engine's weights and intervals stand on whole seasons: with fewer it would be a guess. */
const ENOUGH_SEASONS = 2;
/** A member that carries less than this is not worth a word. */
const TELLING_WEIGHT = 0.05;

/** The grid that demand is forecast on, in seconds: a 48th of the season in whole ticks of the source, and how far back it reaches. */
export function demandGrid(
  seasonSeconds: number,
  intervalSeconds: number,
): { readonly stepSeconds: number; readonly historySeconds: number } {
  const step = Math.max(1, Math.round(seasonSeconds / STEPS_A_SEASON / intervalSeconds)) * intervalSeconds;
  return { stepSeconds: step, historySeconds: SEASONS * seasonSeconds };
}

/** What a demand forecast is made of. `at[i]` is the end of the step (ms) whose mean is `value[i]`; steps nobody observed are absent. */
export interface DemandInput {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly subject: string;
  readonly unit: string;
  readonly at: readonly number[];
  readonly value: readonly number[];
  /** End (ms) of the newest step that is over: up to there what is absent is unknown. */
  readonly until: number;
  readonly seasonSeconds: number;
  readonly stepSeconds: number;
  /** Seconds from the issue until it is judged. */
  readonly judgedAfterSeconds: number;
  readonly trackRecord: TrackRecord;
  readonly now: string;
}

/** Values on the grid after the last gap of a season or more (what was before is another life), unknown ones NaN. */
function gridOf({ at, value, until, stepSeconds, seasonSeconds }: DemandInput): number[] {
  const stepMs = stepSeconds * 1000;
  const longest = Math.max(2, Math.round(seasonSeconds / stepSeconds));
  const values: number[] = [];
  let before = Number.NaN;
  const silent = (ms: number): void => {
    const gap = Math.round((ms - before) / stepMs);
    if (gap >= longest) values.length = 0;
    else for (let missing = 1; missing < gap; missing++) values.push(Number.NaN);
  };
  at.forEach((ms, i) => {
    silent(ms);
    values.push(value[i] as number);
    before = ms;
  });
  silent(until + stepMs);
  return values;
}

/**
 * Forecasts a service's demand one season ahead, in steps of a 48th of it. Says that its history is insufficient below two seasons
 * without a gap as long as one. Pure: the same input gives the same bytes.
 */
export function demandForecast(input: DemandInput): DemandForecast {
  const { id, service, environment, subject, unit, stepSeconds, seasonSeconds, trackRecord, now } = input;
  const nowMs = Date.parse(now);
  const values = gridOf(input);
  const season = Math.round(seasonSeconds / stepSeconds);
  const enough = values.length >= ENOUGH_SEASONS * season;
  const stepMs = stepSeconds * 1000;
  const due = new Date(Math.ceil((nowMs + input.judgedAfterSeconds * 1000) / stepMs) * stepMs).toISOString();
  const base = {
    id,
    kind: 'demand' as const,
    service,
    environment,
    subject,
    unit,
    stepSeconds,
    seasonSeconds,
    issuedAt: now,
    dueAt: due,
    engine: DEMAND_ENGINE,
    version: DEMAND_VERSION,
    trackRecord,
  };
  if (!enough)
    return {
      ...base,
      sufficientHistory: false,
      fan: [],
      members: [],
      evidence: [
        `${durationText(values.length * stepSeconds)} of ${ENOUGH_SEASONS} seasons (${durationText(ENOUGH_SEASONS * seasonSeconds)}) observed without a long gap`,
      ],
    };
  const { quantiles, weights, backtests, sufficientHistory } = forecastEnsemble(values, season, season);
  const fan = quantiles['0.5'].map((p50, h) => ({
    at: new Date(input.until + (h + 1) * stepMs).toISOString(),
    p10: quantiles['0.1'][h] as number,
    p50,
    p90: quantiles['0.9'][h] as number,
  }));
  const members = Object.entries(weights)
    .map(([name, weight]) => ({ name, weight }))
    .filter(({ weight }) => weight >= TELLING_WEIGHT)
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  return {
    ...base,
    sufficientHistory,
    fan,
    members,
    evidence: [
      `${plainNumber(values.length / season, 1)} seasons observed`,
      `weights and interval from ${backtests} back-tests on this series`,
    ],
  };
}
