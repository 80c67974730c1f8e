import type { Anomaly, Forecast, Incident, RateCard } from '@autoops/contracts';
import type { ObservedSli } from './observed-sli.ts';
import { computeValue, type ValueInputs } from './value.ts';
import type { IncidentStory } from './story.ts';

const OPENED = '2026-01-15T14:02:07.000Z';
const FROZEN = '2026-01-15T14:02:20.000Z';
export const NOW = new Date('2026-01-15T14:12:00.000Z');
const DIGEST = 'a'.repeat(64);

/** An incident of the noisy job, closed as verified unless said otherwise. */
export function anIncident(set: Partial<Incident> = {}): Incident {
  return {
    id: '00000000-0000-7000-8000-000000000001',
    number: 193,
    version: 9,
    state: 'closed',
    outcome: 'verified',
    service: 'checkout',
    environment: 'staging',
    kind: 'level',
    source: 'detector',
    severity: 'critical',
    title: 'checkout attempt error ratio',
    openedAt: OPENED,
    closedAt: '2026-01-15T14:03:40.000Z',
    updatedAt: '2026-01-15T14:03:40.000Z',
    correlation: [],
    planVersion: 1,
    demo: true,
    ...set,
  };
}

export function anAnomaly(set: Partial<Anomaly> = {}): Anomaly {
  return {
    id: '00000000-0000-7000-8000-000000000002',
    incidentId: anIncident().id,
    service: 'checkout',
    environment: 'staging',
    indicator: 'attempt_error_ratio',
    unit: 'ratio',
    labels: {},
    source: 'sandbox',
    kind: 'level',
    direction: 'up',
    severity: 'critical',
    score: 0.98,
    novelty: 4.2,
    deviation: 11,
    winningView: 'residual',
    observed: 0.62,
    expected: 0.002,
    bandLow: 0,
    bandHigh: 0.009,
    openedAt: OPENED,
    lastAt: FROZEN,
    context: {
      labelsDiffering: [],
      changesBefore: [
        {
          eventId: 'evt-1',
          type: 'job',
          service: 'checkout',
          environment: 'staging',
          at: '2026-01-15T14:02:01.000Z',
          secondsBefore: 6,
          summary: 'Job reindex started',
        },
      ],
    },
    decision: { engine: 'detector', version: '1', inputDigest: DIGEST, outputDigest: DIGEST },
    ...set,
  };
}

/** A forecast of a 10 % bad ratio held for an hour. */
export function aForecast(set: Partial<Forecast> = {}): Forecast {
  const fan = Array.from({ length: 120 }, (_, index) => ({
    at: new Date(Date.parse(FROZEN) + (index + 1) * 30_000).toISOString(),
    badRatio: { p10: 0.08, p50: 0.1, p90: 0.12 },
    budgetLeft: { p10: 0.2, p50: 0.3, p90: 0.4 },
    demandPerSecond: 8,
  }));
  return {
    id: '00000000-0000-7000-8000-000000000003',
    incidentId: anIncident().id,
    service: 'checkout',
    environment: 'staging',
    slo: 'checkout',
    target: 0.95,
    windowSeconds: 21_600,
    issuedAt: FROZEN,
    frozenAt: FROZEN,
    hash: 'b'.repeat(64),
    engine: 'forecaster',
    version: '1',
    inputDigest: DIGEST,
    sufficientHistory: true,
    observedSeconds: 240,
    budgetLeft: 0.9,
    budgetSpent: 0.1,
    currentBadRatio: 0.1,
    burnRates: [],
    exhaustionSeconds: { p10: 1140, p50: 1620, p90: 2460 },
    exhaustionProbability: 0.97,
    fan,
    risk: { within1h: 0.97, within4h: 0.99, within24h: 0.99 },
    trackRecord: { n: 0, covered: 0, nominal: 0.8 },
    evidence: [],
    ...set,
  };
}

export function aRateCard(set: Partial<RateCard> = {}): RateCard & { readonly digest: string } {
  return {
    name: 'shop',
    version: '1',
    service: 'checkout',
    currency: 'USD',
    valuePerGoodEvent: { low: 10, mode: 20, high: 40 },
    rho: 0.5,
    credits: [],
    monthlyFee: 0,
    labour: [],
    untreatedDuration: { p50: 1800, p90: 5400, source: 'demo' },
    selfHealProbability: 0.1,
    owner: 'shop',
    approvedBy: 'demo',
    validFrom: '2026-01-01',
    reviewBy: '2026-12-31',
    source: 'demo',
    digest: 'c'.repeat(64),
    ...set,
  };
}

/** A minute before the opening without a failure, then one minute at 10 %, then nothing. */
export function anObservation(): ObservedSli {
  return {
    service: 'checkout',
    slo: 'checkout',
    allowedRatio: 0.05,
    stepSeconds: 10,
    startMs: Date.parse('2026-01-15T14:01:00.000Z'),
    bad: [0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 0, 0, 0, 0, 0, 0],
    total: Array.from({ length: 18 }, () => 80),
  };
}

export function valueInputs(set: Partial<ValueInputs> = {}): ValueInputs {
  return {
    incident: anIncident(),
    outcome: 'verified',
    forecast: aForecast(),
    observed: anObservation(),
    untreatedSeconds: [],
    rateCard: aRateCard(),
    actionTaken: true,
    trackRecord: { n: 0, covered: 0 },
    now: NOW,
    ...set,
  };
}

export function aStory(set: Partial<IncidentStory> = {}): IncidentStory {
  return {
    incident: anIncident(),
    anomalies: [anAnomaly()],
    forecast: aForecast(),
    plan: undefined,
    decision: undefined,
    approval: undefined,
    run: undefined,
    value: computeValue(valueInputs()),
    observed: anObservation(),
    rateCard: aRateCard(),
    now: NOW,
    ...set,
  };
}
