import type { Actor, Approval, Incident, Plan, Reason, Run } from '@autoops/contracts';
import type { IdGenerator } from '../ports/clock.ts';
import type { Write } from '../ports/state-store.ts';
import { refuse, type Decision } from './decision.ts';
import { settle } from './settle.ts';
import { newRun } from './start-run.ts';

/** What an Execute ends in: a run, or the approval that is now waited for. */
export type ExecuteAnswer =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'approval'; readonly approval: Approval };

/**
 * A person's Execute. A plan in `awaiting-execute` starts at once (policy judges it again right before each dispatch); one that
 * needs approval answers with the approval waited for, without a transition of its own; a denied one is refused with its rules.
 */
export function requestExecute(request: {
  readonly workspaceId: string;
  readonly plan: Plan;
  readonly incident: Incident;
  readonly approval?: Approval | undefined;
  readonly actor: Actor;
  readonly now: Date;
  readonly ids: IdGenerator;
  readonly usualSeconds?: Run['usualSeconds'];
}): Decision<ExecuteAnswer> {
  const { workspaceId, plan, incident, approval, actor, now, ids } = request;
  switch (plan.state) {
    case 'awaiting-execute':
      break;
    case 'awaiting-approval':
    case 'approved':
      if (approval === undefined)
        return refuse('wrong-state', 'The plan waits for an approval that cannot be found. Ask for a new plan.');
      return { ok: true, value: { kind: 'approval', approval }, transition: { workspaceId, writes: [], audit: [] } };
    case 'denied':
      return refuse(
        'denied',
        plan.verdict?.toBeAllowed.join(' ') || 'Policy denies this plan.',
        plan.verdict?.ruleIds ?? [],
      );
    case 'draft':
      return refuse('not-decided', 'Policy has not judged this plan yet. Try again in a moment.');
    case 'allowed':
      return refuse(
        'shadow',
        'This runbook runs in shadow here: decisions are recorded and nothing is done. Raise its autonomy to suggest.',
      );
    case 'superseded':
      return refuse(
        'hash-mismatch',
        'A newer plan replaced this one; nothing was started. Read the new one and decide again.',
      );
    default:
      return refuse('wrong-state', `The plan is ${plan.state}. Ask for a new one.`);
  }
  if (incident.state !== 'awaiting-decision' || incident.planId !== plan.id) {
    return refuse('wrong-state', 'The incident no longer waits for this plan. Reload it.');
  }
  const run = newRun({ plan, incident, requester: actor, usualSeconds: request.usualSeconds }, now, ids);
  return {
    ok: true,
    value: { kind: 'run', run },
    transition: settle({
      workspaceId,
      incident,
      by: 'person',
      reason: 'execute-requested',
      actor,
      verb: 'plan.execute',
      subject: { kind: 'plan', id: plan.id },
      importance: 3,
      summary: `${actor.id} started "${plan.title}" in ${plan.environment}.`,
      detail: { planHash: plan.hash, runId: run.id },
      now,
      ...startWrites(run, plan, 'awaiting-execute'),
    }),
  };
}

/** The rows of a run that starts: it, its plan as executed, and its first step as the Remediator's job. */
export function startWrites(run: Run, plan: Plan, ...expected: readonly Plan['state'][]) {
  const first = run.steps[0];
  if (first === undefined) throw new Error('A plan without steps cannot run.');
  const writes: Write[] = [
    { kind: 'plan.update', id: plan.id, expectedStates: expected, set: { state: 'executed', runId: run.id } },
    { kind: 'run.insert', run },
    {
      kind: 'run-log.append',
      runId: run.id,
      lines: [{ at: run.createdAt, level: 'info', text: `Run queued: ${plan.title}, ${plan.steps.length} steps.` }],
    },
  ];
  return { writes, stepId: first.id, events: [runEvent(run, run.state)] };
}

export interface RunRequest {
  readonly workspaceId: string;
  readonly run: Run;
  readonly plan: Plan;
  readonly incident: Incident;
  readonly actor: Actor;
  readonly now: Date;
}

const ROLLBACK_FROM: readonly Run['state'][] = ['running', 'paused', 'verifying', 'succeeded', 'needs-human'];

/**
 * Rolls a run back with its token, which this uses up in the same transaction. The worker then undoes the applied steps in
 * reverse, each through intent and fence, and stops for a human where a target no longer is what the run left behind.
 * The caller has verified the token's signature.
 */
