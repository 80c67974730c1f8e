import type { Anomaly, Forecast, IncidentResource, IncidentValue, Narrative, Run } from '@autoops/contracts';
import { digestOf, leafHash } from '@autoops/digest';
import type { BundleInput } from './bundle/document.ts';

const ID = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const DIGEST = 'a'.repeat(64);
const at = (seconds: number): string => new Date(Date.parse('2026-01-15T14:02:00.000Z') + seconds * 1000).toISOString();

const anomaly: Anomaly = {
  id: ID(2),
  incidentId: ID(1),
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
  novelty: 4,
  deviation: 11,
  winningView: 'residual',
  observed: 0.62,
  expected: 0.002,
  bandLow: 0,
  bandHigh: 0.009,
  openedAt: at(7),
  lastAt: at(20),
  context: { labelsDiffering: [], changesBefore: [] },
  decision: { engine: 'detector', version: '1', inputDigest: DIGEST, outputDigest: DIGEST },
};

const forecast: Forecast = {
  id: ID(3),
  incidentId: ID(1),
  service: 'checkout',
  environment: 'staging',
  slo: 'checkout',
  target: 0.95,
  windowSeconds: 21_600,
  issuedAt: at(20),
  frozenAt: at(20),
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
  fan: Array.from({ length: 120 }, (_, index) => ({
    at: at(20 + (index + 1) * 30),
    badRatio: { p10: 0.08, p50: 0.1, p90: 0.12 },
    budgetLeft: {
      p10: Math.max(0, 0.9 - index * 0.012),
      p50: Math.max(0, 0.9 - index * 0.008),
      p90: Math.max(0, 0.9 - index * 0.006),
    },
    demandPerSecond: 8,
  })),
  risk: { within1h: 0.97, within4h: 0.99, within24h: 0.99 },
  trackRecord: { n: 0, covered: 0, nominal: 0.8 },
  evidence: [],
};

const value: IncidentValue = {
  incidentId: ID(1),
  computedAt: at(100),
  claim: true,
  reason: 'The frozen forecast was worse than what was observed.',
  grade: 'C',
  indicative: true,
  badMinutesAvoided: { p10: 8, p50: 24, p90: 71 },
  failedRequestsAvoided: { p10: 410, p50: 1220, p90: 3600 },
  budgetShareAvoided: { p10: 0.05, p50: 0.14, p90: 0.42 },
  observed: { badMinutes: 1.2, failedRequests: 48, requests: 960, budgetShare: 0.006 },
  money: {
    currency: 'USD',
    p10: { amount: '4100.00', currency: 'USD' },
    p50: { amount: '12700.00', currency: 'USD' },
    p90: { amount: '41000.00', currency: 'USD' },
    booked: { amount: '0.00', currency: 'USD' },
  },
  comparables: 0,
  method: 'Frozen forecast minus observation',
  formula: 'V = sum',
  seed: 'x',
  draws: 10_000,
  inputs: [{ name: 'Rate card', value: 'shop 1' }],
  excluded: ['Reputation'],
  forecastHash: forecast.hash,
};

