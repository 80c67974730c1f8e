import { PRODUCTION_TIMINGS, type Approval, type Incident, type Plan } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { FakeClock, MemoryStore, SequentialIds } from '../ports/fakes/index.ts';
import {
  approvePlan,
  closeIncident,
  expireApproval,
  mergeIncident,
  rejectPlan,
  requestExecute,
  requestPlan,
} from './index.ts';

const now = new Date('2026-01-15T12:00:00Z');
const workspaceId = '00000000-0000-7000-8000-0000000000aa';
const approver = { kind: 'person' as const, id: 'approver@demo' };
const operator = { kind: 'person' as const, id: 'operator@demo' };
const hash = 'b'.repeat(64);

function anIncident(set: Partial<Incident> = {}): Incident {
  return {
    id: 'i1',
    number: 7,
    version: 3,
    state: 'awaiting-decision',
    service: 'checkout',
    environment: 'prod',
    kind: 'level',
    source: 'detector',
    severity: 'high',
    title: 'errors',
    openedAt: now.toISOString(),
    updatedAt: now.toISOString(),
    correlation: [],
    planVersion: 1,
    planId: 'p1',
    demo: false,
    ...set,
  };
}
function aPlan(state: Plan['state']): Plan {
  return {
    id: 'p1',
    incidentId: 'i1',
    version: 1,
    state,
    hash,
    environment: 'prod',
    service: 'checkout',
    title: 'Scale',
    requester: { kind: 'system', id: 'planner' },
    author: 'platform',
    createdAt: now.toISOString(),
    prechecks: [],
    riskClass: 'low',
    reversible: true,
    trackRecord: { n: 0, succeeded: 0 },
    rejected: [],
    policyDigest: hash,
    steps: [
      {
        index: 0,
        id: 's',
        runbook: { name: 'scale-replicas', version: 1, digest: hash },
        title: 'Scale',
        tool: 'sandbox',
        class: 'C',
        target: { key: 'k', uid: 'u', kind: 'service', name: 'checkout', service: 'checkout', environment: 'prod' },
        action: { kind: 'scale', args: {} },
        irreversible: false,
        prechecks: [],
        canary: false,
        touches: { kind: 'replica', count: 1, cap: 1, unavailable: 0 },
        before: {},
        after: {},
        evidence: 'e',
      },
    ],
    verification: {
      signals: [
        { signal: { indicator: 'x', of: 'target', labels: {} }, op: 'lt', bound: 1, source: 's', view: 'client' },
      ],
      settleSeconds: 1,
      settleEndsEarly: false,
      windowSeconds: 1,
      minSamples: 1,
      sampleSeconds: 1,
    },
    expectedEffect: { indicator: 'x', text: '', withinSeconds: 1 },
  };
}
function anApproval(set: Partial<Approval> = {}): Approval {
  return {
    id: 'a1',
    planId: 'p1',
    planHash: hash,
    planVersion: 1,
    incidentId: 'i1',
    environment: 'prod',
    service: 'checkout',
    state: 'waiting',
    version: 1,
    required: 1,
    role: 'approver',
    ruleIds: ['prod'],
    requester: operator,
    author: 'platform',
    bundleDigest: hash,
    createdAt: now.toISOString(),
    expiresAt: '2026-01-15T12:30:00.000Z',
    decisions: [],
    summary: 'Scale',
    ...set,
  };
}

function aStore(incident: Incident, plan: Plan, approval?: Approval): MemoryStore {
  const store = new MemoryStore(new FakeClock(now));
  store.rows.incidents.set(incident.id, incident);
  store.rows.plans.set(plan.id, plan);
  if (approval !== undefined) store.rows.approvals.set(approval.id, approval);
  return store;
}

const approve = (change: Partial<Parameters<typeof approvePlan>[0]> = {}) =>
  approvePlan({
    workspaceId,
    approval: anApproval(),
    plan: aPlan('awaiting-approval'),
    incident: anIncident(),
    actor: approver,
    now,
    planHash: hash,
    reason: 'ok',
    authenticatedAt: now,
    timings: PRODUCTION_TIMINGS,
    ...change,
  });

