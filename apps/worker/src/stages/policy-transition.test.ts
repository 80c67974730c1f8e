import { PRODUCTION_TIMINGS, type PrecheckResult } from '@autoops/contracts';
import { unreadableVerdict, type AuthorizeOutcome } from '@autoops/pipeline';
import { SequentialIds } from '@autoops/pipeline/fakes';
import { describe, expect, it } from 'vitest';
import { anIncident, aPlan } from '../remediation/run-scene.fixture.ts';
import { policyTransition } from './policy-transition.ts';

const now = new Date('2026-01-15T12:00:00.000Z');
const plan = { ...aPlan(), state: 'draft' as const };
const incident = anIncident({ state: 'planned', environment: 'prod', planId: plan.id, planVersion: 1 });
const verdict = {
  ...unreadableVerdict('prod wants an approval'),
  effect: 'require-approval' as const,
  approvals: { required: 1, given: 0, role: 'approver' as const },
};
const outcome: AuthorizeOutcome = {
  kind: 'wait',
  reason: 'awaiting-approval',
  detail: 'prod wants an approval',
  value: {
    plan: { ...plan, state: 'awaiting-approval', verdict },
    autonomy: 'auto',
    decision: {
      id: '00000000-0000-7000-8000-0000000000d1',
      planId: plan.id,
      planHash: plan.hash,
      environment: 'prod',
      phase: 'plan',
      verdict,
      bundleDigest: plan.policyDigest,
      inputDigest: plan.policyDigest,
      input: {},
      decidedAt: now.toISOString(),
      durationMicros: 1,
    },
  },
};
const precheck = (id: string, passed: boolean): PrecheckResult => ({
  id,
  title: `Precheck ${id}`,
  passed,
  fact: passed ? 'it holds' : '3 of 4 replicas are ready',
  checkedAt: now.toISOString(),
  phase: 'approval',
});
const decided = (prechecks: readonly PrecheckResult[]) =>
  policyTransition({
    workspaceId: 'default',
    incident,
    plan,
    approval: undefined,
    outcome,
    prechecks,
    now,
    ids: new SequentialIds(),
    timings: PRODUCTION_TIMINGS,
  });

describe('a plan that needs an approval', () => {
  it('asks for it with the prechecks as they are now', () => {
    const results = [precheck('ready', true)];
    const { writes, notify, audit } = decided(results);
    expect(writes.map(({ kind }) => kind)).toEqual([
      'incident.update',
      'decision.insert',
      'plan.update',
      'approval.insert',
    ]);
    expect(writes[2]).toMatchObject({ set: { state: 'awaiting-approval', prechecks: results } });
    expect(notify).toMatchObject([{ type: 'approval.needed' }]);
    expect(audit[0]?.detail?.['prechecks']).toMatchObject([{ id: 'ready', passed: true }]);
  });

  it('asks nobody when a precheck has failed since it was made, and says which', () => {
    const results = [precheck('connected', true), precheck('ready', false)];
    const { writes, notify, audit, outbox } = decided(results);
    expect(writes.map(({ kind }) => kind)).toEqual(['incident.update', 'decision.insert', 'plan.update']);
    expect(writes[0]).toMatchObject({ set: { state: 'closed', outcome: 'no-safe-plan' } });
    expect(writes[2]).toMatchObject({ set: { state: 'stale', prechecks: results } });
    expect(notify).toEqual([]);
    expect(audit).toMatchObject([
      {
        reason: 'precheck-failed',
        summary:
          '"Throttle, scale and park" cannot run, so nobody was asked to approve it: Precheck ready: 3 of 4 replicas are ready',
      },
    ]);
    expect(outbox).toMatchObject([{ queue: 'explainer' }]);
  });
});
