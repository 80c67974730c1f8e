import type { Approval, Incident, Plan, PrecheckResult, Timings } from '@autoops/contracts';
import { fieldDigests, newApproval, newRun, settle, startWrites, type AuthorizeOutcome } from '@autoops/pipeline';
import type { IdGenerator, Transition, Write } from '@autoops/pipeline/ports';

/**
 * What the policy stage's outcome changes: verdict, plan, approval or run, and the incident, in one transition. Where a precheck failed
 * nobody is asked: the incident closes without effect and says which.
 */
export function policyTransition(inputs: {
  readonly workspaceId: string;
  readonly incident: Incident;
  readonly plan: Plan;
  readonly approval: Approval | undefined;
  readonly outcome: AuthorizeOutcome;
  /** Checked again before an approval is asked for; empty where none is. */
  readonly prechecks: readonly PrecheckResult[];
  readonly now: Date;
  readonly ids: IdGenerator;
  readonly timings: Timings;
  readonly usualSeconds?: Parameters<typeof newRun>[0]['usualSeconds'];
}): Transition {
  const { workspaceId, incident, plan, approval, outcome, now, ids, timings } = inputs;
  const { decision } = outcome.value;
  const judged = outcome.value.plan;
  const record: Write = { kind: 'decision.insert', decision };
  const base = {
    workspaceId,
    incident,
    by: 'policy' as const,
    reason: outcome.reason,
    now,
    subject: { kind: 'plan', id: plan.id },
    verb: `plan.${outcome.reason}`,
    detail: {
      decisionId: decision.id,
      planHash: plan.hash,
      effect: decision.verdict.effect,
      ruleIds: decision.verdict.ruleIds,
      facts: decision.verdict.facts,
      inputDigest: decision.inputDigest,
      bundleDigest: decision.bundleDigest,
      of: decision.id,
      inputDigests: { ...fieldDigests(decision.input) },
    },
    importance: 2,
  };
  const planEvent = {
    type: 'plan.changed' as const,
    subject: { kind: 'plan', id: plan.id },
    incidentId: incident.id,
    environment: plan.environment,
    service: plan.service,
    data: { state: judged.state },
  };
  const planUpdate = (set: Partial<Plan>): Write => ({
    kind: 'plan.update',
    id: plan.id,
    expectedStates: [plan.state],
    set,
  });
  const spent: readonly Write[] =
    approval === undefined || approval.state === 'void'
      ? []
      : [
          {
            kind: 'approval.update',
            id: approval.id,
            expectedVersion: approval.version,
            set: { state: outcome.kind === 'advance' ? 'used' : 'void' },
          },
        ];

  switch (outcome.reason) {
    case 'policy-allowed': {
      const run = newRun(
        { plan: judged, incident, requester: judged.requester, approval, usualSeconds: inputs.usualSeconds },
        now,
        ids,
      );
      const start = startWrites(run, plan, 'executed');
      return settle({
        ...base,
        importance: 3,
        summary:
          approval === undefined
            ? `Policy allows "${plan.title}" and it runs by itself.`
            : `Policy allows "${plan.title}" with its approval; it runs.`,
        stepId: start.stepId,
        events: [planEvent, ...start.events],
        // First the verdict with the state that it gives, then the start, which only an executed plan may have.
        writes: [record, planUpdate({ verdict: decision.verdict, state: 'executed' }), ...spent, ...start.writes],
      });
    }
    case 'awaiting-approval': {
      const { prechecks } = inputs;
      const detail = {
        ...base.detail,
        prechecks: prechecks.map(({ id, passed, fact, checkedAt }) => ({ id, passed, fact, checkedAt })),
      };
      const latest = prechecks.length === 0 ? {} : { prechecks: [...prechecks] };
      const failed = prechecks.find(({ passed }) => !passed);
      if (failed !== undefined) {
        return settle({
          ...base,
          detail,
          reason: 'precheck-failed',
          verb: 'plan.precheck-failed',
          importance: 3,
          summary: `"${plan.title}" cannot run, so nobody was asked to approve it: ${failed.title}: ${failed.fact}`,
          writes: [record, ...spent, planUpdate({ verdict: decision.verdict, state: 'stale', ...latest })],
          events: [{ ...planEvent, data: { state: 'stale' } }],
        });
      }
      const wanted = newApproval(judged, incident, decision.verdict, now, timings, ids.uuid());
      return settle({
        ...base,
        detail,
        importance: 3,
        summary: `"${plan.title}" needs ${wanted.required === 1 ? 'an approval' : `${wanted.required} approvals`}: ${detailOf(outcome)}`,
        writes: [
          record,
          ...spent,
          planUpdate({
            verdict: decision.verdict,
            state: 'awaiting-approval',
            approvalId: wanted.id,
            ...latest,
          }),
          { kind: 'approval.insert', approval: wanted },
        ],
        events: [
          planEvent,
          {
            ...planEvent,
            type: 'approval.changed',
            subject: { kind: 'approval', id: wanted.id },
            data: { state: 'waiting' },
          },
        ],
        notify: [{ type: 'approval.needed', subjectId: wanted.id, incidentId: incident.id }],
      });
    }
    default:
      return settle({
        ...base,
        summary: summaryOf(plan, outcome),
        writes: [record, ...spent, planUpdate({ verdict: decision.verdict, state: judged.state })],
        events: [planEvent],
      });
  }
}

function summaryOf(plan: Plan, outcome: AuthorizeOutcome): string {
  const detail = detailOf(outcome);
  switch (outcome.reason) {
    case 'awaiting-execute':
      return `Policy allows "${plan.title}"; it waits for a person to start it.`;
    case 'shadowed':
      return `"${plan.title}" is decided and recorded only: ${detail}`;
    case 'policy-unreadable':
      return `Policy could not be read, so "${plan.title}" may not run: ${detail}`;
    default:
      return `Policy denies "${plan.title}": ${detail}`;
  }
}

function detailOf(outcome: AuthorizeOutcome): string {
  return outcome.kind === 'advance' ? '' : outcome.detail;
}
