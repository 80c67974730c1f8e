import { computeValue, type ValueInputs } from '@autoops/pipeline';
import type { Benchmark } from './figure.ts';
import { medianOf, percentile } from './figure.ts';

const OPENED = Date.parse('2026-01-15T14:02:07Z');
const at = (seconds: number): string => new Date(OPENED + seconds * 1000).toISOString();

function inputs(): ValueInputs {
  const id = '00000000-0000-7000-8000-000000000001';
  return {
    incident: {
      id,
      number: 1,
      version: 1,
      state: 'closed',
      outcome: 'verified',
      service: 'checkout',
      environment: 'staging',
      kind: 'level',
      source: 'detector',
      severity: 'critical',
      title: 'bench',
      openedAt: at(0),
      updatedAt: at(90),
      correlation: [],
      planVersion: 1,
      demo: false,
    },
    outcome: 'verified',
    forecast: {
      id,
      service: 'checkout',
      environment: 'staging',
      slo: 'checkout',
      target: 0.95,
      windowSeconds: 21_600,
      issuedAt: at(10),
      frozenAt: at(10),
      hash: 'b'.repeat(64),
      engine: 'bench',
      version: '1',
      inputDigest: 'a'.repeat(64),
      sufficientHistory: true,
      observedSeconds: 240,
      budgetLeft: 0.9,
      budgetSpent: 0.1,
      currentBadRatio: 0.1,
      burnRates: [],
      exhaustionSeconds: { p10: 1140, p50: 1620, p90: 2460 },
      exhaustionProbability: 0.97,
      fan: Array.from({ length: 120 }, (_, index) => ({
        at: at(10 + (index + 1) * 30),
        badRatio: { p10: 0.08, p50: 0.1, p90: 0.12 },
        budgetLeft: { p10: 0.2, p50: 0.3, p90: 0.4 },
        demandPerSecond: 8,
      })),
      risk: { within1h: 1, within4h: 1, within24h: 1 },
      trackRecord: { n: 0, covered: 0, nominal: 0.8 },
      evidence: [],
    },
    observed: {
      service: 'checkout',
      slo: 'checkout',
      allowedRatio: 0.05,
      stepSeconds: 10,
      startMs: OPENED,
      bad: Array.from({ length: 30 }, (_, slot) => (slot < 6 ? 8 : 0)),
      total: Array.from({ length: 30 }, () => 80),
    },
    untreatedSeconds: [],
    actionTaken: true,
    trackRecord: { n: 0, covered: 0 },
    now: new Date(OPENED + 100_000),
    rateCard: {
      name: 'bench',
      version: '1',
      service: 'checkout',
      currency: 'USD',
      valuePerGoodEvent: { low: 10, mode: 20, high: 40 },
      rho: 0.5,
      credits: [],
      monthlyFee: 0,
      labour: [],
      untreatedDuration: { p50: 1800, p90: 5400, source: 'bench' },
      selfHealProbability: 0.1,
      owner: 'bench',
      validFrom: '2026-01-01',
      reviewBy: '2027-01-01',
      source: 'bench',
      digest: 'c'.repeat(64),
    },
  };
}

export const valueBenchmark: Benchmark = {
  name: 'value',
  about: 'Cost avoided of one incident: 10,000 seeded draws.',
  run: async ({ quick }) => {
    const times = Array.from({ length: quick ? 5 : 30 }, () => {
      const start = performance.now();
      computeValue(inputs());
      return performance.now() - start;
    });
    return [medianOf('one computation', 'ms', times, { note: `p99 ${percentile(times, 0.99).toFixed(1)} ms` })];
  },
};
