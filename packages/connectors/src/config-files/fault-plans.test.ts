import { join } from 'node:path';
import { EnvironmentRules, Runbook, Topology, type Anomaly, type ChangeEvent, type Plan } from '@autoops/contracts';
import {
  authorize,
  decide,
  forcedPlan,
  PLANNER,
  planHash,
  proposePlan,
  type CatalogueRunbook,
  type PlanningFacts,
  type PlanningPorts,
  type PolicyFacts,
  type ProposeOutcome,
} from '@autoops/pipeline';
import { SequentialIds } from '@autoops/pipeline/fakes';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicyEngine, type ReloadablePolicyEngine } from '../opa/policy-engine.ts';
import {
  anomaly,
  change,
  DryShop,
  incident,
  now,
  targets,
  WELL,
  windows,
  type Courses,
  type ShopState,
} from './__fixtures__/shop.ts';
import { loadConfigFiles } from './load-config-files.ts';

const root = join(import.meta.dirname, '../../../..');
let engine: ReloadablePolicyEngine;
let catalogue: CatalogueRunbook[];
let topology: Topology;
let rules: Record<string, EnvironmentRules>;

beforeAll(async () => {
  engine = await loadPolicyEngine({ wasmPath: join(root, 'policies/dist/policy.wasm') });
  const { documents } = await loadConfigFiles({
    configuration: join(root, 'apps/sandbox/config'),
    runbooks: join(root, 'runbooks'),
    environments: join(root, 'policies/environments'),
    autonomy: 'suggest',
  });
  catalogue = documents
    .filter(({ kind }) => kind === 'runbook')
    .map(({ body, digest }) => ({ runbook: Runbook.parse(body), digest }));
  topology = Topology.parse(documents.find(({ kind }) => kind === 'topology')?.body);
  rules = Object.fromEntries(
    documents
      .filter(({ kind }) => kind === 'environment')
      .map(({ name, body }) => [name, EnvironmentRules.parse(body)]),
  );
});

interface Fault {
  readonly since: number;
  readonly service: string;
  readonly anomalies: readonly (readonly [service: string, indicator: string])[];
  readonly courses: Courses;
  readonly state?: Partial<ShopState>;
  readonly changes?: (environment: string) => readonly ChangeEvent[];
}

const rising = (from: number, to: number, seconds: number) => (second: number) =>
  from + (to - from) * Math.min(1, second / seconds);
const blockedQueue = (after: number): Courses => ({
  'orders.queue_age': (second) => (second < after ? 0.2 : second - after),
  'orders.queue_throughput': (second) => Math.max(0, 7.9 - Math.max(0, second - after) * 2.6),
});
const storm: Courses = {
  'checkout.attempt_error_ratio': rising(0, 0.72, 4),
  'checkout.error_ratio': rising(0, 0.5, 8),
  'checkout.retry_ratio': rising(0, 0.62, 6),
  'checkout.attempt_rate': rising(7.9, 20.8, 6),
  'checkout.saturation': rising(0.53, 0.99, 4),
  'checkout.latency_p95': rising(0.9, 3.1, 6),
  'storefront.client_error_ratio': rising(0, 0.098, 10),
  'checkout.client_replica_error_ratio{replica=checkout-1}': rising(0, 0.6, 8),
  'checkout.client_replica_error_ratio{replica=checkout-2}': rising(0, 0.55, 8),
  'checkout.client_replica_error_ratio{replica=checkout-3}': rising(0, 0.65, 8),
  'checkout.client_replica_error_ratio{replica=checkout-4}': rising(0, 0.58, 8),
  'checkout.balancer_served_ratio': rising(1, 0.3, 4),
};

