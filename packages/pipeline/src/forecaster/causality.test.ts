import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random/seeded.ts';
import { evaluateSlo } from '../slo/evaluate.ts';
import type { SloHistory } from '../slo/history.ts';
import type { Objective } from '../slo/objective.ts';
import { forecastIncident } from './forecast-incident.ts';
import { forecastService } from './forecast-service.ts';
import { BreachAlert, forecastBreach } from './hazard/forecast-breach.ts';
import { ResourceHistory } from './hazard/resource-history.ts';
import { incidentRisk } from './risk.ts';
import { forecastEnsemble } from './seasonal/ensemble.ts';

const START = Date.UTC(2026, 0, 15);
const LENGTH = 600;
const CUT = 400;
const LOOKS = [150, 250, 399];
const objective: Objective = {
  name: 'orders',
  title: 'Orders',
  service: 'orders',
  target: 0.99,
  windowSeconds: 3600,
  source: 'shop',
  total: [{ metric: 'total', match: {}, not: {} }],
  counted: { kind: 'bad', selectors: [{ metric: 'bad', match: {}, not: {} }] },
};

/** A series with a season and noise, from `seed`. */
function seriesOf(seed: string): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: LENGTH }, (_, t) => 50 + 20 * Math.sin((2 * Math.PI * t) / 48) + 3 * random.normal());
}

/** The same past, and its future in another order. */
function shuffledFuture(values: readonly number[]): number[] {
  const random = seededRandom('shuffle');
  const future = values
    .slice(CUT)
    .map((value) => ({ value, key: random.uniform() }))
    .sort((a, b) => a.key - b.key);
  return [...values.slice(0, CUT), ...future.map(({ value }) => value)];
}

function counts(values: readonly number[]): SloHistory {
  const bad = values.map((value) => Math.max(0, Math.round(value / 10) - 4));
  return {
    timestampMs: values.map((_, t) => START + (t + 1) * 5000),
    seconds: values.map(() => 5),
    total: values.map(() => 100),
    bad,
  };
}

const nowOf = (known: number): Date => new Date(START + known * 5000);
const recent = (values: readonly number[]) => ({
  timestampMs: values.map((_, t) => START + (t + 1) * 5000),
  value: values,
});

/** Each engine on what is known at a look; none has a state but what it is given. */
const ENGINES: Readonly<Record<string, (known: readonly number[]) => unknown>> = {
  'the seasonal ensemble': (known) => forecastEnsemble(known, 12, 48),
  'the budget of an SLO': (known) => evaluateSlo(objective, counts(known), nowOf(known.length), 'staging', 5),
  'the forecast of an incident': (known) =>
    forecastIncident({
      id: '0190d3f0-0000-7000-8000-000000000001',
      incident: {
        id: '0190d3f0-0000-7000-8000-000000000002',
        service: 'orders',
        environment: 'staging',
        openedAt: nowOf(known.length - 10).toISOString(),
        kind: 'level',
      },
      objective,
      history: counts(known),
      intervalSeconds: 5,
      seasonSeconds: [240],
      trackRecord: { n: 0, covered: 0 },
      now: nowOf(known.length).toISOString(),
      seed: 'seed',
    }).forecast,
  'the risk of an incident': (known) =>
    incidentRisk(counts(known), 0.99, [240], nowOf(known.length), { burn: 1, changes: 0, openAnomalies: 0 }),
  'the forecast of capacity': (known) =>
    forecastService({
      workspaceId: 'w',
      service: 'orders',
      environment: 'staging',
      source: 'shop',
      intervalMs: 5000,
      demand: recent(known),
      saturation: recent(known.map((value) => value / 100)),
      now: nowOf(known.length),
    }),
};

describe.each(Object.entries(ENGINES))('%s', (_name, engine) => {
  it('never looks ahead: another future leaves every earlier answer as it was', () => {
    const values = seriesOf('values');
    const other = shuffledFuture(values);
    expect(other).not.toEqual(values);
    const answers = (series: readonly number[]) => LOOKS.map((look) => engine(series.slice(0, look)));
    expect(answers(other)).toEqual(answers(values));
  });

  it('keeps nothing between series: what was asked before changes no answer', () => {
    const values = seriesOf('values').slice(0, CUT);
    const alone = engine(values);
    engine(seriesOf('another'));
    expect(engine(values)).toEqual(alone);
  });
});

describe('the budget of an SLO', () => {
  it('does not count what comes after the moment it is judged at', () => {
    const values = seriesOf('values');
    const rates = (history: SloHistory) => evaluateSlo(objective, history, nowOf(CUT), 'staging', 5);
    const now = rates(counts(values.slice(0, CUT)));
    for (const later of [counts(values), counts(shuffledFuture(values))])
      expect(rates(later)).toMatchObject({
        budgetSpent: now.budgetSpent,
        burnRates: now.burnRates,
        badEvents: now.badEvents,
        totalEvents: now.totalEvents,
        burnDown: now.burnDown,
      });
  });
});

describe('the hazard of a resource', () => {
  it('answers the same at every look when it is written and read between any two of them', () => {
    const random = seededRandom('leak');
    const values = Array.from({ length: 4 * 288 }, (_, t) => 20 + t / 20 + random.normal());
    const looks = (restart: boolean): unknown[] => {
      let history = new ResourceHistory(100);
      const alert = new BreachAlert();
      const found: unknown[] = [];
      values.forEach((value, t) => {
        history.push(t * 300, value);
        if (restart && t % 41 === 0) history = ResourceHistory.restore(history.snapshot());
        if (t % 72 !== 0) return;
        const forecast = forecastBreach(history);
        found.push({ forecast, on: alert.look(forecast) });
      });
      return found;
    };
    expect(looks(true)).toEqual(looks(false));
  });
});
