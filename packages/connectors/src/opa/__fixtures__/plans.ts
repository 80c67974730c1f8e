import type { EnvironmentRules, Plan, Runbook } from '@autoops/contracts';
import { PLANNER, type PolicyFacts } from '@autoops/pipeline';

/** Thursday, 15:00 UTC. */
export const now = new Date('2026-01-15T15:00:00.000Z');

const HASH = 'ab'.repeat(32);
const DIGEST = 'cd'.repeat(32);
export const BUNDLE = 'ef'.repeat(32);

/** The rules of production as shipped, with room for changes. */
export function prodRules(change: Partial<EnvironmentRules> = {}): EnvironmentRules {
  return {
    apiVersion: 'autoops.dev/v1',
    kind: 'EnvironmentRules',
    environment: 'prod',
    title: 'Production',
    replicaCap: { withoutApproval: 5, absolute: 12 },
    approvals: { always: false, low: 0, medium: 1, high: 2, role: 'approver' },
    blastRadius: {
      unavailableRatio: 0.25,
      messages: 50,
      perServiceInFlight: 1,
      perEnvironmentInFlight: 3,
      targetsPerHour: 10,
      rollbackReservePerHour: 20,
    },
    windows: [],
    freezes: [],
    irreversible: 'require-approval',
    classD: 'deny',
    autonomy: { default: 'suggest', rules: [] },
    toggles: { rules: {}, runbooks: {} },
    ...change,
  };
}

type Step = Plan['steps'][number];

const base = {
  index: 0,
  id: 'throttle',
  runbook: { name: 'throttle-noisy-job', version: 1, digest: DIGEST },
  title: 'Throttle reindex to 10 %',
  tool: 'sandbox',
  class: 'C',
  target: {
    key: 'prod/job/reindex',
    uid: 'job-1',
    kind: 'job',
    name: 'reindex',
    service: 'reindex',
    environment: 'prod',
  },
  action: { kind: 'throttle-job', args: { job: 'reindex', percent: 10, ttlSeconds: 900 } },
  undo: { kind: 'throttle-job', args: { job: 'reindex', percent: 100 } },
  irreversible: false,
  prechecks: [],
  canary: false,
  touches: { kind: 'job', count: 1, cap: 1, unavailable: 0 },
  before: { throttlePercent: 100 },
  after: { throttlePercent: 10 },
  evidence: 'shared-resource',
} as const satisfies Step;

export const throttle: Step = { ...base, ttlSeconds: 900 };

export const scale: Step = {
  ...base,
  index: 1,
  id: 'scale',
  runbook: { name: 'scale-replicas', version: 1, digest: DIGEST },
  title: 'Scale checkout from 4 to 6',
  target: {
    key: 'prod/checkout',
    uid: 'set-1',
    kind: 'service',
    name: 'checkout',
    service: 'checkout',
    environment: 'prod',
  },
  action: { kind: 'scale', args: { service: 'checkout', replicas: 6 } },
  undo: { kind: 'scale', args: { service: 'checkout', replicas: 4 } },
  touches: { kind: 'replica', count: 2, cap: 2, unavailable: 0 },
  before: { replicas: 4 },
  after: { replicas: 6 },
  evidence: 'capacity-short',
};

export const park: Step = {
  ...scale,
  index: 2,
  id: 'park',
  runbook: { name: 'park-poison', version: 1, digest: DIGEST },
  title: 'Park poison messages of orders, at most 50',
  target: {
    key: 'prod/queue/orders',
    uid: 'queue-1',
    kind: 'queue',
    name: 'orders',
    service: 'orders',
    environment: 'prod',
  },
  action: { kind: 'park', args: { queue: 'orders', max: 50 } },
  undo: { kind: 'unpark', args: {} },
  touches: { kind: 'message', count: 12, cap: 50, unavailable: 0 },
  before: {},
  after: {},
  evidence: 'queue-blocked',
};

export const restart: Step = {
  ...scale,
  index: 0,
  id: 'restart',
  runbook: { name: 'rolling-restart', version: 1, digest: DIGEST },
  title: 'Restart the replicas of checkout one by one',
  action: { kind: 'restart', args: { service: 'checkout' } },
  undo: { kind: 'none', args: {} },
  canary: true,
  touches: { kind: 'replica', count: 4, cap: 4, unavailable: 1 },
};

