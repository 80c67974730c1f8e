import { Condition, type ChangeEvent } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import type { IndicatorWindow } from '../ports/readers.ts';
import { evaluateCondition, recheck, type ConditionContext } from './conditions.ts';

const now = new Date('2026-01-15T15:00:00.000Z');

function window(indicator: string, values: readonly number[], more: Partial<IndicatorWindow> = {}): IndicatorWindow {
  return {
    service: 'checkout',
    environment: 'prod',
    indicator,
    labels: {},
    unit: 'ratio',
    source: 'sandbox',
    view: 'service',
    intervalMs: 1000,
    timestampMs: values.map((_, index) => now.getTime() - (values.length - 1 - index) * 1000),
    value: values,
    expected: values.map(() => 0),
    bandLow: values.map(() => 0),
    bandHigh: values.map(() => 0),
    ...more,
  };
}

function context(more: Partial<ConditionContext> = {}): ConditionContext {
  return {
    now,
    environment: 'prod',
    incidentService: 'storefront',
    target: {
      target: {
        key: 'prod/checkout',
        uid: 'u',
        kind: 'service',
        name: 'checkout',
        service: 'checkout',
        environment: 'prod',
      },
      owned: { replicas: 4, shed: { retries: 0 }, suspended: false, throttlePercent: 100 },
      observed: { ready: 3 },
    },
    indicators: [],
    anomalies: [],
    changes: [],
    logs: [],
    forecast: undefined,
    ...more,
  };
}

const ask = (condition: unknown, more: Partial<ConditionContext> = {}) => {
  const { holds, known, fact } = evaluateCondition(Condition.parse(condition), context(more));
  return { holds, known, fact };
};
const above = { kind: 'signal', id: 'a', title: 'A', signal: { indicator: 'error_ratio' }, op: 'gt', value: 0.1 };

describe('a signal that reports', () => {
  const reports = { kind: 'reports', id: 'r', title: 'R', signal: { indicator: 'queue_throughput' } };
  const at = (secondsAgo: number, value: number) => ({
    indicators: [
      window('queue_throughput', [value], { unit: '1/s', timestampMs: [now.getTime() - secondsAgo * 1000] }),
    ],
  });

  it('holds at any value, and not at all once its last value is old or a gap', () => {
    expect(ask(reports, at(2, 0))).toEqual({
      holds: true,
      known: true,
      fact: 'queue throughput of checkout is reported, now 0 a second',
    });
    for (const silent of [at(30, 5), at(2, Number.NaN), {}])
      expect(ask(reports, silent)).toMatchObject({
        holds: false,
        fact: 'no recent value of queue throughput of checkout',
      });
  });
});

describe('a signal', () => {
  it('is the median of its last three values, with the number it was decided on', () => {
    expect(ask(above, { indicators: [window('error_ratio', [0, 0, 0.9, 0.5, 0.2])] })).toEqual({
      holds: true,
      known: true,
      fact: 'error ratio of checkout is 50 %, above 10 %',
    });
    expect(ask(above, { indicators: [window('error_ratio', [0, 0, 0, 0, 0.9])] })).toMatchObject({
      holds: false,
      fact: 'error ratio of checkout is 0 %, not above 10 %',
    });
  });

  it.each<[string, readonly IndicatorWindow[]]>([
    ['nothing', []],
    ['gaps', [window('error_ratio', [Number.NaN, Number.NaN, Number.NaN])]],
    ['old values', [window('error_ratio', [0.9], { timestampMs: [now.getTime() - 60_000] })]],
    ['values from the future', [window('error_ratio', [0.9], { timestampMs: [now.getTime() + 60_000] })]],
    ['another environment', [window('error_ratio', [0.9, 0.9, 0.9], { environment: 'staging' })]],
    ['another service', [window('error_ratio', [0.9, 0.9, 0.9], { service: 'orders' })]],
  ])('is unknown with %s, does not hold, and fails as a precheck', (_case, indicators) => {
    expect(ask(above, { indicators })).toMatchObject({ holds: false, known: false });
    expect(recheck([Condition.parse(above)], context({ indicators }), 'dispatch')).toMatchObject([
      { passed: false, phase: 'dispatch', checkedAt: now.toISOString() },
    ]);
    const below = { ...above, op: 'lt', value: 1 };
    expect(recheck([Condition.parse(below)], context({ indicators }), 'plan')).toMatchObject([{ passed: false }]);
  });
});

