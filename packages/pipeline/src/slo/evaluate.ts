import type { Quantiles, SloResource } from '@autoops/contracts';
import { betaQuantile } from './beta.ts';
import { burnRates, burnWindows } from './burn-rate.ts';
import { HistorySums, type SloHistory } from './history.ts';
import type { Objective } from './objective.ts';

/** Observed points before an SLO is judged: the same number as a series needs. */
const LEARNS_AT = 60;
const BURN_DOWN_POINTS = 60;
/** Scrapes without an event count after which an SLO has no data. */
const STALE_INTERVALS = 10;

/** An SLO's budget as counted. `spent` may exceed 1. */
export interface Budget {
  readonly spent: number;
  readonly left: number;
  /** Bad events that make the whole budget. */
  readonly events: number;
  readonly expectedEvents: number;
  readonly demandPerSecond: number;
  readonly bad: number;
  readonly total: number;
  readonly observedSeconds: number;
}

/**
 * Budget spent = bad events / ((1 - target) x events expected in the window). Expected = events observed plus, for the time
 * not observed, the demand forecast (`demandPerSecond`; default the mean of what was observed).
 */
export function budgetOf(
  objective: Pick<Objective, 'target' | 'windowSeconds'>,
  sums: HistorySums,
  nowMs: number,
  demandPerSecond?: number,
): Budget {
  const { total, bad, observedSeconds } = sums.between(nowMs - objective.windowSeconds * 1000, nowMs);
  const demand = demandPerSecond ?? (observedSeconds > 0 ? total / observedSeconds : 0);
  const expectedEvents = total + demand * Math.max(0, objective.windowSeconds - observedSeconds);
  const events = (1 - objective.target) * expectedEvents;
  const spent = events > 0 ? bad / events : 0;
  return {
    spent,
    left: Math.max(0, 1 - spent),
    events,
    expectedEvents,
    demandPerSecond: demand,
    bad,
    total,
    observedSeconds,
  };
}

/** Time to exhaustion in seconds at the present ratio of bad events: 80 % interval from its Beta posterior; null = not within the window. */
function exhaustionAtPresentRate(
  objective: Objective,
  sums: HistorySums,
  budget: Budget,
  recentSeconds: number,
  nowMs: number,
): Quantiles {
  if (budget.left <= 0) return { p10: 0, p50: 0, p90: 0 };
  const { total, bad } = sums.between(nowMs - recentSeconds * 1000, nowMs);
  if (bad === 0 || budget.demandPerSecond === 0) return { p10: null, p50: null, p90: null };
  const timeAt = (quantile: number): number | null => {
    const ratio = betaQuantile(quantile, bad + 0.5, Math.max(0, total - bad) + 0.5);
    const seconds = (budget.left * budget.events) / (ratio * budget.demandPerSecond);
    return Number.isFinite(seconds) && seconds <= objective.windowSeconds ? seconds : null;
  };
  return { p10: timeAt(0.9), p50: timeAt(0.5), p90: timeAt(0.1) };
}

/** The SLO as it stands at `now` in one environment: budget, burn rates, attainment, state and burn-down. Pure. */
export function evaluateSlo(
  objective: Objective,
  history: SloHistory,
  now: Date,
  environment: string,
  intervalSeconds = history.seconds.at(-1) ?? 15,
  demandPerSecond?: number,
): SloResource {
  const nowMs = now.getTime();
  const sums = new HistorySums(history);
  const budget = budgetOf(objective, sums, nowMs, demandPerSecond);
  const newest = history.timestampMs.at(-1);
  // Counts come in a scrape or two late: a window of three scrapes ends at the newest, or it would never be full.
  const burnAt =
    newest !== undefined && nowMs - newest <= STALE_INTERVALS * intervalSeconds * 1000
      ? Math.min(nowMs, newest)
      : nowMs;
  const rates = burnRates(
    sums,
    objective.target,
    objective.windowSeconds,
    intervalSeconds,
    budget.demandPerSecond,
    burnAt,
  );
  const recent = burnWindows(objective.windowSeconds, intervalSeconds)[0]?.long ?? 60;
  const exhaustionSeconds = exhaustionAtPresentRate(objective, sums, budget, recent, nowMs);
  const firstMs = Math.max(
    nowMs - objective.windowSeconds * 1000,
    (history.timestampMs[0] ?? nowMs) - (history.seconds[0] ?? 0) * 1000,
  );
  const burnDown = Array.from({ length: newest === undefined ? 0 : BURN_DOWN_POINTS + 1 }, (_, i) => {
    const atMs = firstMs + ((nowMs - firstMs) * i) / BURN_DOWN_POINTS;
    const { bad } = sums.between(Math.max(firstMs, atMs - objective.windowSeconds * 1000) - 1, atMs);
    return {
      at: new Date(Math.round(atMs)).toISOString(),
      budgetLeft: budget.events > 0 ? Math.max(0, 1 - bad / budget.events) : 1,
    };
  });
  return {
    id: `${environment}:${objective.name}`,
    name: objective.name,
    title: objective.title,
    service: objective.service,
    environment,
    target: objective.target,
    windowSeconds: objective.windowSeconds,
    attained: budget.total > 0 ? 1 - budget.bad / budget.total : null,
    budgetLeft: budget.left,
    budgetSpent: budget.spent,
    observedSeconds: budget.observedSeconds,
    burnRates: rates,
    exhaustionSeconds,
    state: stateOf(
      history,
      nowMs,
      intervalSeconds,
      budget,
      rates.some((rate) => rate.firing),
      exhaustionSeconds.p50 !== null,
    ),
    badEvents: budget.bad,
    totalEvents: budget.total,
    ...(newest === undefined ? {} : { updatedAt: new Date(newest).toISOString() }),
    burnDown,
  };
}

/**
 * The state of an SLO. `burning`: a row of the multi-window table fires. `at-risk`: none does yet, but at the present burn what
 * is left of the budget is gone within the objective's window. That is what a burn rate means (Google SRE Workbook ch. 5: at 1
 * the budget lasts exactly the window) applied to what is left, and the longest time to exhaustion that is told at all: a
 * service that has one is never called healthy.
 */
function stateOf(
  history: SloHistory,
  nowMs: number,
  intervalSeconds: number,
  budget: Budget,
  firing: boolean,
  runsOut: boolean,
): SloResource['state'] {
  const newest = history.timestampMs.at(-1);
  if (newest === undefined || nowMs - newest > STALE_INTERVALS * intervalSeconds * 1000) return 'no-data';
  if (budget.spent >= 1) return 'exhausted';
  if (firing) return 'burning';
  if (history.timestampMs.length < LEARNS_AT) return 'learning';
  return runsOut ? 'at-risk' : 'healthy';
}
