import { describe, expect, it } from 'vitest';
import { betaCumulative, betaQuantile } from './beta.ts';
import { evaluateSlo } from './evaluate.ts';
import { condense, HistorySums, sloHistory, type SloHistory } from './history.ts';
import { parseObjective, sliIndicators, sliNames, type Objective } from './objective.ts';

const START = Date.UTC(2026, 0, 15, 12);
const objective: Objective = {
  name: 'storefront-operations',
  title: 'Storefront operations succeed',
  service: 'storefront',
  target: 0.995,
  windowSeconds: 6 * 3600,
  source: 'sandbox',
  total: [{ metric: 'shop_operations_total', match: {}, not: {} }],
  counted: { kind: 'good', selectors: [{ metric: 'shop_operations_total', match: { outcome: 'ok' }, not: {} }] },
};

function history(seconds: number, badAt: (second: number) => number): SloHistory {
  const at = Array.from({ length: seconds }, (_, i) => START + (i + 1) * 1000);
  return { timestampMs: at, seconds: at.map(() => 1), total: at.map(() => 52), bad: at.map((_, i) => badAt(i)) };
}

describe('evaluateSlo', () => {
  it('counts spent budget against the events expected in the whole window', () => {
    const slo = evaluateSlo(
      objective,
      history(600, (second) => (second >= 540 ? 5.2 : 0)),
      new Date(START + 600_000),
      'staging',
    );
    // 312 bad events of 0.5 % of 52/s for 6 h = 5616
    expect(slo.budgetSpent).toBeCloseTo(312 / 5616, 9);
    expect(slo).toMatchObject({
      id: 'staging:storefront-operations',
      state: 'burning',
      observedSeconds: 600,
      badEvents: expect.closeTo(312, 6),
    });
    expect(slo.attained).toBeCloseTo(1 - 312 / 31_200, 9);
    const left = 5616 - 312;
    expect(slo.exhaustionSeconds.p50).toBeGreaterThan((0.9 * left) / 5.2);
    expect(slo.exhaustionSeconds.p50).toBeLessThan((1.1 * left) / 5.2);
    expect(slo.exhaustionSeconds.p10 ?? 0).toBeLessThan(slo.exhaustionSeconds.p90 ?? 0);
    expect(slo.burnDown.at(-1)?.budgetLeft).toBeCloseTo(slo.budgetLeft, 9);
    expect(slo.burnDown[0]?.budgetLeft).toBe(1);
  });

  it('burns at once though the newest counts are two seconds old', () => {
    const slo = evaluateSlo(
      objective,
      history(600, (second) => (second >= 575 ? 5.2 : 0)),
      new Date(START + 602_000),
      'staging',
    );
    expect(slo.burnRates[0]).toMatchObject({ window: '30 s', shortWindow: '3 s', firing: true, severity: 'page' });
  });

  it('is at risk while it burns faster than its budget lasts and no alert fires yet', () => {
    // One bad event of 52 a second against 0.5 %: 3.8 times too fast, which the half hour before without any hides from every alert.
    const slo = evaluateSlo(
      objective,
      history(3600, (second) => (second >= 3570 ? 1 : 0)),
      new Date(START + 3_600_000),
      'prod',
    );
    expect(slo.burnRates.some((rate) => rate.firing)).toBe(false);
    expect(slo.exhaustionSeconds.p50).toBeLessThan(objective.windowSeconds);
    expect(slo.state).toBe('at-risk');
  });

  it('is healthy while its burn leaves something of the budget at the end of the window', () => {
    const slo = evaluateSlo(
      objective,
      history(3600, (second) => (second % 10 === 0 ? 1 : 0)),
      new Date(START + 3_600_000),
      'prod',
    );
    expect(slo).toMatchObject({ state: 'healthy', exhaustionSeconds: { p50: null } });
  });

  it('does not spend time that nobody observed, and shows it', () => {
    const seen = history(120, () => 0);
    const slo = evaluateSlo(objective, seen, new Date(START + 120_000), 'prod');
    expect(slo).toMatchObject({ budgetSpent: 0, budgetLeft: 1, observedSeconds: 120, state: 'healthy', attained: 1 });
    expect(evaluateSlo(objective, seen, new Date(START + 600_000), 'prod').state).toBe('no-data');
  });

  it('says learning, no data and exhausted', () => {
    expect(
      evaluateSlo(
        objective,
        history(30, () => 0),
        new Date(START + 30_000),
        'prod',
      ).state,
    ).toBe('learning');
    expect(
      evaluateSlo(
        objective,
        history(0, () => 0),
        new Date(START),
        'prod',
      ),
    ).toMatchObject({ state: 'no-data', attained: null, burnDown: [] });
    expect(
      evaluateSlo(
        objective,
        history(600, () => 52),
        new Date(START + 600_000),
        'prod',
      ),
    ).toMatchObject({
      state: 'exhausted',
      budgetLeft: 0,
      exhaustionSeconds: { p10: 0, p50: 0, p90: 0 },
    });
  });

  it('condenses older detail without changing counts, and condensing twice changes nothing', () => {
    const full = history(1800, (second) => second % 7);
    const now = START + 1_800_000;
    const once = condense(full, now);
    expect(once.timestampMs.length).toBeLessThan(400);
    expect(condense(once, now)).toEqual(once);
    const sum = (counts: SloHistory): unknown => new HistorySums(counts).between(0, now);
    expect(sum(once)).toEqual(sum(full));
  });
});