describe('other conditions', () => {
  it('compare two signals', () => {
    const fewer = {
      kind: 'compare',
      id: 'a',
      title: 'A',
      signal: { indicator: 'ready' },
      op: 'lt',
      than: { indicator: 'desired' },
    };
    const indicators = [window('ready', [3, 3, 3], { unit: 'n' }), window('desired', [4, 4, 4], { unit: 'n' })];
    expect(ask(fewer, { indicators })).toMatchObject({
      holds: true,
      fact: 'ready of checkout is 3, below desired of checkout (4)',
    });
    expect(ask(fewer, { indicators: indicators.slice(0, 1) })).toMatchObject({ holds: false, known: false });
  });

  it('follow a trend up to the newest value, late or not', () => {
    const rising = {
      kind: 'trend',
      id: 'a',
      title: 'A',
      signal: { indicator: 'age' },
      op: 'gte',
      perSecond: 0.5,
      overSeconds: 4,
    };
    const late = { timestampMs: [9, 8, 7, 6, 5].map((second) => now.getTime() - second * 1000), unit: 's' };
    expect(ask(rising, { indicators: [window('age', [1, 2, 3, 4, 5], late)] })).toMatchObject({
      holds: true,
      fact: 'age of checkout moves by 60 s a minute, at least 30 s a minute',
    });
    expect(ask(rising, { indicators: [window('age', [5, 5, 5, 5, 5], late)] })).toMatchObject({
      holds: false,
      known: true,
    });
    expect(ask(rising, { indicators: [window('age', [1, 2], { unit: 's' })] })).toMatchObject({ known: false });
  });

  it('find the one replica that stands out', () => {
    const outlier = {
      kind: 'outlier',
      id: 'a',
      title: 'A',
      signal: { indicator: 'fails' },
      label: 'replica',
      worstAtLeast: 0.25,
      othersAtMost: 0.1,
      others: 2,
    };
    const replica = (name: string, value: number) =>
      window('fails', [value, value, value], { labels: { replica: name } });
    const seen = (...values: number[]) => ({
      indicators: values.map((value, index) => replica(`checkout-${index + 1}`, value)),
    });
    expect(evaluateCondition(Condition.parse(outlier), context(seen(0, 1, 0)))).toMatchObject({
      holds: true,
      standsOut: 'checkout-2',
    });
    expect(ask(outlier, seen(0.5, 1, 0.5)).holds).toBe(false);
    expect(ask(outlier, seen(0, 1)).holds).toBe(false);
    expect(
      ask(outlier, { indicators: [replica('none', 1), replica('checkout-1', 0), replica('checkout-2', 0)] }).holds,
    ).toBe(false);
  });

  it.each([
    [30, true],
    [-5, true],
    [200, false],
    [-60, false],
  ])('look for a change %i s before', (seconds, holds) => {
    const deploy: ChangeEvent = {
      specversion: '1.0',
      id: '1',
      source: 's',
      type: 'dev.autoops.change.deploy.v1',
      time: new Date(now.getTime() - seconds * 1000).toISOString(),
      data: { service: 'checkout', environment: 'prod', summary: 'checkout 1.5.0 deployed' },
    };
    const changed = { kind: 'change', id: 'a', title: 'A', type: 'deploy', of: 'target', withinSeconds: 120 };
    expect(ask(changed, { changes: [deploy] }).holds).toBe(holds);
    expect(ask({ ...changed, of: 'incident' }, { changes: [deploy] }).holds).toBe(false);
  });

  it('read a field of the target, owned or observed', () => {
    const field = (name: string, op: string, value: unknown) =>
      ask({ kind: 'target', id: 'a', title: 'A', field: name, op, value });
    expect(field('replicas', 'lt', 6)).toEqual({
      holds: true,
      known: true,
      fact: 'replicas of checkout is 4, below 6',
    });
    expect(field('shed.retries', 'eq', 0)).toMatchObject({ holds: true, fact: 'shed retries of checkout is 0' });
    expect(field('shed.retries', 'eq', 1)).toMatchObject({
      holds: false,
      fact: 'shed retries of checkout is 0, not 1',
    });
    expect(field('ready', 'gte', 4).holds).toBe(false);
    expect(field('suspended', 'eq', false)).toMatchObject({ holds: true, fact: 'checkout is not suspended' });
    expect(field('suspended', 'eq', true)).toMatchObject({ holds: false, fact: 'checkout is not suspended' });
    expect(field('throttlePercent', 'gt', 10).fact).toBe('throttle of checkout is 100 %, above 10 %');
    expect(field('nothing', 'ne', 4)).toMatchObject({ holds: false, known: false });
  });

  it('count log lines', () => {
    const logs = [
      { timestamp: now.toISOString(), severity: 'error' as const, body: 'pool exhausted: 53300', labels: {} },
    ];
    const said = { kind: 'log', id: 'a', title: 'A', contains: '53300', withinSeconds: 60, atLeast: 1 };
    expect(ask(said, { logs })).toMatchObject({ holds: true, fact: '"53300" in 1 log lines of the last 60 s' });
    expect(ask({ ...said, atLeast: 2 }, { logs }).holds).toBe(false);
  });
});