describe('approvePlan', () => {
  it('approves the plan, leaves the incident waiting and sends it to policy again', async () => {
    const decision = approve();
    if (!decision.ok) throw new Error(decision.detail);
    const store = aStore(anIncident(), aPlan('awaiting-approval'), anApproval());
    expect((await store.commit(decision.transition)).ok).toBe(true);
    expect(store.rows.plans.get('p1')?.state).toBe('approved');
    expect(store.rows.approvals.get('a1')).toMatchObject({ state: 'approved', dispatchBy: '2026-01-15T12:15:00.000Z' });
    expect(store.rows.incidents.get('i1')?.state).toBe('awaiting-decision');
    expect(store.rows.outbox).toMatchObject([{ queue: 'policy', subjectId: 'i1' }]);
    expect((await store.commit(decision.transition)).ok).toBe(false);
  });

  it.each([
    ['the requester', { actor: operator }, 'self-approval'],
    ['the author', { actor: { kind: 'person' as const, id: 'platform' } }, 'self-approval'],
    ['an agent', { actor: { kind: 'agent' as const, id: 'model' } }, 'not-a-person'],
    ['a service', { actor: { kind: 'service' as const, id: 'ci' } }, 'not-a-person'],
    ['an old log-in', { authenticatedAt: new Date(now.getTime() - 16 * 60_000) }, 'step-up-needed'],
    ['another hash', { planHash: 'c'.repeat(64) }, 'hash-mismatch'],
    ['an expired approval', { now: new Date('2026-01-15T12:31:00Z') }, 'expired'],
    ['a used approval', { approval: anApproval({ state: 'used' }) }, 'already-decided'],
    ['an incident that moved on', { incident: anIncident({ planId: 'p2' }) }, 'wrong-state'],
  ])('refuses %s', (_case, change, code) => {
    expect(approve(change)).toMatchObject({ ok: false, code });
  });

  it('waits for the second of two approvers, who must be another person', () => {
    const first = approve({ approval: anApproval({ required: 2 }) });
    if (!first.ok) throw new Error(first.detail);
    expect(first.value.state).toBe('waiting');
    expect(first.transition.outbox).toEqual([]);
    expect(approve({ approval: first.value })).toMatchObject({ ok: false, code: 'already-decided' });
    const second = approve({ approval: first.value, actor: { kind: 'person', id: 'second@demo' } });
    expect(second).toMatchObject({ ok: true, value: { state: 'approved' } });
  });
});

describe('the other decisions', () => {
  it('rejects with a reason, and expires only what is over', () => {
    expect(
      rejectPlan({
        workspaceId,
        approval: anApproval(),
        plan: aPlan('awaiting-approval'),
        incident: anIncident(),
        actor: approver,
        now,
        reason: 'no',
      }),
    ).toMatchObject({ ok: true, value: { state: 'rejected' } });
    const request = { workspaceId, approval: anApproval(), plan: aPlan('awaiting-approval'), incident: anIncident() };
    expect(expireApproval({ ...request, now })).toMatchObject({ ok: false });
    expect(expireApproval({ ...request, now: new Date('2026-01-15T12:31:00Z') })).toMatchObject({
      ok: true,
      value: { state: 'expired' },
    });
  });

  it('executes what waits for it, and nothing else', async () => {
    const request = { workspaceId, incident: anIncident(), actor: operator, now, ids: new SequentialIds() };
    const started = requestExecute({ ...request, plan: aPlan('awaiting-execute') });
    if (!started.ok || started.value.kind !== 'run') throw new Error('It runs.');
    const store = aStore(anIncident(), aPlan('awaiting-execute'));
    expect((await store.commit(started.transition)).ok).toBe(true);
    expect(store.rows.incidents.get('i1')?.state).toBe('executing');
    expect(store.rows.outbox).toMatchObject([{ queue: 'remediator', subjectId: started.value.run.steps[0]?.id }]);
    expect((await store.commit(started.transition)).ok).toBe(false); // a second click starts nothing
    expect(requestExecute({ ...request, plan: aPlan('awaiting-approval'), approval: anApproval() })).toMatchObject({
      ok: true,
      value: { kind: 'approval' },
    });
    expect(requestExecute({ ...request, plan: aPlan('denied') })).toMatchObject({ ok: false, code: 'denied' });
    expect(requestExecute({ ...request, plan: aPlan('allowed') })).toMatchObject({ ok: false, code: 'shadow' });
    expect(requestExecute({ ...request, plan: aPlan('expired') })).toMatchObject({ ok: false, code: 'wrong-state' });
    expect(requestExecute({ ...request, plan: aPlan('superseded') })).toMatchObject({
      ok: false,
      code: 'hash-mismatch',
    });
  });

  it('closes, merges and plans again only while no run acts', async () => {
    const request = { workspaceId, incident: anIncident(), actor: operator, now };
    const closed = closeIncident({
      ...request,
      reason: 'known',
      runs: [],
      plan: aPlan('awaiting-approval'),
      approval: anApproval(),
    });
    if (!closed.ok) throw new Error(closed.detail);
    const store = aStore(anIncident(), aPlan('awaiting-approval'), anApproval());
    await store.commit(closed.transition);
    expect(store.rows.incidents.get('i1')).toMatchObject({ state: 'closed', outcome: 'closed-by-person' });
    expect(store.rows.plans.get('p1')?.state).toBe('superseded');
    expect(store.rows.approvals.get('a1')?.state).toBe('void');
    expect(requestPlan({ ...request, incident: anIncident({ state: 'executing' }) })).toMatchObject({
      ok: false,
      code: 'run-active',
    });
    expect(mergeIncident({ ...request, into: anIncident({ id: 'i2', state: 'closed' }), anomalies: [] })).toMatchObject(
      { ok: false },
    );
    const reopened = requestPlan({
      ...request,
      incident: anIncident({ state: 'closed', outcome: 'denied', closedAt: now.toISOString() }),
    });
    expect(reopened).toMatchObject({ ok: true });
  });
});
