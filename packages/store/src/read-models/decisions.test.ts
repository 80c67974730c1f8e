import { randomUUID } from 'node:crypto';
import type { PolicyDecision, RuleDecision } from '@autoops/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anIncident, aPlan } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const DIGEST = 'd'.repeat(64);

const said = (ruleId: string, effect: RuleDecision['effect']): RuleDecision => ({
  ruleId,
  title: ruleId,
  effect,
  fact: `${ruleId} says ${effect}`,
  toggle: 'on',
  stepIndexes: [],
});

function aDecision(
  planId: string,
  effect: RuleDecision['effect'],
  phase: PolicyDecision['phase'],
  decidedAt: string,
): PolicyDecision {
  const cap = said('replica-cap', effect);
  return {
    id: randomUUID(),
    planId,
    planHash: DIGEST,
    environment: 'staging',
    phase,
    verdict: {
      effect,
      ruleIds: ['replica-cap'],
      rules: [cap, said('change-window', 'allow')],
      steps: [],
      facts: [],
      constraints: [],
      toBeAllowed: effect === 'allow' ? [] : ['at most 5 replicas'],
      approvals: { required: 0, given: 0, role: 'approver' },
      shadowed: [said('action-budget', 'deny')],
    },
    bundleDigest: DIGEST,
    inputDigest: DIGEST,
    input: { plan: { replicas: 6 } },
    decidedAt,
    durationMicros: 900,
  };
}

it('lists decisions newest first with their incident, narrows them, and counts what each rule said', async () => {
  const { workspaceId, store } = { workspaceId: test.workspaceId, store: test.store };
  const incident = anIncident();
  const plan = aPlan(incident.id);
  const denied = aDecision(plan.id, 'deny', 'plan', '2026-11-20T10:00:00.000Z');
  const allowed = aDecision(plan.id, 'allow', 'dispatch', '2026-11-20T10:00:01.000Z');
  const whatIf = aDecision(plan.id, 'deny', 'what-if', '2026-11-20T10:00:02.000Z');
  await store.state.commit({
    workspaceId,
    writes: [
      { kind: 'incident.insert', incident },
      { kind: 'plan.insert', plan, inputs: {} },
      ...[denied, allowed, whatIf].map((decision) => ({ kind: 'decision.insert', decision }) as const),
    ],
    audit: [],
  });

  const { items } = await store.readModels.decisionLog(workspaceId, {});
  expect(items).toHaveLength(3);
  expect(items.find((row) => row.id === denied.id)).toMatchObject({
    effect: 'deny',
    facts: ['replica-cap says deny'],
    shadowed: ['action-budget'],
    service: incident.service,
    incident: expect.stringMatching(/^INC-/),
  });
  expect(items[0]).not.toHaveProperty('input');
  const only = await store.readModels.decisionLog(workspaceId, { effect: 'allow', rule: 'replica-cap' });
  expect(only.items.map((row) => row.id)).toEqual([allowed.id]);
  expect((await store.readModels.decisionLog(workspaceId, { rule: 'change-window' })).items).toEqual([]);

  expect(await store.readModels.decision(workspaceId, denied.id)).toMatchObject({ input: { plan: { replicas: 6 } } });
  expect(await store.readModels.decision(test.otherWorkspaceId, denied.id)).toBeUndefined();
  expect((await store.readModels.decisionLog(test.otherWorkspaceId, {})).items).toEqual([]);

  expect(await store.readModels.ruleRecords(workspaceId)).toEqual([
    { ruleId: 'action-budget', judged: 0, requireApproval: 0, denied: 0, shadowed: 2 },
    { ruleId: 'change-window', judged: 2, requireApproval: 0, denied: 0, shadowed: 0 },
    { ruleId: 'replica-cap', judged: 2, requireApproval: 0, denied: 1, shadowed: 0 },
  ]);
});