const FAULTS: Readonly<Record<string, Fault>> = {
  'noisy job': {
    since: 10,
    service: 'checkout',
    anomalies: [
      ['checkout', 'attempt_error_ratio'],
      ['checkout', 'retry_ratio'],
      ['storefront', 'client_error_ratio'],
    ],
    courses: {
      ...storm,
      ...blockedQueue(5),
      'checkout.db_connections{holder=reindex}': rising(2, 17, 4),
      'checkout.db_connections{holder=checkout}': rising(9, 4, 4),
      'checkout.checkout_timeouts': rising(0, 2.5, 4),
    },
    state: { poison: 3 },
    changes: (environment) => [change(environment, 'job', 'reindex', 10)],
  },
  'poison message': {
    since: 8,
    service: 'orders',
    anomalies: [['orders', 'queue_age']],
    courses: blockedQueue(1),
    state: { poison: 1 },
  },
  'bad release': {
    since: 8,
    service: 'checkout',
    anomalies: [
      ['checkout', 'attempt_error_ratio'],
      ['storefront', 'client_error_ratio'],
    ],
    courses: {
      'checkout.attempt_error_ratio': rising(0, 0.4, 2),
      'checkout.error_ratio': rising(0, 0.4, 2),
      'checkout.saturation': rising(0.53, 0.34, 3),
      'storefront.client_error_ratio': rising(0, 0.065, 3),
      'checkout.balancer_served_ratio': rising(1, 0.6, 2),
      ...Object.fromEntries(
        [1, 2, 3, 4].map((name) => [
          `checkout.client_replica_error_ratio{replica=checkout-${name}}`,
          rising(0, 0.4, 4),
        ]),
      ),
    },
    state: { version: '1.5.0', previousVersion: '1.4.2' },
    changes: (environment) => [
      change(environment, 'deploy', 'checkout', 6, { version: '1.5.0', summary: 'checkout 1.5.0 deployed' }),
    ],
  },
  'slow dependency': {
    since: 10,
    service: 'checkout',
    anomalies: [
      ['catalogue', 'latency_p95'],
      ['checkout', 'attempt_error_ratio'],
      ['checkout', 'retry_ratio'],
    ],
    courses: { ...storm, 'catalogue.latency_p95': rising(0.012, 0.71, 1) },
  },
  'memory leak': {
    since: 14,
    service: 'checkout',
    anomalies: [['checkout', 'memory_ratio']],
    courses: { 'checkout.memory_ratio': (second) => 0.17 + 0.026 * second },
  },
  'crashed replica': {
    since: 6,
    service: 'checkout',
    anomalies: [['checkout', 'ready_replicas']],
    courses: {
      ...blockedQueue(1),
      'checkout.ready_replicas': () => 3,
      'checkout.balancer_healthy_replicas': () => 4,
      'checkout.attempt_error_ratio': rising(0, 0.25, 2),
      'checkout.saturation': rising(0.53, 0.66, 4),
      'storefront.client_error_ratio': rising(0, 0.04, 2),
      'checkout.balancer_served_ratio': rising(1, 0.75, 2),
    },
    state: { dead: ['checkout-2'], poison: 1 },
  },
  'traffic surge, before it tips': {
    since: 10,
    service: 'checkout',
    anomalies: [
      ['checkout', 'saturation'],
      ['checkout', 'attempt_rate'],
    ],
    courses: {
      'checkout.attempt_rate': rising(7.9, 13.4, 2),
      'checkout.saturation': rising(0.53, 0.9, 3),
      'checkout.retry_ratio': rising(0.002, 0.03, 4),
    },
  },
  'traffic surge, once it has tipped': {
    since: 30,
    service: 'checkout',
    anomalies: [
      ['checkout', 'attempt_error_ratio'],
      ['checkout', 'saturation'],
    ],
    courses: storm,
  },
  'lying health check': {
    since: 12,
    service: 'checkout',
    anomalies: [
      ['checkout', 'client_replica_error_ratio'],
      ['storefront', 'client_error_ratio'],
    ],
    courses: {
      'checkout.client_replica_error_ratio{replica=checkout-3}': () => 1,
      'checkout.attempt_error_ratio': rising(0, 0.25, 2),
      'checkout.saturation': rising(0.53, 0.42, 3),
      'storefront.client_error_ratio': rising(0, 0.038, 2),
      'checkout.balancer_served_ratio': rising(1, 0.75, 2),
    },
  },
};

const NO_POLICY_CHANGE = (facts: PolicyFacts): PolicyFacts => facts;

