import type { Anomaly, Incident } from '@autoops/contracts';

/** An instant, in seconds after the incident opened. */
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 15, 12, 0, second)).toISOString();

/** An anomaly of checkout that could open an incident. */
export function anomaly(over: Partial<Anomaly>): Anomaly {
  return {
    id: '0190d3f0-0000-5000-8000-000000000001',
    service: 'checkout',
    environment: 'staging',
    indicator: 'error_ratio',
    unit: 'ratio',
    labels: {},
    source: 'sandbox',
    kind: 'level',
    direction: 'up',
    severity: 'medium',
    score: 0.9,
    novelty: 5,
    deviation: 8,
    winningView: 'level',
    observed: 0.3,
    expected: 0,
    bandLow: 0,
    bandHigh: 0.05,
    openedAt: at(0),
    lastAt: at(0),
    context: { labelsDiffering: [], changesBefore: [] },
    decision: { engine: 'x', version: '1', inputDigest: 'a'.repeat(64), outputDigest: 'b'.repeat(64) },
    ...over,
  };
}

/** An incident of checkout, planned, that opened with it. */
export function incident(over: Partial<Incident>): Incident {
  return {
    id: '0190d3f0-0000-5000-8000-0000000000aa',
    number: 1,
    version: 3,
    state: 'planned',
    service: 'checkout',
    environment: 'staging',
    kind: 'level',
    source: 'detector',
    severity: 'medium',
    title: 'x',
    openedAt: at(0),
    updatedAt: at(0),
    correlation: [],
    planVersion: 1,
    demo: false,
    ...over,
  };
}
