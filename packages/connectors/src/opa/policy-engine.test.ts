import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyVerdict, type Approval, type EnvironmentRules, type JsonObject, type Plan } from '@autoops/contracts';
import { authorize, decide, evaluateAll, policyInput, type PolicyFacts } from '@autoops/pipeline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  now,
  park,
  prodFacts,
  prodRules,
  restart,
  runbookNamed,
  scale,
  throttle,
  walkPlan,
} from './__fixtures__/plans.ts';
import { loadPolicyEngine, PolicyEngineError, type ReloadablePolicyEngine } from './policy-engine.ts';

const dist = join(import.meta.dirname, '../../../../policies/dist');
let engine: ReloadablePolicyEngine;
let folder: string;

beforeAll(async () => {
  engine = await loadPolicyEngine({ wasmPath: join(dist, 'policy.wasm') });
  folder = await mkdtemp(join(tmpdir(), 'autoops-policy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function judge(plan: Plan, facts: PolicyFacts = prodFacts(), at = now) {
  const { decision } = await decide(plan, facts, at, engine);
  return decision.verdict;
}

const approverRights = { permissions: ['autoops:approve'] as const, environments: [] };

function approval(change: Partial<Approval> = {}, decisions: Approval['decisions'] = [approvedBy('anna')]): Approval {
  return {
    id: '00000000-0000-7000-8000-000000000003',
    planId: walkPlan().id,
    planHash: walkPlan().hash,
    planVersion: 1,
    incidentId: walkPlan().incidentId,
    environment: 'prod',
    service: 'checkout',
    state: 'approved',
    version: 2,
    required: 1,
    role: 'approver',
    ruleIds: ['replica-cap'],
    requester: { kind: 'system', id: 'planner' },
    author: 'autoops',
    bundleDigest: engine.bundleDigest,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 30 * 60_000).toISOString(),
    dispatchBy: new Date(now.getTime() + 15 * 60_000).toISOString(),
    decisions,
    summary: '',
    ...change,
  };
}

function approvedBy(id: string, kind: 'person' | 'agent' = 'person'): Approval['decisions'][number] {
  return { actor: { kind, id }, decision: 'approve', reason: 'looks right', at: now.toISOString() };
}

const withApproval = (given: Approval, change: Partial<PolicyFacts> = {}): PolicyFacts =>
  prodFacts({
    phase: 'approval',
    approvals: [given],
    approvers: { anna: approverRights, ben: approverRights },
    ...change,
  });

describe('the walk', () => {
  it('wants one approval in production, because of the sixth replica', async () => {
    const verdict = await judge(walkPlan());
    expect(verdict).toMatchObject({
      effect: 'require-approval',
      ruleIds: ['replica-cap'],
      facts: ['6 > 5 replicas without approval'],
      toBeAllowed: ['at most 5 replicas, or 1 approval from an approver'],
      approvals: { required: 1, given: 0, role: 'approver' },
    });
    expect(verdict.steps.map(({ effect, ruleId }) => [effect, ruleId])).toEqual([
      ['constrained', 'time-to-live'],
      ['constrained', 'replica-cap'],
      ['constrained', 'blast-radius'],
    ]);
    expect(verdict.rules).toHaveLength(19);
  });

  it('waits for the approval, and advances with it and without a second click', async () => {
    expect(await authorize(walkPlan(), prodFacts(), now, engine)).toMatchObject({
      kind: 'wait',
      reason: 'awaiting-approval',
      value: { plan: { state: 'awaiting-approval' } },
    });
    const outcome = await authorize(walkPlan(), withApproval(approval()), now, engine);
    expect(outcome).toMatchObject({
      kind: 'advance',
      reason: 'policy-allowed',
      value: { plan: { state: 'approved' } },
    });
    expect(outcome.value.decision.verdict).toMatchObject({
      effect: 'allow',
      ruleIds: ['replica-cap'],
      facts: ['6 > 5 replicas without approval; approved by anna'],
    });
  });

  it('is allowed in staging, where it waits for Execute, and runs by itself at autonomy auto', async () => {
    const staging = prodRules({ environment: 'staging', replicaCap: { withoutApproval: 20, absolute: 40 } });
    const plan = walkPlan({
      environment: 'staging',
      steps: [throttle, scale, park].map((step) => ({ ...step, target: { ...step.target, environment: 'staging' } })),
    });
    const waiting = await authorize(plan, prodFacts({ rules: staging }), now, engine);
    expect(waiting).toMatchObject({ kind: 'wait', reason: 'awaiting-execute' });
    expect(waiting.value.decision.verdict.steps[1]).toMatchObject({
      effect: 'allowed',
      ruleId: 'replica-cap',
      fact: '6 ≤ 20 replicas',
    });
    const auto = await authorize(
      plan,
      prodFacts({ rules: { ...staging, autonomy: { default: 'auto', rules: [] } } }),
      now,
      engine,
    );
    expect(auto).toMatchObject({ kind: 'advance', reason: 'policy-allowed' });
    const shadow = await authorize(
      plan,
      prodFacts({ rules: { ...staging, autonomy: { default: 'shadow', rules: [] } } }),
      now,
      engine,
    );
    expect(shadow).toMatchObject({ kind: 'wait', reason: 'shadowed' });
  });

  it('is evaluated in every environment side by side, with the rules that differ', async () => {
    const staging = prodRules({ environment: 'staging', replicaCap: { withoutApproval: 20, absolute: 40 } });
    const { response, decisions } = await evaluateAll(
      walkPlan(),
      [prodFacts({ rules: staging }), prodFacts()],
      now,
      engine,
    );
    expect(response.environments.map(({ environment, own, verdict }) => [environment, own, verdict.effect])).toEqual([
      ['prod', true, 'require-approval'],
      ['staging', false, 'allow'],
    ]);
    expect(response.differing).toEqual(['replica-cap']);
    expect(decisions.map(({ phase }) => phase)).toEqual(['plan', 'what-if']);
  });
});

describe('approvals', () => {
  it.each<[string, () => Approval, Partial<PolicyFacts>]>([
    ['of another plan', () => approval({ planHash: '00'.repeat(32) }), {}],
    ['of another bundle', () => approval({ bundleDigest: '00'.repeat(32) }), {}],
    ['of another environment', () => approval({ environment: 'staging' }), {}],
    ['that is over', () => approval({ dispatchBy: new Date(now.getTime() - 1).toISOString() }), {}],
    ['that is void', () => approval({ state: 'void' }), {}],
    ['that is used, when a run is about to begin', () => approval({ state: 'used' }), {}],
    ['by the requester', () => approval({ requester: { kind: 'person', id: 'anna' } }), {}],
    [
      'by the author',
      () => approval(),
      { runbooks: ['throttle-noisy-job', 'scale-replicas', 'park-poison'].map((name) => runbookNamed(name, 'anna')) },
    ],
    ['by an agent', () => approval({}, [approvedBy('anna', 'agent')]), {}],
    ['by somebody who lost the role', () => approval(), { approvers: {} }],
    [
      'by somebody of another environment',
      () => approval(),
      { approvers: { anna: { ...approverRights, environments: ['staging'] } } },
    ],
    [
      'by somebody who reaches less far',
      () => approval(),
      { approvers: { anna: { ...approverRights, maxBlastRadius: 10 } } },
    ],
    ['with a rejection', () => approval({}, [approvedBy('anna'), { ...approvedBy('ben'), decision: 'reject' }]), {}],
  ])('does not count one %s', async (_case, given, change) => {
    const verdict = await judge(walkPlan(), withApproval(given(), change));
    expect(verdict).toMatchObject({ effect: 'require-approval', approvals: { required: 1, given: 0 } });
  });

  it('needs two different people for a high risk', async () => {
    const plan = walkPlan({ riskClass: 'high' });
    expect(await judge(plan, withApproval(approval({}, [approvedBy('anna'), approvedBy('anna')])))).toMatchObject({
      effect: 'require-approval',
      approvals: { required: 2, given: 1 },
    });
    expect(await judge(plan, withApproval(approval({}, [approvedBy('anna'), approvedBy('ben')])))).toMatchObject({
      effect: 'allow',
    });
  });
});

type Case = readonly [
  rule: string,
  effect: 'allow' | 'require-approval' | 'deny',
  fact: RegExp,
  plan: Partial<Plan>,
  facts: Partial<PolicyFacts>,
];

const rules = (change: Partial<EnvironmentRules>): Partial<PolicyFacts> => ({ rules: prodRules(change) });
const blast = (change: Partial<EnvironmentRules['blastRadius']>) =>
  rules({ blastRadius: { ...prodRules().blastRadius, ...change } });
const only = (...steps: Plan['steps']): Partial<Plan> => ({ steps: steps.map((step, index) => ({ ...step, index })) });
const day = (from: string, to: string) => rules({ windows: [{ days: ['thu'], from, to }] });
const person = { kind: 'person', id: 'olga', permissions: ['aiops:remediate'], environments: [] } as const;
const startedBy = (change: Partial<PolicyFacts['actor']>): Partial<PolicyFacts> => ({
  actor: { ...person, ...change },
});
const control = (
  scope: string,
  level: 'no-new' | 'freeze',
  phase: PolicyFacts['phase'] = 'plan',
): Partial<PolicyFacts> => ({
  phase,
  controls: [
    {
      scope,
      level,
      version: 1,
      reason: 'storm',
      changedBy: { kind: 'person', id: 'olga' },
      changedAt: now.toISOString(),
    },
  ],
});

const CASES: readonly Case[] = [
  ['replica-cap', 'allow', /^no replica/, only(throttle), {}],
  ['replica-cap', 'require-approval', /^6 > 5/, {}, {}],
  ['replica-cap', 'deny', /^6 > 5 replicas, the most/, {}, rules({ replicaCap: { withoutApproval: 4, absolute: 5 } })],
  ['approval-required', 'allow', /^low risk needs no approval/, {}, {}],
  ['approval-required', 'require-approval', /^medium risk needs 1 approval in prod/, { riskClass: 'medium' }, {}],
  [
    'approval-required',
    'require-approval',
    /^low risk needs 1 approval/,
    {},
    rules({ approvals: { ...prodRules().approvals, always: true } }),
  ],
  ['change-window', 'allow', /^no window set/, {}, {}],
  ['change-window', 'allow', /^open until 18:00 UTC \(3 h 0 min\)/, {}, day('09:00', '18:00')],
  ['change-window', 'deny', /^closed until 16:30 UTC \(in 1 h 30 min\)/, {}, day('16:30', '18:00')],
  ['change-window', 'deny', /^closed until 09:00 UTC \(in 6 days\)/, {}, day('09:00', '12:00')],
  ['change-window', 'allow', /^open until 02:00 UTC \(11 h 0 min\)/, {}, day('14:00', '02:00')],
  [
    'change-window',
    'allow',
    /^open until 16:00 UTC/,
    {},
    rules({ windows: [{ days: ['wed'], from: '20:00', to: '16:00' }] }),
  ],
  ['freeze', 'allow', /^no freeze/, {}, control('environment:staging', 'freeze')],
  ['freeze', 'deny', /^environment:prod is set to freeze: storm/, {}, control('environment:prod', 'freeze')],
  ['freeze', 'deny', /^runbook:park-poison is set to no-new/, {}, control('runbook:park-poison', 'no-new')],
  ['freeze', 'allow', /^no freeze/, {}, control('workspace', 'no-new', 'dispatch')],
  ['freeze', 'deny', /^workspace is set to freeze/, {}, control('workspace', 'freeze', 'dispatch')],
  [
    'freeze',
    'deny',
    /^frozen until 2026-01-16/,
    {},
    rules({ freezes: [{ from: '2026-01-15T00:00:00+00:00', to: '2026-01-16T00:00:00Z', reason: 'sale' }] }),
  ],
  ['action-budget', 'allow', /^3 of 10 targets this hour/, {}, {}],
  [
    'action-budget',
    'deny',
    /^1 of 1 actions in flight on checkout/,
    {},
    { actionsInFlight: [{ service: 'checkout', targetKey: 'prod/checkout/checkout-1', rollback: false }] },
  ],
  [
    'action-budget',
    'allow',
    /^3 of 10/,
    {},
    { actionsInFlight: [{ service: 'checkout', targetKey: 'prod/checkout/checkout-1', rollback: true }] },
  ],
  [
    'action-budget',
    'deny',
    /^3 of 3 actions in flight in prod/,
    {},
    { actionsInFlight: ['a', 'b', 'c'].map((name) => ({ service: name, targetKey: name, rollback: false })) },
  ],
  ['action-budget', 'deny', /^11 of 10 targets/, {}, { targetsLastHour: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] }],
  ['blast-radius', 'allow', /^0 replicas unavailable, at most 50 messages moved/, {}, {}],
  ['blast-radius', 'allow', /^1 replica unavailable/, only(restart), {}],
  [
    'blast-radius',
    'deny',
    /^2 of 4 replicas of checkout/,
    only({ ...restart, touches: { ...restart.touches, unavailable: 2 } }),
    {},
  ],
  ['blast-radius', 'deny', /^50 > 20 messages/, {}, blast({ messages: 20 })],
  [
    'blast-radius',
    'deny',
    /^50 > 9 objects of park-poison/,
    {},
    {
      runbooks: ['throttle-noisy-job', 'scale-replicas', 'park-poison'].map((name) => runbookNamed(name, 'autoops', 9)),
    },
  ],
  ['blast-radius', 'deny', /^the replicas of checkout are not known/, only(restart), { replicas: {} }],
  ['last-healthy-replica', 'allow', /^3 healthy replicas left/, only(restart), {}],
  [
    'last-healthy-replica',
    'deny',
    /^no healthy replica of checkout/,
    only(restart),
    { replicas: { checkout: { desired: 4, ready: 1 } } },
  ],
  ['canary', 'allow', /^one replica first/, only(restart), {}],
  ['canary', 'deny', /^4 existing replicas at once/, only({ ...restart, canary: false }), {}],
  ['time-to-live', 'allow', /^ends by itself after at most 900 s/, {}, {}],
  ['time-to-live', 'deny', /^throttle-job without a time to live/, only({ ...scale, action: throttle.action }), {}],
  ['irreversible', 'allow', /^every step can be undone/, {}, {}],
  ['irreversible', 'require-approval', /^1 step cannot be undone/, only({ ...park, irreversible: true }), {}],
  [
    'irreversible',
    'deny',
    /^1 step cannot be undone/,
    only({ ...park, irreversible: true }),
    rules({ irreversible: 'deny' }),
  ],
  ['irreversible', 'allow', /prod allows it/, only({ ...park, irreversible: true }), rules({ irreversible: 'allow' })],
  ['undo-proven', 'allow', /^undo of 3 of 3 steps dry-run/, {}, {}],
  ['undo-proven', 'deny', /^undo of 2 of 3 steps dry-run/, { dryRun: dryRunWith(false) }, {}],
  ['undo-proven', 'deny', /^the dry run failed/, { dryRun: { ...dryRunWith(true), ok: false } }, {}],
  ['class-d', 'allow', /^every target/, {}, {}],
  ['class-d', 'deny', /^1 step on a target/, only({ ...throttle, class: 'D' }), {}],
  [
    'class-d',
    'require-approval',
    /^1 step on a target/,
    only({ ...throttle, class: 'D' }),
    rules({ classD: 'attended' }),
  ],
  ['verification-independent', 'allow', /^verified by the view of the clients/, {}, {}],
  ['verification-independent', 'deny', /^verified by the view that raised/, { because: seenBy('client') }, {}],
  ['verification-independent', 'allow', /^verified by/, { because: [] }, {}],
  [
    'runbook-toggle',
    'allow',
    /^every runbook/,
    {},
    rules({ toggles: { rules: {}, runbooks: { 'park-poison': 'shadow' } } }),
  ],
  [
    'runbook-toggle',
    'deny',
    /^park-poison is switched off in prod/,
    {},
    rules({ toggles: { rules: {}, runbooks: { 'park-poison': 'off' } } }),
  ],
  ['autonomy', 'allow', /^suggest: a person starts it/, {}, {}],
  ['autonomy', 'deny', /^suggest: nobody started it/, {}, { phase: 'dispatch' }],
  ['autonomy', 'allow', /^suggest/, {}, { phase: 'dispatch', ...startedBy({}) }],
  ['autonomy', 'deny', /^shadow/, {}, { phase: 'dispatch', ...rules({ autonomy: { default: 'shadow', rules: [] } }) }],
  ['autonomy', 'allow', /^auto/, {}, { phase: 'dispatch', ...rules({ autonomy: { default: 'auto', rules: [] } }) }],
  ['role', 'allow', /^AutoOps acts/, {}, {}],
  ['role', 'allow', /^olga may remediate in prod/, {}, startedBy({ environments: ['prod'] })],
  ['role', 'deny', /^olga may not remediate/, {}, startedBy({ permissions: ['aiops:read'] })],
  ['role', 'deny', /^olga has no role in prod/, {}, startedBy({ environments: ['staging'] })],
  ['role', 'deny', /^53 > 10 objects/, {}, startedBy({ maxBlastRadius: 10 })],
  [
    'role',
    'deny',
    /^a target outside prod/,
    only({ ...throttle, target: { ...throttle.target, environment: 'staging' } }),
    {},
  ],
  ['error-budget', 'allow', /^no smallest budget/, {}, {}],
  ['error-budget', 'allow', /^60 % of the error budget/, {}, rules({ minimumBudgetLeft: 0.2 })],
  [
    'error-budget',
    'require-approval',
    /^60 % of the error budget left, less than 80 %/,
    {},
    rules({ minimumBudgetLeft: 0.8 }),
  ],
  [
    'error-budget',
    'require-approval',
    /not known/,
    {},
    { ...rules({ minimumBudgetLeft: 0.2 }), budgetLeft: undefined },
  ],
  [
    'breaker',
    'allow',
    /^no breaker/,
    {},
    { breakers: [{ runbook: 'park-poison', targetKey: 'staging/queue/orders', state: 'open' }] },
  ],
  [
    'breaker',
    'require-approval',
    /half-open/,
    {},
    { breakers: [{ runbook: 'park-poison', targetKey: park.target.key, state: 'half-open' }] },
  ],
  [
    'breaker',
    'deny',
    /breaker of park-poison is open/,
    {},
    { breakers: [{ runbook: 'park-poison', targetKey: park.target.key, state: 'open' }] },
  ],
  ['sensor-suspect', 'allow', /^9 of 9/, {}, { sensor: { targets: 9, sick: 9, agreeingProbe: false } }],
  ['sensor-suspect', 'allow', /^10 of 10/, {}, { sensor: { targets: 10, sick: 10, agreeingProbe: true } }],
  ['sensor-suspect', 'allow', /^10 of 20/, {}, { sensor: { targets: 20, sick: 10, agreeingProbe: false } }],
  ['sensor-suspect', 'deny', /^11 of 20 targets sick/, {}, { sensor: { targets: 20, sick: 11, agreeingProbe: false } }],
];

function dryRunWith(lastProven: boolean): NonNullable<Plan['dryRun']> {
  const dryRun = walkPlan().dryRun;
  if (dryRun === undefined) throw new Error('the fixture has a dry run');
  return { ...dryRun, steps: dryRun.steps.map((step) => ({ ...step, undoProven: step.index < 2 || lastProven })) };
}

function seenBy(view: 'client'): NonNullable<Plan['because']> {
  return (walkPlan().because ?? []).map((reason) => ({ ...reason, view }));
}

describe('every rule', () => {
  it.each(CASES)('%s says %s: %s', async (rule, effect, fact, plan, facts) => {
    const verdict = await judge(walkPlan(plan), prodFacts(facts));
    const said = verdict.rules.find(({ ruleId }) => ruleId === rule);
    expect(said).toMatchObject({ effect, fact: expect.stringMatching(fact) });
    if (effect === 'allow') return;
    expect(said?.toBeAllowed).toMatch(/\w/);
    expect(verdict.effect).toBe(effect === 'deny' ? 'deny' : verdict.effect === 'deny' ? 'deny' : 'require-approval');
    expect(verdict.effect).not.toBe('allow');
  });

  it('has a case that allows and one that does not', async () => {
    const { rules: listed } = await judge(walkPlan());
    const covered = (wanted: boolean) =>
      new Set(CASES.filter(([, effect]) => (effect === 'allow') === wanted).map(([rule]) => rule));
    for (const { ruleId } of listed)
      expect([ruleId, covered(true).has(ruleId), covered(false).has(ruleId)]).toEqual([ruleId, true, true]);
  });

  it.each([...new Set(CASES.map(([rule]) => rule))])(
    '%s can be switched off, and be watched in shadow',
    async (rule) => {
      const refusing = CASES.find(([id, effect]) => id === rule && effect !== 'allow');
      if (refusing === undefined) throw new Error(`no refusing case for ${rule}`);
      const [, effect, , plan, change] = refusing;
      const facts = prodFacts(change);
      const toggled = async (toggle: 'off' | 'shadow') =>
        judge(walkPlan(plan), {
          ...facts,
          rules: { ...facts.rules, toggles: { ...facts.rules.toggles, rules: { [rule]: toggle } } },
        });

      const shadow = await toggled('shadow');
      expect(shadow.shadowed.map(({ ruleId, effect: said }) => [ruleId, said])).toContainEqual([rule, effect]);
      expect(shadow.ruleIds).not.toContain(rule === shadow.ruleIds[0] && shadow.effect !== 'allow' ? rule : 'nothing');
      const off = await toggled('off');
      expect(off.rules.find(({ ruleId }) => ruleId === rule)).toMatchObject({
        effect: 'allow',
        toggle: 'off',
        fact: 'switched off in prod',
      });
      expect(off.effect === 'allow' ? [] : off.ruleIds).not.toContain(rule);
    },
  );
});

describe('failing closed', () => {
  const input = (): JsonObject => ({
    ...policyInput(walkPlan(only(throttle)), prodFacts(), now),
    bundleDigest: engine.bundleDigest,
  });

  it('allows the whole input, so that what follows shows something', async () => {
    expect(PolicyVerdict.parse(await engine.evaluate(input())).effect).toBe('allow');
  });

  it.each([[{}], [{ plan: null }], [{ plan: { steps: [] } }], [{ plan: { steps: 'all' }, phase: 'plan' }]])(
    'denies %j',
    async (garbage) => {
      expect(PolicyVerdict.parse(await engine.evaluate(garbage))).toMatchObject({
        effect: 'deny',
        ruleIds: ['unreadable-input'],
      });
    },
  );

  it.each([[[]], ['allow'], [0], [null]])('throws on %j, which is no input', async (garbage) => {
    await expect(engine.evaluate(garbage as unknown as JsonObject)).rejects.toThrow(PolicyEngineError);
  });

  // Read by people, or by rules only when something else is there.
  const NOT_READ =
    /^(now\/at|plan\/(id|version|incidentId|reversible)|plan\/requester$|plan\/steps\/\d\/(id|title|tool|runbook\/(version|digest)|target\/(uid|kind|name)|action\/args\/.*)|runbooks\/(scale-replicas|park-poison|rolling-restart)(\/.*)?|runbooks\/.*\/(riskClass|objectsPerHour)|services(\/.*)|plan\/triggers\/.*|plan\/verification\/\d\/source|environment\/blastRadius\/rollbackReservePerHour)$/;

  it('denies when any part that policy reads is missing or of another type', async () => {
    const whole = input();
    for (const path of pathsOf(whole)) {
      const name = path.join('/');
      if (NOT_READ.test(name)) continue;
      const without = structuredClone(whole);
      change(without, path, undefined);
      expect([name, 'missing', PolicyVerdict.parse(await engine.evaluate(without)).effect]).toEqual([
        name,
        'missing',
        'deny',
      ]);
      const odd = structuredClone(whole);
      change(odd, path, { odd: ['thing'] });
      const verdict = PolicyVerdict.parse(await engine.evaluate(odd));
      if (!OBJECTS.has(name)) expect([name, 'odd', verdict.effect]).toEqual([name, 'odd', 'deny']);
    }
  });

  // An object in the place of one of these is an object still.
  const OBJECTS = new Set([
    'plan/triggers',
    'plan/steps/0/action/args',
    'services',
    'environment/toggles/rules',
    'environment/toggles/runbooks',
  ]);

  it('never allows more with less permission, nor anything with one more denial', async () => {
    const refusals = CASES.filter(([, effect]) => effect === 'deny')
      .map(([, , , , facts]) => facts)
      .filter((facts) => Object.keys(facts).length > 0);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...CASES),
        fc.constantFrom(...refusals),
        fc.constantFrom([], ['aiops:read'], ['aiops:remediate']),
        async ([, , , plan, facts], refusal, permissions) => {
          const rank = { deny: 0, 'require-approval': 1, allow: 2 };
          const before = await judge(walkPlan(plan), prodFacts({ ...facts, ...startedBy({}) }));
          const less = await judge(
            walkPlan(plan),
            prodFacts({ ...facts, ...startedBy({ permissions: permissions as [] }) }),
          );
          expect(rank[less.effect]).toBeLessThanOrEqual(rank[before.effect]);
          const refused = await judge(walkPlan(only(throttle)), prodFacts({ phase: 'dispatch', ...refusal }));
          const alone = await judge(walkPlan(only(throttle)), prodFacts({ phase: 'dispatch', ...startedBy({}) }));
          expect(rank[refused.effect]).toBeLessThanOrEqual(rank[alone.effect]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same digest to the same question', async () => {
    const [first, second] = [
      await decide(walkPlan(), prodFacts(), now, engine),
      await decide(walkPlan(), prodFacts(), now, engine),
    ];
    expect(first).toEqual(second);
    const later = await decide(walkPlan(), prodFacts(), new Date(now.getTime() + 1), engine);
    expect(later.decision.inputDigest).not.toBe(first.decision.inputDigest);
  });
});

describe('the bundle', () => {
  it('is exchanged while it runs, and stays when the new one is broken', async () => {
    const wasmPath = join(folder, 'policy.wasm');
    await copyFile(join(dist, 'policy.wasm'), wasmPath);
    await copyFile(join(dist, 'manifest.json'), join(folder, 'manifest.json'));
    const own = await loadPolicyEngine({ wasmPath });
    expect(await own.reload()).toEqual({ kind: 'unchanged', bundleDigest: engine.bundleDigest });

    const bytes = await readFile(wasmPath);
    await writeFile(wasmPath, bytes.subarray(0, bytes.length - 100));
    expect(await own.reload()).toMatchObject({
      kind: 'failed',
      bundleDigest: engine.bundleDigest,
      detail: expect.stringContaining('policy-bundle.sh'),
    });
    expect(own.problem).toContain('policy-bundle.sh');
    expect((await decide(walkPlan(), prodFacts(), now, own)).decision.verdict.effect).toBe('require-approval');
    await expect(loadPolicyEngine({ wasmPath })).rejects.toThrow(PolicyEngineError);

    await writeFile(wasmPath, bytes);
    expect(await own.reload()).toEqual({ kind: 'unchanged', bundleDigest: engine.bundleDigest });
    expect(own.problem).toBeUndefined();
  });

  it('decides in well under the 250 ms that a decision may take', async () => {
    const before = process.cpuUsage();
    for (let n = 0; n < 50; n += 1) await judge(walkPlan());
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / 50).toBeLessThan(50);
  });
});

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[...path, key], ...pathsOf(child, [...path, key])]);
}

function change(root: JsonObject, path: readonly string[], value: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], root) as
    | Record<string, unknown>
    | unknown[];
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) {
    if (value === undefined) parent.splice(Number(key), 1);
    else parent[Number(key)] = value;
  } else if (value === undefined) delete parent[key];
  else parent[key] = value;
}