interface Scene {
  readonly facts: PlanningFacts;
  readonly ports: PlanningPorts;
  readonly shop: DryShop;
  policyFacts(phase: PolicyFacts['phase']): PolicyFacts;
}

function scene(
  fault: Fault,
  environment = 'staging',
  more: Partial<PlanningFacts> = {},
  policy = NO_POLICY_CHANGE,
): Scene {
  const own = rules[environment];
  if (own === undefined) throw new Error(`no rules for ${environment}`);
  const state = { ...WELL, ...fault.state };
  const shop = new DryShop(state);
  const policyFacts = (phase: PolicyFacts['phase']): PolicyFacts =>
    policy({
      phase,
      rules: own,
      runbooks: catalogue.map(({ runbook }) => runbook),
      replicas: { checkout: { desired: state.replicas, ready: state.replicas - state.dead.length } },
      actor: PLANNER,
      approvals: [],
      approvers: {},
      controls: [],
      actionsInFlight: [],
      targetsLastHour: [],
      budgetLeft: 0.4,
      breakers: [],
      sensor: { targets: 4, sick: 1, agreeingProbe: true },
    });
  const facts: PlanningFacts = {
    workspaceId: '00000000-0000-7000-8000-000000000001',
    incident: incident(environment, fault.service),
    anomalies: fault.anomalies.map(([service, indicator]): Anomaly =>
      anomaly(environment, service, indicator, fault.since),
    ),
    forecast: undefined,
    indicators: windows(environment, fault.since, fault.courses),
    changes: fault.changes?.(environment) ?? [],
    logs: [],
    runbooks: catalogue,
    targets: targets(environment, state),
    topology,
    records: [],
    toggles: own.toggles.runbooks,
    previousPlan: undefined,
    requester: { kind: 'system', id: 'planner' },
    policyDigest: engine.bundleDigest,
    ...more,
  };
  const ports: PlanningPorts = {
    judge: async (plan) => (await decide(plan, policyFacts('candidate'), now, engine)).decision.verdict,
    tool: () => shop,
    ids: new SequentialIds(),
    callMs: 1000,
  };
  return { facts, ports, shop, policyFacts };
}

function faultNamed(name: string): Fault {
  const fault = FAULTS[name];
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault;
}

function planOf(outcome: ProposeOutcome): Plan {
  if (outcome.kind !== 'advance') throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return outcome.value;
}

const runbooksOf = (outcome: ProposeOutcome): string[] => planOf(outcome).steps.map(({ runbook }) => runbook.name);
const reasonFor = (outcome: ProposeOutcome, runbook: string) =>
  outcome.rejected.find((each) => each.runbook === runbook);

