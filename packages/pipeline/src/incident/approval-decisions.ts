import {
  incidentName,
  type Actor,
  type Approval,
  type Incident,
  type Plan,
  type PolicyVerdict,
  type Timings,
} from '@autoops/contracts';
import { refuse, type Decision } from './decision.ts';
import { settle } from './settle.ts';

/** A log-in this old still counts as fresh for an approval (remediation.md "step-up login"). */
const STEP_UP_MS = 15 * 60_000;

export interface ApprovalRequest {
  readonly workspaceId: string;
  readonly approval: Approval;
  readonly plan: Plan;
  readonly incident: Incident;
  readonly actor: Actor;
  readonly now: Date;
}

/**
 * The approval that a require-approval verdict asks for: bound to the plan's hash and the policy bundle, to be decided within
 * `timings.approvalDecideMs`. Its requester is whoever made the plan.
 */
export function newApproval(
  plan: Plan,
  incident: Incident,
  verdict: PolicyVerdict,
  now: Date,
  timings: Timings,
  id: string,
): Approval {
  return {
    id,
    planId: plan.id,
    planHash: plan.hash,
    planVersion: plan.version,
    incidentId: incident.id,
    environment: plan.environment,
    service: plan.service,
    state: 'waiting',
    version: 1,
    required: Math.max(1, verdict.approvals.required),
    role: verdict.approvals.role,
    ruleIds: verdict.ruleIds,
    requester: plan.requester,
    author: plan.author,
    bundleDigest: plan.policyDigest,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + timings.approvalDecideMs).toISOString(),
    decisions: [],
    summary: plan.title,
  };
}

/**
 * Approves a plan. The approver is a person with a fresh log-in, neither requester nor author, and echoes the plan's hash, so that
 * nobody approves what they did not see. With the last approval needed the plan becomes `approved`, must be dispatched within
 * `timings.approvalDispatchMs`, and policy judges it again; the incident stays in `awaiting-decision`.
 */
export function approvePlan(
  request: ApprovalRequest & {
    readonly planHash: string;
    readonly reason: string;
    readonly authenticatedAt: Date;
    readonly timings: Timings;
  },
): Decision<Approval> {
  const { approval, plan, actor, now, reason } = request;
  const refusal = undecidable(request) ?? unfit(request, request.planHash, request.authenticatedAt);
  if (refusal !== undefined) return refusal;

  const decisions = [...approval.decisions, { actor, decision: 'approve' as const, reason, at: now.toISOString() }];
  const given = decisions.filter((decision) => decision.decision === 'approve').length;
  const complete = given >= approval.required;
  const dispatchBy = new Date(now.getTime() + request.timings.approvalDispatchMs).toISOString();
  const next: Approval = {
    ...approval,
    decisions,
    version: approval.version + 1,
    ...(complete ? { state: 'approved', dispatchBy } : {}),
  };
  const transition = settle({
    ...request,
    by: 'person',
    reason: 'approved',
    verb: 'approval.approve',
    subject: { kind: 'approval', id: approval.id },
    importance: 3,
    summary: complete
      ? `${actor.id} approved "${plan.title}" for ${approval.environment}.`
      : `${actor.id} approved "${plan.title}" for ${approval.environment}, ${given} of ${approval.required}.`,
    detail: { planHash: plan.hash, reason, given, required: approval.required },
    set: {},
    writes: [
      {
        kind: 'approval.update',
        id: approval.id,
        expectedVersion: approval.version,
        set: complete ? { decisions, state: 'approved', dispatchBy } : { decisions },
      },
      ...(complete
        ? [
            {
              kind: 'plan.update' as const,
              id: plan.id,
              expectedStates: ['awaiting-approval' as const],
              set: { state: 'approved' as const },
            },
          ]
        : []),
    ],
    events: [approvalEvent(approval, next.state)],
  });
  return {
    ok: true,
    value: next,
    // Not complete yet: there is nothing new for policy to judge.
    transition: complete ? transition : { ...transition, outbox: [] },
  };
}

/** Rejects a plan with a reason; the incident closes as `rejected` and the Explainer says so. */
export function rejectPlan(request: ApprovalRequest & { readonly reason: string }): Decision<Approval> {
  const { approval, plan, incident, actor, now, reason } = request;
  const refusal = undecidable(request);
  if (refusal !== undefined) return refusal;
  if (actor.kind !== 'person') return refuse('not-a-person', 'Only a person can decide on an approval.');
  const decisions = [...approval.decisions, { actor, decision: 'reject' as const, reason, at: now.toISOString() }];
  return {
    ok: true,
    value: { ...approval, decisions, state: 'rejected', version: approval.version + 1 },
    transition: settle({
      ...request,
      by: 'person',
      reason: 'rejected',
      verb: 'approval.reject',
      subject: { kind: 'approval', id: approval.id },
      importance: 3,
      summary: `${actor.id} rejected "${plan.title}" for ${incidentName(incident.number)}: ${reason}`,
      detail: { planHash: plan.hash, reason },
      writes: [
        {
          kind: 'approval.update',
          id: approval.id,
          expectedVersion: approval.version,
          set: { decisions, state: 'rejected' },
        },
        {
          kind: 'plan.update',
          id: plan.id,
          expectedStates: ['awaiting-approval', 'approved'],
          set: { state: 'rejected' },
        },
      ],
      events: [approvalEvent(approval, 'rejected')],
    }),
  };
}

