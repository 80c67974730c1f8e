import type {
  Anomaly,
  Forecast,
  IncidentResource,
  Plan,
  PlanStep,
  PolicyVerdict,
  SloResource,
} from '@autoops/contracts';
import type { IncidentView } from '../incident/use-incident.ts';
import { ERRORS } from './chart-samples.ts';

const DIGEST = '9b2f'.repeat(16);
const ID = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const MINUTE_MS = 60_000;
const WHERE = { service: 'checkout', environment: 'prod' } as const;

/** The states of an incident in which its three cards look different. */
export const INCIDENT_STATES = [
  'detected',
  'planned',
  'needs approval',
  'denied',
  'executing',
  'verified',
  'no safe plan',
  'forecast only',
] as const;
export type SampleState = (typeof INCIDENT_STATES)[number];

/** An incident in one of its states, as the page would have it from the API, with its times before `now` in ms. */
export function sampleView(state: SampleState, now: number): IncidentView {
  const opened = now - 12 * MINUTE_MS;
  const at = (minutes: number): string => new Date(opened + minutes * MINUTE_MS).toISOString();
  const closed = state === 'verified' || state === 'denied' || state === 'no safe plan';
  const plan =
    state === 'detected' || state === 'no safe plan' || state === 'forecast only' ? undefined : planOf(state, at);
  const forecast = state === 'detected' ? undefined : forecastOf(at);
  const incident: IncidentResource = {
    id: ID(1),
    number: 193,
    name: 'INC-0193',
    version: 4,
    state: closed ? 'closed' : state === 'detected' || state === 'executing' ? state : 'awaiting-decision',
    ...(closed
      ? { outcome: state === 'verified' || state === 'denied' ? state : 'no-safe-plan', closedAt: at(11) }
      : {}),
    ...WHERE,
    kind: 'level',
    source: state === 'forecast only' ? 'forecast' : 'detector',
    severity: 'critical',
    title: 'checkout error ratio',
    openedAt: at(0),
    updatedAt: at(11),
    correlation: ['error ratio of checkout opened it', 'queue age of orders: orders depends on checkout'],
    planVersion: 1,
    demo: false,
    anomalies: state === 'forecast only' ? [] : [anomalyOf(at, closed)],
    ...(forecast ? { forecast } : {}),
    runIds: plan?.runId === undefined ? [] : [plan.runId],
  };
  const first = ERRORS[0]?.at ?? 0;
  return {
    incident,
    plan,
    evidence: [],
    narrative: undefined,
    service: undefined,
    slo: sloOf(at),
    series: {
      id: 'design-errors',
      ...WHERE,
      indicator: 'error_ratio',
      unit: 'ratio',
      labels: {},
      view: 'service',
      source: 'sample',
      state: 'ready',
      samples: ERRORS.length,
      learnsAt: 60,
      points: ERRORS.map((point) => ({
        at: new Date(opened - 28 * MINUTE_MS + (point.at - first)).toISOString(),
        value: point.value,
        bandLow: point.low,
        bandHigh: point.high,
      })),
    },
    forecast,
    from: opened - 10 * MINUTE_MS,
    to: closed ? opened + 12 * MINUTE_MS : undefined,
  };
}

type At = (minutes: number) => string;

function anomalyOf(at: At, ended: boolean): Anomaly {
  return {
    id: ID(2),
    incidentId: ID(1),
    ...WHERE,
    indicator: 'error_ratio',
    unit: 'ratio',
    labels: {},
    source: 'sample',
    kind: 'level',
    direction: 'up',
    severity: 'critical',
    score: 0.97,
    novelty: 5.1,
    deviation: 9.4,
    winningView: 'residual',
    observed: 0.047,
    expected: 0.005,
    bandLow: 0.002,
    bandHigh: 0.009,
    openedAt: at(0),
    ...(ended ? { closedAt: at(10) } : {}),
    lastAt: at(ended ? 10 : 11.8),
    context: {
      labelsDiffering: [{ label: 'route', value: '/pay', share: 0.83 }],
      changesBefore: [
        {
          eventId: 'sample-change',
          type: 'job',
          ...WHERE,
          at: at(-1),
          secondsBefore: 60,
          summary: 'job reindex started',
        },
      ],
      nearestPast: { at: '2026-01-03T09:12:00.000Z', distance: 1.2, incident: 'INC-0171' },
    },
    decision: { engine: 'detector', version: '1', inputDigest: DIGEST, outputDigest: DIGEST },
  };
}

function forecastOf(at: At): Forecast {
  const left = 0.62;
  return {
    id: ID(3),
    incidentId: ID(1),
    ...WHERE,
    slo: 'checkout-operations',
    target: 0.995,
    windowSeconds: 21_600,
    issuedAt: at(1),
    frozenAt: at(1),
    hash: DIGEST,
    engine: 'forecaster',
    version: '1',
    inputDigest: DIGEST,
    sufficientHistory: true,
    observedSeconds: 18_000,
    budgetLeft: left,
    budgetSpent: 1 - left,
    currentBadRatio: 0.047,
    burnRates: [],
    exhaustionSeconds: { p10: 1140, p50: 1620, p90: 2460 },
    exhaustionProbability: 0.97,
    fan: Array.from({ length: 60 }, (_none, minute) => ({
      at: at(2 + minute),
      badRatio: { p10: 0.04, p50: 0.047, p90: 0.06 },
      budgetLeft: {
        p10: Math.max(0, left * (1 - minute / 19)),
        p50: Math.max(0, left * (1 - minute / 27)),
        p90: Math.max(0, left * (1 - minute / 41)),
      },
      demandPerSecond: 8,
    })),
    risk: { within1h: 0.97, within4h: 0.99, within24h: 0.99 },
    trackRecord: { n: 143, covered: 116, nominal: 0.8 },
    evidence: [],
  };
}