describe('the plan for each fault', () => {
  it.each<[string, string[]]>([
    ['noisy job', ['throttle-noisy-job', 'scale-replicas', 'park-poison']],
    ['poison message', ['park-poison']],
    ['bad release', ['undo-release']],
    ['slow dependency', ['shed-load']],
    ['memory leak', ['rolling-restart']],
    ['crashed replica', ['replace-replica', 'park-poison']],
    ['traffic surge, before it tips', ['scale-replicas']],
    ['traffic surge, once it has tipped', ['shed-load', 'scale-replicas']],
    ['lying health check', ['eject-replica']],
  ])('%s: %j', async (name, expected) => {
    for (const environment of ['staging', 'prod']) {
      const { facts, ports, shop, policyFacts } = scene(faultNamed(name), environment);
      const outcome = await proposePlan(facts, now, ports);
      expect([environment, ...runbooksOf(outcome)]).toEqual([environment, ...expected]);
      const plan = planOf(outcome);
      // Every other runbook of the catalogue says why it was not taken.
      expect(plan.rejected.map(({ runbook }) => runbook).sort()).toEqual(
        catalogue
          .map(({ runbook }) => runbook.metadata.name)
          .filter((each) => !expected.includes(each))
          .sort(),
      );
      for (const { detail } of plan.rejected) expect(detail).toMatch(/\w+ \w+/);
      expect(plan.prechecks.every(({ passed, fact, phase }) => passed && fact.length > 0 && phase === 'plan')).toBe(
        true,
      );
      expect(plan.dryRun).toMatchObject({
        ok: true,
        steps: plan.steps.map(({ index }) => ({ index, undoProven: true })),
      });
      expect(plan.steps.every(({ undo }) => undo !== undefined)).toBe(true);
      expect(plan.hash).toBe(planHash(facts.workspaceId, plan));
      expect(shop.effects).toEqual([]);
      const verdict = await authorize(plan, policyFacts('plan'), now, engine);
      expect(verdict.kind).toBe('wait');
    }
  });

  it('of a lying health check right after a release leaves the release alone: it is on every replica, one fails', async () => {
    const lying = faultNamed('lying health check');
    const { changes } = faultNamed('bad release');
    if (changes === undefined) throw new Error('the bad release is a change');
    const { facts, ports } = scene({ ...lying, changes });
    const outcome = await proposePlan(facts, now, ports);
    expect(runbooksOf(outcome)).toEqual(['eject-replica']);
    expect(reasonFor(outcome, 'undo-release')?.detail).toMatch(/One replica alone fails/);
  });

  it('of the noisy job scales from 4 to 6, parks last after the time-outs have ended, and asks for one approval in prod alone', async () => {
    const staging = scene(faultNamed('noisy job'));
    const plan = planOf(await proposePlan(staging.facts, now, staging.ports));
    expect(plan.title).toBe(
      'Throttle job reindex to 10 %, scale checkout from 4 to 6, park poison messages of orders, at most 50',
    );
    expect(plan.steps.map(({ action }) => action)).toEqual([
      { kind: 'throttle-job', args: { job: 'reindex', percent: 10, ttlSeconds: 900 } },
      { kind: 'scale', args: { service: 'checkout', replicas: 6 } },
      { kind: 'park', args: { queue: 'orders', max: 50 } },
    ]);
    expect(plan.steps[2]).toMatchObject({
      undo: { kind: 'unpark' },
      waitFor: { holdsSeconds: 2, atMostSeconds: 6 },
      touches: { kind: 'message', count: 3, cap: 50 },
      after: { selection: 'poison', max: 50 },
    });
    expect(plan.verification).toMatchObject({
      settleSeconds: 20,
      settleEndsEarly: true,
      windowSeconds: 15,
      sampleSeconds: 3,
      minSamples: 5,
    });
    expect(
      plan.verification.signals.map(({ signal, op, bound }) => [signal.service, signal.indicator, op, bound]),
    ).toEqual([
      ['storefront', 'client_error_ratio', 'lte', 0.02],
      ['orders', 'orders_confirmed_ratio', 'gte', 0.95],
    ]);
    expect(await authorize(plan, staging.policyFacts('plan'), now, engine)).toMatchObject({
      reason: 'awaiting-execute',
    });

    const prod = scene(faultNamed('noisy job'), 'prod');
    const guarded = await authorize(
      planOf(await proposePlan(prod.facts, now, prod.ports)),
      prod.policyFacts('plan'),
      now,
      engine,
    );
    expect(guarded).toMatchObject({
      reason: 'awaiting-approval',
      detail: 'replica-cap: 6 > 5 replicas without approval',
    });
    expect(reasonFor(await proposePlan(prod.facts, now, prod.ports), 'shed-load')?.detail).toMatch(
      /A job holds the shared connections.*17.*refused/,
    );
  });

  it('of a tipped surge is verified with the bound that shedding allows itself', async () => {
    const { facts, ports } = scene(faultNamed('traffic surge, once it has tipped'));
    expect(planOf(await proposePlan(facts, now, ports)).verification.signals.map(({ bound }) => bound)).toEqual([
      0.035,
    ]);
  });

  it('of a slow dependency says why scaling would not help', async () => {
    const { facts, ports } = scene(faultNamed('slow dependency'));
    expect(reasonFor(await proposePlan(facts, now, ports), 'scale-replicas')).toMatchObject({
      reason: 'not-applicable',
      detail: expect.stringMatching(
        /^A slow dependency is the cause.*latency p95 of catalogue is 0\.71 s, above 0\.4 s/,
      ),
    });
  });

  it('never shares a target with the plan of another environment', async () => {
    const keys = async (environment: string) => {
      const { facts, ports } = scene(faultNamed('noisy job'), environment);
      const both = { ...facts, targets: ['staging', 'prod'].flatMap((each) => targets(each, { ...WELL, poison: 3 })) };
      return planOf(await proposePlan(both, now, ports)).steps.map(({ target }) => target.key);
    };
    const [staging, prod] = [await keys('staging'), await keys('prod')];
    expect(staging.filter((key) => prod.includes(key))).toEqual([]);
    expect(staging.every((key) => key.startsWith('staging/'))).toBe(true);
  });
});