/** Time is over for a decision on an approval, or for dispatching an approved plan: the incident closes as `expired`. */
export function expireApproval(request: Omit<ApprovalRequest, 'actor'>): Decision<Approval> {
  const { approval, plan, now } = request;
  const over =
    approval.state === 'waiting'
      ? new Date(approval.expiresAt) <= now
      : approval.state === 'approved' && approval.dispatchBy !== undefined && new Date(approval.dispatchBy) <= now;
  if (!over) return refuse('wrong-state', 'The approval has not expired.');
  return {
    ok: true,
    value: { ...approval, state: 'expired', version: approval.version + 1 },
    transition: settle({
      ...request,
      by: 'time',
      reason: 'expired',
      verb: 'approval.expire',
      subject: { kind: 'approval', id: approval.id },
      summary:
        approval.state === 'waiting'
          ? `Nobody decided on "${plan.title}" in time; it expired without effect.`
          : `"${plan.title}" was approved but not dispatched in time; the approval expired without effect.`,
      writes: [
        { kind: 'approval.update', id: approval.id, expectedVersion: approval.version, set: { state: 'expired' } },
        {
          kind: 'plan.update',
          id: plan.id,
          expectedStates: ['awaiting-approval', 'approved'],
          set: { state: 'expired' },
        },
      ],
      events: [approvalEvent(approval, 'expired')],
    }),
  };
}

/** A plan that waited too long for somebody's Execute expires without effect. */
export function expireAwaitingExecute(request: {
  readonly workspaceId: string;
  readonly plan: Plan;
  readonly incident: Incident;
  readonly waitingSince: Date;
  readonly now: Date;
  readonly timings: Timings;
}): Decision<Plan> {
  const { plan, now, waitingSince, timings } = request;
  if (plan.state !== 'awaiting-execute' || now.getTime() - waitingSince.getTime() < timings.awaitingExecuteMs) {
    return refuse('wrong-state', 'The plan has not waited long enough to expire.');
  }
  return {
    ok: true,
    value: { ...plan, state: 'expired' },
    transition: settle({
      ...request,
      by: 'time',
      reason: 'expired',
      verb: 'plan.expire',
      subject: { kind: 'plan', id: plan.id },
      summary: `Nobody started "${plan.title}" in time; it expired without effect.`,
      writes: [{ kind: 'plan.update', id: plan.id, expectedStates: ['awaiting-execute'], set: { state: 'expired' } }],
    }),
  };
}

function undecidable({ approval, plan, incident, now }: ApprovalRequest): Decision<never> | undefined {
  if (approval.state === 'expired') return refuse('expired', 'The approval has expired. Ask for a new plan.');
  if (approval.state !== 'waiting')
    return refuse('already-decided', `The approval is ${approval.state}; it can be decided once only.`);
  if (new Date(approval.expiresAt) <= now) return refuse('expired', 'The time to decide is over. Ask for a new plan.');
  if (incident.state !== 'awaiting-decision' || incident.planId !== plan.id) {
    return refuse('wrong-state', 'The incident no longer waits for this plan. Reload it.');
  }
  return undefined;
}

function unfit(
  { approval, plan, actor, now }: ApprovalRequest,
  echoed: string,
  authenticatedAt: Date,
): Decision<never> | undefined {
  if (actor.kind !== 'person')
    return refuse('not-a-person', 'Agents and service accounts cannot approve. Sign in as a person.');
  if (actor.id === approval.requester.id)
    return refuse('self-approval', 'You asked for this plan; somebody else must approve it.');
  if (actor.id === approval.author)
    return refuse('self-approval', 'You wrote a runbook of this plan; somebody else must approve it.');
  if (approval.decisions.some((decision) => decision.actor.id === actor.id)) {
    return refuse(
      'already-decided',
      'You have decided on this approval already; another person must give the next one.',
    );
  }
  if (now.getTime() - authenticatedAt.getTime() > STEP_UP_MS) {
    return refuse('step-up-needed', 'Your log-in is older than 15 minutes. Sign in again to approve.');
  }
  if (echoed !== approval.planHash || echoed !== plan.hash) {
    return refuse('hash-mismatch', 'The plan is not the one you looked at. Reload it and decide again.');
  }
  return undefined;
}

function approvalEvent(approval: Approval, state: Approval['state']) {
  return {
    type: 'approval.changed' as const,
    subject: { kind: 'approval', id: approval.id },
    incidentId: approval.incidentId,
    environment: approval.environment,
    service: approval.service,
    data: { state },
  };
}