function sloOf(at: At): SloResource {
  return {
    id: 'prod:checkout-operations',
    name: 'checkout-operations',
    ...WHERE,
    title: 'Checkout answers',
    target: 0.995,
    windowSeconds: 21_600,
    attained: 0.9968,
    budgetLeft: 0.54,
    budgetSpent: 0.46,
    observedSeconds: 18_000,
    exhaustionSeconds: { p10: 1140, p50: 1620, p90: 2460 },
    state: 'burning',
    badEvents: 397,
    totalEvents: 172_800,
    burnDown: Array.from({ length: 22 }, (_none, minute) => ({
      at: at(minute - 10),
      budgetLeft: minute < 10 ? 0.66 : 0.66 - (minute - 10) * 0.012,
    })),
    burnRates: [],
  };
}

const VERDICTS: Readonly<Record<string, PolicyVerdict['effect']>> = {
  planned: 'allow',
  'needs approval': 'require-approval',
  denied: 'deny',
  executing: 'allow',
  verified: 'allow',
};
const PLAN_STATES: Readonly<Record<string, Plan['state']>> = {
  planned: 'awaiting-execute',
  'needs approval': 'awaiting-approval',
  denied: 'denied',
  executing: 'executed',
  verified: 'executed',
};

function planOf(state: SampleState, at: At): Plan {
  const effect = VERDICTS[state] ?? 'allow';
  const fact = effect === 'deny' ? 'frozen until 06:00: stock taking' : '6 > 5 replicas';
  const steps = [
    stepOf(0, 'throttle-noisy-job', 'Throttle job reindex to 10 %', 'job', 1),
    stepOf(1, 'scale-replicas', 'Scale checkout from 4 to 6', 'replica', 2),
    stepOf(2, 'park-poison', 'Park poison messages of orders, at most 50', 'message', 12, 50),
  ];
  return {
    id: ID(4),
    incidentId: ID(1),
    version: 1,
    state: PLAN_STATES[state] ?? 'draft',
    hash: DIGEST,
    environment: WHERE.environment,
    service: WHERE.service,
    title: 'Throttle job reindex, scale checkout from 4 to 6, park poison messages',
    requester: { kind: 'agent', id: 'planner' },
    author: 'autoops',
    createdAt: at(1),
    steps,
    prechecks: [
      {
        id: 'job-runs',
        title: 'The job is running',
        passed: true,
        fact: 'reindex holds 17 connections',
        checkedAt: at(1),
        phase: 'plan',
      },
    ],
    verification: {
      signals: [],
      settleSeconds: 60,
      settleEndsEarly: false,
      windowSeconds: 300,
      minSamples: 5,
      sampleSeconds: 15,
    },
    expectedEffect: { indicator: 'error_ratio', text: 'errors below 0.9 % within 5 min', withinSeconds: 300 },
    riskClass: 'medium',
    reversible: true,
    trackRecord: { n: 41, succeeded: 37 },
    rejected: [
      {
        runbook: 'rolling-restart',
        title: 'Rolling restart',
        reason: 'not-applicable',
        detail: 'memory ratio of checkout is 19 %, not at least 35 %',
        betterThanChosen: false,
        ruleIds: [],
      },
    ],
    policyDigest: DIGEST,
    verdict: {
      effect,
      ruleIds: [effect === 'deny' ? 'freeze' : 'replica-cap'],
      rules: [],
      steps:
        effect === 'allow'
          ? []
          : [{ index: 1, effect: effect === 'deny' ? 'blocked' : 'constrained', ruleId: 'replica-cap', fact }],
      facts: [fact],
      constraints: [],
      toBeAllowed: effect === 'deny' ? ['the freeze ends at 06:00'] : ['1 of 1 approvals'],
      approvals: { required: effect === 'require-approval' ? 1 : 0, given: 0, role: 'approver' },
      shadowed: [],
    },
    ...(state === 'needs approval' ? { approvalId: ID(6) } : {}),
    ...(state === 'executing' || state === 'verified' ? { runId: ID(5) } : {}),
  };
}

function stepOf(
  index: number,
  runbook: string,
  title: string,
  touched: PlanStep['touches']['kind'],
  count: number,
  cap = count,
): PlanStep {
  const kind = touched === 'message' ? 'queue' : touched === 'job' ? 'job' : 'service';
  return {
    index,
    id: `${runbook}-${index}`,
    runbook: { name: runbook, version: 1, digest: DIGEST },
    title,
    tool: 'sandbox',
    class: 'A',
    target: { key: `prod/${kind}/${runbook}`, uid: 'sample', kind, name: 'checkout', ...WHERE },
    action: { kind: 'sample', args: {} },
    undo: { kind: 'sample', args: {} },
    irreversible: false,
    prechecks: [],
    canary: index === 1,
    ...(index === 0 ? { ttlSeconds: 900 } : {}),
    touches: { kind: touched, count, cap, unavailable: 0 },
    before: {},
    after: {},
    evidence: runbook,
  };
}