describe('what is not taken', () => {
  it('a healthy shop has no plan, with a reason from each runbook', async () => {
    const { facts, ports, shop } = scene({
      since: 10,
      service: 'checkout',
      anomalies: [['checkout', 'latency_p50']],
      courses: {},
    });
    const outcome = await proposePlan(facts, now, ports);
    expect(outcome).toMatchObject({ kind: 'stop', reason: 'no-safe-plan' });
    expect(outcome.rejected.map(({ reason }) => reason)).toEqual(Array.from({ length: 8 }, () => 'not-applicable'));
    expect(shop.asked).toEqual([]);
  });

  it('an incident whose anomalies have ended is healed by itself', async () => {
    const fault = faultNamed('noisy job');
    const { facts, ports, shop } = scene(fault, 'staging', {
      anomalies: [anomaly('staging', 'checkout', 'retry_ratio', 10, true)],
    });
    expect(await proposePlan(facts, now, ports)).toMatchObject({ kind: 'stop', reason: 'self-healed' });
    expect(shop.asked).toEqual([]);
  });

  it.each<[string, Partial<PlanningFacts>, string]>([
    ['toggled-off', { toggles: { 'scale-replicas': 'off' } }, 'it is switched off here'],
    [
      'cool-down',
      {
        records: [
          {
            runbook: 'scale-replicas',
            service: 'checkout',
            n: 1,
            succeeded: 1,
            lastRunAt: new Date(now.getTime() - 10_000),
            attemptsInWindow: 1,
          },
        ],
      },
      'again in 20 s',
    ],
    [
      'attempts-used',
      {
        records: [
          {
            runbook: 'scale-replicas',
            service: 'checkout',
            n: 4,
            succeeded: 0,
            lastRunAt: new Date(0),
            attemptsInWindow: 4,
          },
        ],
      },
      '4 of 4 attempts',
    ],
    ['no-target', { claimedTargets: ['staging/checkout'] }, 'another plan works on service'],
  ])('%s', async (reason, more, detail) => {
    const { facts, ports } = scene(faultNamed('noisy job'), 'staging', more);
    const outcome = await proposePlan(facts, now, ports);
    expect(runbooksOf(outcome)).toEqual(['throttle-noisy-job', 'park-poison']);
    expect(reasonFor(outcome, 'scale-replicas')).toMatchObject({ reason, detail: expect.stringContaining(detail) });
  });

  it('what policy forbids is shown first, with the rule, and the rest is planned without it', async () => {
    const { facts, ports } = scene(faultNamed('noisy job'), 'prod', {}, (given) => ({
      ...given,
      rules: { ...given.rules, replicaCap: { withoutApproval: 4, absolute: 5 } },
    }));
    const outcome = await proposePlan(facts, now, ports);
    expect(runbooksOf(outcome)).toEqual(['throttle-noisy-job', 'park-poison']);
    expect(planOf(outcome).rejected[0]).toMatchObject({
      runbook: 'scale-replicas',
      reason: 'forbidden',
      betterThanChosen: true,
      ruleIds: ['replica-cap'],
      detail: expect.stringContaining('6 > 5 replicas, the most that may run. To be allowed: at most 5 replicas'),
    });
  });

  it('nothing at all is planned under a freeze', async () => {
    const { facts, ports, shop } = scene(faultNamed('noisy job'), 'prod', {}, (given) => ({
      ...given,
      controls: [
        {
          scope: 'workspace',
          level: 'freeze',
          version: 1,
          reason: 'storm',
          changedBy: { kind: 'person', id: 'olga' },
          changedAt: now.toISOString(),
        },
      ],
    }));
    const outcome = await proposePlan(facts, now, ports);
    expect(outcome).toMatchObject({
      kind: 'stop',
      reason: 'no-safe-plan',
      detail: expect.stringContaining('workspace is set to freeze'),
    });
    expect(shop.effects).toEqual([]);
  });

  it('a plan too large as a whole is planned again without its weakest part', async () => {
    const { facts, ports } = scene(faultNamed('noisy job'), 'prod', {}, (given) => ({
      ...given,
      rules: { ...given.rules, blastRadius: { ...given.rules.blastRadius, targetsPerHour: 2 } },
    }));
    const outcome = await proposePlan(facts, now, ports);
    expect(runbooksOf(outcome)).toEqual(['scale-replicas', 'park-poison']);
    expect(reasonFor(outcome, 'throttle-noisy-job')).toMatchObject({ reason: 'forbidden', ruleIds: ['action-budget'] });
  });

  it('a precheck that nobody can answer fails, and leaves no effect', async () => {
    const fault = faultNamed('lying health check');
    const { facts, ports, shop } = scene(fault);
    const blind = facts.indicators.filter(({ indicator }) => indicator !== 'balancer_healthy_replicas');
    const outcome = await proposePlan({ ...facts, indicators: blind }, now, ports);
    expect(outcome).toMatchObject({ kind: 'stop', reason: 'precheck-failed' });
    expect(reasonFor(outcome, 'eject-replica')?.detail).toContain(
      'no recent value of healthy replicas at the balancer of checkout',
    );
    expect(shop.asked).toEqual([]);
  });

  it('old values are no values', async () => {
    const { facts, ports } = scene(faultNamed('noisy job'));
    expect(await proposePlan(facts, new Date(now.getTime() + 60_000), ports)).toMatchObject({
      kind: 'stop',
      reason: 'no-safe-plan',
    });
  });
});