const narrative: Narrative = {
  incidentId: ID(1),
  incidentVersion: 9,
  writtenAt: at(100),
  sentences: [
    {
      text: 'Checkout attempt error ratio contained in 1 min 33 s; 48 requests failed.',
      section: 'headline',
      author: 'template',
      evidence: ['E1'],
      claims: [{ text: '48 requests failed', evidence: 'E1' }],
    },
    {
      text: 'Checkout attempt error ratio was 62 % (expected 0.00 % to 0.90 %) in staging.',
      section: 'what-happened',
      author: 'template',
      evidence: ['E1'],
      claims: [],
    },
    {
      text: 'Done: Throttle job reindex; Scale checkout from 4 to 6; Park poison orders.',
      section: 'what-was-done',
      author: 'template',
      evidence: ['E2'],
      claims: [],
    },
    {
      text: 'Policy allowed it: 6 replicas of at most 20 (replica-cap).',
      section: 'why-allowed',
      author: 'template',
      evidence: ['E2'],
      claims: [],
    },
    {
      text: 'The signals that users feel are back inside their bounds.',
      section: 'are-we-safer',
      author: 'template',
      evidence: [],
      claims: [],
    },
  ],
  spine: {
    rootCause: { text: 'Job reindex started', confidence: 'likely', evidence: ['E1'] },
    criticalFailure: { text: 'checkout waits for a connection', confidence: 'sure', evidence: ['E1'] },
    impact: { text: '48 requests failed', confidence: 'measured', evidence: ['E1'] },
  },
  storyboard: [
    { at: at(7), lane: 'signal', importance: 3, text: 'Checkout attempt error ratio at 62 %', evidence: ['E1'] },
    { at: at(30), lane: 'action', importance: 3, text: 'Throttle job reindex', evidence: ['E2'] },
  ],
  controls: [{ control: 'Detector', worked: 'worked', note: '1 anomaly' }],
  wentWell: ['Contained'],
  wentWrong: [],
  gotLucky: [],
  actions: [{ text: 'Limit the job', type: 'prevent', owner: 'service owner' }],
};

const run: Run = {
  id: ID(5),
  planId: ID(4),
  planHash: DIGEST,
  incidentId: ID(1),
  environment: 'staging',
  service: 'checkout',
  state: 'succeeded',
  version: 7,
  requester: { kind: 'person', id: 'operator@demo' },
  createdAt: at(30),
  startedAt: at(31),
  finishedAt: at(95),
  steps: [],
  rollbackToken: {
    id: ID(6),
    state: 'valid',
    reversible: true,
    issuedAt: at(32),
    expiresAt: at(86_432),
    keyId: 'k',
    token: 'secret-token',
  },
  verification: {
    state: 'done',
    verdict: 'verified',
    startedAt: at(60),
    windowStartedAt: at(70),
    endsAt: at(85),
    worstBefore: {},
    samples: [
      {
        at: at(72),
        indicator: 'client_error_ratio',
        service: 'checkout',
        value: 0.001,
        good: true,
        phase: 'window',
        source: 'sandbox',
      },
    ],
    reason: 'all inside',
  },
};

const incident: IncidentResource = {
  id: ID(1),
  number: 193,
  name: 'INC-0193',
  version: 9,
  state: 'closed',
  outcome: 'verified',
  service: 'checkout',
  environment: 'staging',
  kind: 'level',
  source: 'detector',
  severity: 'critical',
  title: 'checkout attempt error ratio',
  openedAt: at(7),
  closedAt: at(100),
  updatedAt: at(100),
  correlation: [],
  planVersion: 1,
  demo: true,
  anomalies: [anomaly],
  forecast,
  runIds: [run.id],
  value,
};

/** A small but whole record of a verified incident; tests change single fields. */
export function aBundleInput(set: Partial<BundleInput> = {}): BundleInput {
  const entries = ['{"seq":1,"summary":"incident opened"}', '{"seq":3,"summary":"run finished"}'];
  const encoder = new TextEncoder();
  const leaves = [entries[0] ?? '', '{"seq":2,"summary":"another incident"}', entries[1] ?? ''].map((text) =>
    leafHash(encoder.encode(text)),
  );
  const evidence = ['one', 'three'].map((fact, index) => ({
    id: `E${index + 1}`,
    incidentId: ID(1),
    kind: 'anomaly' as const,
    title: `Fact ${fact}`,
    uri: `/api/v1/anomalies/${index}`,
    sha256: digestOf({ fact }),
    capturedAt: at(8),
    data: { fact },
  }));
  return {
    incident,
    anomalies: [anomaly],
    forecasts: [forecast],
    plans: [],
    decisions: [],
    approvals: [],
    runs: [run],
    timeline: [],
    narrative,
    value,
    evidence,
    audit: { entries: entries.map((text, index) => ({ seq: index === 0 ? 1 : 3, text })), leaves },
    generator: { name: 'autoops', version: '0.1.0' },
    ...set,
  };
}