/** The plan of the walk in production: throttle, scale to 6, park. */
export function walkPlan(change: Partial<Plan> = {}): Plan {
  const steps = change.steps ?? [throttle, scale, park];
  return {
    id: '00000000-0000-7000-8000-000000000001',
    incidentId: '00000000-0000-7000-8000-000000000002',
    version: 1,
    state: 'draft',
    hash: HASH,
    environment: 'prod',
    service: 'checkout',
    title: 'Throttle reindex, scale checkout, park poison orders',
    requester: { kind: 'system', id: 'planner' },
    author: 'autoops',
    createdAt: now.toISOString(),
    steps,
    prechecks: [],
    verification: {
      signals: [
        {
          signal: { indicator: 'client_error_ratio', of: 'service', service: 'storefront', labels: {} },
          op: 'lte',
          bound: 0.02,
          source: 'clients',
          view: 'client',
        },
      ],
      settleSeconds: 20,
      settleEndsEarly: true,
      windowSeconds: 15,
      minSamples: 5,
      sampleSeconds: 3,
    },
    expectedEffect: { indicator: 'client_error_ratio', text: 'below 2 %', withinSeconds: 20 },
    riskClass: 'low',
    reversible: true,
    trackRecord: { n: 0, succeeded: 0 },
    rejected: [],
    because: steps.map((step) => ({
      runbook: step.runbook.name,
      id: 'seen',
      title: 'Seen by the services',
      fact: '62 % of attempts failed',
      indicator: 'attempt_error_ratio',
      service: 'checkout',
      view: 'service',
    })),
    dryRun: {
      at: now.toISOString(),
      ok: true,
      steps: steps.map(({ index, before, after }) => ({
        index,
        ok: true,
        before,
        after,
        undoProven: true,
        detail: '',
      })),
      digest: DIGEST,
    },
    policyDigest: BUNDLE,
    ...change,
  };
}

/** A runbook as far as policy reads it. */
export function runbookNamed(name: string, author = 'autoops', objectsPerRun = 50): Runbook {
  return {
    apiVersion: 'autoops.dev/v1',
    kind: 'Runbook',
    metadata: { name, version: 1, title: name, summary: '', owner: 'team-platform', author, reviewBy: '2027-01-01' },
    spec: {
      riskClass: 'low',
      evidence: name,
      target: { kind: 'service', scope: 'incident' },
      appliesWhen: { all: [], any: [] },
      notWhen: [],
      parameters: {},
      prechecks: [],
      steps: [
        {
          id: 'only',
          title: 'Only',
          tool: 'sandbox',
          action: 'scale',
          args: {},
          bind: {},
          canary: false,
          touches: 'replica',
          makesUnavailable: false,
        },
      ],
      verification: walkVerification,
      expectedEffect: { indicator: 'client_error_ratio', reductionRatio: 0.9, withinSeconds: 20 },
      limits: { objectsPerRun, objectsPerHour: 100, coolDownSeconds: 60, attempts: 2 },
    },
  };
}

const walkVerification: Plan['verification'] = {
  signals: [
    {
      signal: { indicator: 'client_error_ratio', of: 'incident', labels: {} },
      op: 'lte',
      bound: 0.02,
      source: 'clients',
      view: 'client',
    },
  ],
  settleSeconds: 20,
  settleEndsEarly: true,
  windowSeconds: 15,
  minSamples: 5,
  sampleSeconds: 3,
};

export const RUNBOOKS = ['throttle-noisy-job', 'scale-replicas', 'park-poison', 'rolling-restart'];

/** Facts of a quiet afternoon in production. */
export function prodFacts(change: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    phase: 'plan',
    rules: prodRules(),
    runbooks: RUNBOOKS.map((name) => runbookNamed(name)),
    replicas: { checkout: { desired: 4, ready: 4 } },
    actor: PLANNER,
    approvals: [],
    approvers: {},
    controls: [],
    actionsInFlight: [],
    targetsLastHour: [],
    budgetLeft: 0.6,
    breakers: [],
    sensor: { targets: 4, sick: 4, agreeingProbe: false },
    ...change,
  };
}