describe('a guided run', () => {
  const olga = { kind: 'person', id: 'olga' } as const;

  it('scales against a slow dependency because a person wants it, through the same policy and dry run', async () => {
    const { facts, ports, policyFacts } = scene(faultNamed('slow dependency'), 'staging', { requester: olga });
    const outcome = await forcedPlan([{ name: 'scale-replicas', parameters: { replicas: 5 } }], facts, now, ports);
    const plan = planOf(outcome);
    expect(plan).toMatchObject({
      requester: olga,
      because: [],
      steps: [{ action: { kind: 'scale', args: { replicas: 5 } } }],
    });
    const actor = { ...olga, permissions: ['aiops:remediate' as const], environments: [] };
    expect(await authorize(plan, { ...policyFacts('plan'), actor }, now, engine)).toMatchObject({
      kind: 'advance',
      reason: 'policy-allowed',
    });
    expect(
      await authorize(plan, { ...policyFacts('plan'), actor: { ...actor, permissions: [] } }, now, engine),
    ).toMatchObject({ kind: 'stop', reason: 'policy-denied' });
  });

  it.each<[string, number | string]>([
    ['too many', 99],
    ['a fraction', 4.5],
    ['no number', 'six; rm -rf /'],
  ])('refuses %s replicas', async (_case, replicas) => {
    const { facts, ports, shop } = scene(faultNamed('slow dependency'), 'staging', { requester: olga });
    expect(await forcedPlan([{ name: 'scale-replicas', parameters: { replicas } }], facts, now, ports)).toMatchObject({
      kind: 'stop',
      reason: 'no-safe-plan',
    });
    expect(shop.asked).toEqual([]);
  });

  it('refuses a runbook that there is none of', async () => {
    const { facts, ports } = scene(faultNamed('slow dependency'));
    expect(await forcedPlan([{ name: 'reboot-everything' }], facts, now, ports)).toMatchObject({
      kind: 'stop',
      detail: 'There is no runbook reboot-everything.',
    });
  });
});