describe('parseObjective', () => {
  const document = {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: 'storefront-operations', displayName: 'Storefront operations succeed' },
    spec: {
      service: 'storefront',
      budgetingMethod: 'Occurrences',
      timeWindow: [{ duration: '6h', isRolling: true }],
      indicator: {
        metadata: { name: 'ratio' },
        spec: {
          ratioMetric: {
            counter: true,
            good: {
              metricSource: {
                type: 'autoops',
                spec: { source: 'sandbox', metrics: [{ metric: 'shop_operations_total', match: { outcome: 'ok' } }] },
              },
            },
            total: {
              metricSource: {
                type: 'autoops',
                spec: { source: 'sandbox', metrics: [{ metric: 'shop_operations_total' }] },
              },
            },
          },
        },
      },
      objectives: [{ targetPercent: 99.5 }],
    },
  };

  it('reads target, window and counters', () => {
    expect(parseObjective(document)).toEqual(objective);
  });

  it('says what to change where it cannot count', () => {
    expect(() => parseObjective({ ...document, spec: { ...document.spec, budgetingMethod: 'Timeslices' } })).toThrow(
      /use budgetingMethod Occurrences/,
    );
    const calendar = { ...document.spec, timeWindow: [{ duration: '1M', isRolling: false }] };
    expect(() => parseObjective({ ...document, spec: calendar })).toThrow(/rolling window/);
  });

  it('makes counting indicators whose ticks become the history', () => {
    const definitions = sliIndicators([objective], []);
    expect(definitions.map(({ name, scored, windowMs }) => [name, scored, windowMs])).toEqual([
      ['slo:storefront-operations:total', false, 15_000],
      ['slo:storefront-operations:counted', false, 15_000],
    ]);
    const names = sliNames(objective);
    const window = (indicator: string, value: number[]) => ({
      service: 'storefront',
      environment: 'prod',
      indicator,
      labels: {},
      unit: '1/s',
      source: 'sandbox',
      view: 'service' as const,
      intervalMs: 2000,
      timestampMs: [2000, 4000, 6000],
      value,
      expected: [],
      bandLow: [],
      bandHigh: [],
    });
    expect(
      sloHistory(objective, [window(names.total, [10, Number.NaN, 10]), window(names.counted, [9, 9, 10.5])]),
    ).toEqual({
      timestampMs: [2000, 6000],
      seconds: [2, 2],
      total: [20, 20],
      bad: [2, 0],
    });
  });
});

describe('Beta distribution', () => {
  it('agrees with closed forms', () => {
    expect(betaCumulative(0.3, 1, 1)).toBeCloseTo(0.3, 12);
    expect(betaCumulative(0.5, 2, 2)).toBeCloseTo(0.5, 12);
    expect(betaCumulative(0.2, 1, 5)).toBeCloseTo(1 - 0.8 ** 5, 12);
    expect(betaQuantile(1 - 0.8 ** 5, 1, 5)).toBeCloseTo(0.2, 8);
    expect(betaCumulative(0.0144, 720.5, 49_280.5)).toBeCloseTo(0.5, 1);
  });
});
