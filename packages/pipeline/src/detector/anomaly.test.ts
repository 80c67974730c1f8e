import type { Anomaly } from '@autoops/contracts';
import { describe as suite, expect, it } from 'vitest';
import { describe, describeEnd } from './anomaly.ts';

const anomaly = (set: Partial<Anomaly>): Anomaly =>
  ({
    service: 'checkout',
    indicator: 'balancer_replica_error_ratio',
    unit: 'ratio',
    labels: { replica: 'checkout-2' },
    kind: 'level',
    direction: 'up',
    observed: 0.324,
    expected: 0,
    ...set,
  }) as Anomaly;

suite('an anomaly in words', () => {
  it.each([
    [{}, 'replica error ratio at the balancer of checkout (replica checkout-2) rose to 32\u202F% (expected 0\u202F%)'],
    [
      { indicator: 'db_connections', unit: 'n', labels: {}, observed: 22, expected: 4 },
      'database connections of checkout rose to 22 (expected 4)',
    ],
  ] as const)('says what left its band: %o', (set, words) => {
    expect(describe(anomaly(set))).toBe(words);
  });

  it.each([
    [{}, 0, 'Replica error ratio at the balancer of checkout (replica checkout-2): back at 0\u202F%.'],
    [{ indicator: 'attempt_rate', unit: '1/s', labels: {} }, 8.7, 'Attempt rate of checkout: back at 8.7/s.'],
    [
      { indicator: 'latency_p95', unit: 's', labels: {} },
      Number.NaN,
      'Latency p95 of checkout: it is no longer reported.',
    ],
    [
      { kind: 'alert', indicator: 'alert', labels: { alertname: 'HighErrors', pod: 'x' } },
      Number.NaN,
      'Alert HighErrors of checkout: it is no longer reported.',
    ],
  ] as const)('says how it ended: %o, %d', (set, value, words) => {
    expect(describeEnd(anomaly(set as Partial<Anomaly>), value)).toBe(words);
  });
});