describe('the hash of a plan', () => {
  const covered: readonly ((plan: Plan) => Plan)[] = [
    (plan) => ({ ...plan, incidentId: '00000000-0000-7000-8000-0000000000ff' }),
    (plan) => ({ ...plan, version: plan.version + 1 }),
    (plan) => ({ ...plan, policyDigest: '0'.repeat(64) }),
    (plan) => ({ ...plan, environment: 'elsewhere' }),
    (plan) => ({ ...plan, steps: plan.steps.slice(1) }),
    (plan) => ({ ...plan, steps: plan.steps.toReversed() }),
    (plan) => ({ ...plan, verification: { ...plan.verification, windowSeconds: 1 } }),
    ...stepChanges(),
  ];

  function stepChanges(): ((plan: Plan) => Plan)[] {
    const changes: ((step: Plan['steps'][number]) => Partial<Plan['steps'][number]>)[] = [
      ({ target }) => ({ target: { ...target, uid: 'another' } }),
      ({ target }) => ({ target: { ...target, key: 'another' } }),
      ({ action }) => ({ action: { ...action, kind: 'drain' } }),
      ({ action }) => ({ action: { ...action, args: { ...action.args, extra: 1 } } }),
      () => ({ undo: { kind: 'none', args: {} } }),
      () => ({ before: { replicas: 99 } }),
      () => ({ after: { replicas: 99 } }),
      ({ touches }) => ({ touches: { ...touches, cap: touches.cap + 1 } }),
      ({ runbook }) => ({ runbook: { ...runbook, digest: '0'.repeat(64) } }),
      ({ irreversible }) => ({ irreversible: !irreversible }),
      ({ canary }) => ({ canary: !canary }),
      () => ({ ttlSeconds: 1 }),
      () => ({ prechecks: [] }),
    ];
    return changes.map((each) => (plan) => ({
      ...plan,
      steps: plan.steps.map((step) => ({ ...step, ...each(step) })),
    }));
  }

  const free: readonly ((plan: Plan) => Plan)[] = [
    (plan) => ({ ...plan, title: 'another', state: 'approved', rejected: [], createdAt: new Date(0).toISOString() }),
    (plan) => ({ ...plan, prechecks: [], trackRecord: { n: 9, succeeded: 9 }, because: [] }),
    (plan) => ({
      ...plan,
      steps: plan.steps.map((step) => ({ ...step, title: 'another', touches: { ...step.touches, count: 999 } })),
    }),
    (plan) => ({ ...plan, steps: plan.steps.map((step) => shuffled(step)) }),
  ];

  function shuffled<T extends object>(value: T): T {
    return Object.fromEntries(Object.entries(value).toReversed()) as T;
  }

  it('changes with whatever an approval binds and with nothing else', async () => {
    const { facts, ports } = scene(faultNamed('noisy job'));
    const plan = planOf(await proposePlan(facts, now, ports));
    fc.assert(
      fc.property(fc.constantFrom(...covered), fc.subarray([...free]), (bound, loose) => {
        const loosened = loose.reduce((changed, each) => each(changed), plan);
        expect(planHash(facts.workspaceId, loosened)).toBe(plan.hash);
        expect(planHash(facts.workspaceId, bound(loosened))).not.toBe(plan.hash);
        expect(planHash('another workspace', loosened)).not.toBe(plan.hash);
      }),
    );
  });

  it('is the same when the queue has grown meanwhile, and another when the job was replaced', async () => {
    const first = scene(faultNamed('noisy job'));
    const hash = planOf(await proposePlan(first.facts, now, first.ports)).hash;
    const grown = scene({ ...faultNamed('noisy job'), state: { poison: 16 } });
    expect(planOf(await proposePlan(grown.facts, now, grown.ports)).hash).toBe(hash);
    const scaled = scene({ ...faultNamed('noisy job'), state: { replicas: 5, poison: 3 } });
    expect(planOf(await proposePlan(scaled.facts, now, scaled.ports)).hash).not.toBe(hash);
  });
});