export function requestRollback(request: RunRequest & { readonly tokenId: string }): Decision<Run> {
  const { run, plan, actor, now } = request;
  const token = run.rollbackToken;
  if (token === undefined || !token.reversible)
    return refuse('not-reversible', 'This run has applied nothing that can be undone.');
  if (token.id !== request.tokenId || token.state === 'used' || token.state === 'void') {
    return refuse('token-used', 'The rollback token is not valid any more: it was used, or belongs to another run.');
  }
  if (token.state === 'expired' || new Date(token.expiresAt) <= now) {
    return refuse('expired', 'The rollback token has expired (24 h). Undo by a new plan.');
  }
  if (!ROLLBACK_FROM.includes(run.state))
    return refuse('wrong-state', `The run is ${run.state}; it cannot be rolled back.`);
  return changed(request, 'rolling-back', 'run.rollback', `${actor.id} rolls back "${plan.title}".`, {
    set: {
      state: 'rolling-back',
      reason: 'rolled-back',
      rollbackRequestedBy: actor,
      rollbackToken: { ...token, state: 'used' },
    },
    guards: [{ kind: 'rollback-token.use', id: token.id }],
  });
}

/** Pauses before the next step; a step on its way is finished first. */
export function requestPause(request: RunRequest): Decision<Run> {
  const { run, plan, actor } = request;
  if (run.state !== 'running' && run.state !== 'queued')
    return refuse('wrong-state', `The run is ${run.state}; only a running one can be paused.`);
  return changed(request, 'paused', 'run.pause', `${actor.id} paused "${plan.title}" before its next step.`, {
    set: { state: 'paused', reason: 'paused' },
  });
}

/** Goes on with a paused run; every recheck at dispatch happens again. */
export function requestResume(request: RunRequest): Decision<Run> {
  const { run, plan, actor } = request;
  if (run.state !== 'paused')
    return refuse('wrong-state', `The run is ${run.state}; only a paused one can be resumed.`);
  return changed(request, 'resumed', 'run.resume', `${actor.id} resumed "${plan.title}".`, {
    set: { state: 'running', reason: 'resumed' },
  });
}

/** Stops the remaining steps and undoes the applied ones. */
export function requestAbort(request: RunRequest): Decision<Run> {
  const { run, plan, actor } = request;
  if (!['queued', 'running', 'paused', 'verifying'].includes(run.state)) {
    return refuse('wrong-state', `The run is ${run.state}; it cannot be aborted.`);
  }
  return changed(request, 'aborted', 'run.abort', `${actor.id} aborted "${plan.title}"; what was applied is undone.`, {
    set: { state: 'rolling-back', reason: 'aborted' },
  });
}

function changed(
  request: RunRequest,
  reason: Reason,
  verb: string,
  summary: string,
  change: {
    readonly set: Partial<Omit<Run, 'id' | 'steps' | 'version'>>;
    readonly guards?: readonly { readonly kind: 'rollback-token.use'; readonly id: string }[];
  },
): Decision<Run> {
  const { workspaceId, run, incident, actor, now } = request;
  const next: Run = { ...run, ...change.set, version: run.version + 1 };
  // Any step of the run carries it; the last is the one that an undo starts with.
  const step = run.steps.at(-1);
  return {
    ok: true,
    value: next,
    transition: settle({
      workspaceId,
      incident,
      by: 'person',
      reason,
      actor,
      verb,
      subject: { kind: 'run', id: run.id },
      importance: 3,
      lane: 'human',
      summary,
      now,
      guards: change.guards ?? [],
      writes: [
        { kind: 'run.update', id: run.id, expectedVersion: run.version, set: change.set },
        { kind: 'run-log.append', runId: run.id, lines: [{ at: now.toISOString(), level: 'info', text: summary }] },
      ],
      events: [runEvent(run, next.state)],
      ...(step === undefined ? {} : { stepId: step.id }),
    }),
  };
}

/** The live event of a changed run. */
export function runEvent(run: Run, state: Run['state']) {
  return {
    type: 'run.changed' as const,
    subject: { kind: 'run', id: run.id },
    incidentId: run.incidentId,
    environment: run.environment,
    service: run.service,
    data: { state },
  };
}
