import type {
  AuditDraft,
  Incident,
  JsonObject,
  LiveEventDraft,
  Plan,
  PolicyDecision,
  PrecheckResult,
  Reason,
  RollbackToken,
  Run,
  RunLogLine,
  Step,
  StepIntent,
  StepState,
  Timings,
} from '@autoops/contracts';
import type { BudgetLimits, Guard, OutboxDraft, Transition, Write } from '../ports/state-store.ts';
import type { ActionOutcome } from '../ports/target-connector.ts';
import { backOffMs, MAX_ATTEMPTS } from './back-off.ts';

/** What every transition of a run is made from. */
export interface RunScene {
  readonly workspaceId: string;
  readonly incident: Incident;
  readonly plan: Plan;
  readonly run: Run;
  readonly now: Date;
}

type StepSet = Extract<Write, { kind: 'step.update' }>['set'];

/** One compare-and-set of a step with its audit entry, log line, live event and, if the run must be re-entered, a timer. */
export function stepTransition(
  scene: RunScene,
  step: Step,
  change: {
    readonly reason: Reason;
    readonly summary: string;
    readonly set: StepSet & { readonly state: StepState };
    readonly detail?: JsonObject;
    readonly level?: RunLogLine['level'];
    readonly guards?: readonly Guard[];
    readonly writes?: readonly Write[];
    readonly importance?: number;
    readonly delayMs?: number;
  },
): Transition {
  const { workspaceId, incident, run, now } = scene;
  return {
    workspaceId,
    guards: change.guards ?? [],
    writes: [
      { kind: 'step.update', id: step.id, expectedState: step.state, expectedEpoch: step.epoch, set: change.set },
      {
        kind: 'run-log.append',
        runId: run.id,
        lines: [{ at: now.toISOString(), level: change.level ?? 'info', stepIndex: step.index, text: change.summary }],
      },
      ...(change.writes ?? []),
    ],
    audit: [stepAudit(incident, step, change)],
    events: [stepEvent(run, change.set.state, step.index)],
    outbox: change.delayMs === undefined ? [] : [timer(run, step, change.delayMs)],
  };
}

function stepAudit(
  incident: Incident,
  step: Step,
  change: {
    readonly reason: Reason;
    readonly summary: string;
    readonly detail?: JsonObject;
    readonly importance?: number;
  },
): AuditDraft {
  return {
    actor: { kind: 'system', id: 'remediator' },
    verb: `step.${change.reason}`,
    subject: { kind: 'step', id: step.id },
    incidentId: incident.id,
    stage: 'remediator',
    reason: change.reason,
    summary: change.summary,
    importance: change.importance ?? 1,
    lane: 'action',
    detail: { runId: step.runId, index: step.index, ...change.detail },
  };
}

function stepEvent(run: Run, state: StepState, stepIndex: number): LiveEventDraft {
  return {
    type: 'run.changed',
    subject: { kind: 'run', id: run.id },
    incidentId: run.incidentId,
    environment: run.environment,
    service: run.service,
    data: { state: run.state, stepIndex, stepState: state },
  };
}

/** A job of the run that becomes due after `delayMs`; interruptible, since any other job of the run re-enters it at once. */
export function timer(run: Run, step: Step, delayMs: number): OutboxDraft {
  return { queue: 'remediator', subjectId: step.id, delayMs, traceparent: run.traceparent };
}

/**
 * CLAIM: takes the locks of every target of the plan and raises the step's epoch, which is what stops a worker that was thought
 * dead. Sets: state, direction, epoch, attempt, startedAt.
 */
export function claimStep(scene: RunScene, step: Step, direction: Step['direction'], timings: Timings): Transition {
  const { run, plan, now } = scene;
  const keys = [...new Set(plan.steps.map((planned) => planned.target.key))].toSorted();
  const fresh = step.direction !== direction;
  return stepTransition(scene, step, {
    reason: 'step-claimed',
    summary: direction === 'do' ? `Claimed: ${step.title}.` : `Claimed to undo: ${step.title}.`,
    set: {
      state: direction === 'do' ? 'claimed' : 'compensating',
      direction,
      epoch: step.epoch + 1,
      attempt: fresh ? 1 : step.attempt + 1,
      startedAt: now.toISOString(),
      nextAttemptAt: undefined,
      ...(fresh ? { dispatchedAt: undefined } : {}),
    },
    guards: [{ kind: 'locks.acquire', keys, holder: run.id, leaseMs: timings.leaseMs }],
  });
}

/**
 * INTENT (write-ahead): what will be sent, to whom, from which state, by whose leave. Reserves the budget and asks the breaker in
 * the same transaction. Sets: state, opId, intent, before, prechecks.
 */
export function recordIntent(
  scene: RunScene,
  step: Step,
  intent: StepIntent,
  inputs: {
    /** The verdict at dispatch; an undo goes by the verdict of what it undoes. */
    readonly decision?: PolicyDecision | undefined;
    readonly prechecks: readonly PrecheckResult[];
    readonly limits: BudgetLimits;
    readonly timings: Timings;
  },
): Transition {
  const { run, plan } = scene;
  const planned = plan.steps[step.index];
  const undo = intent.direction === 'undo';
  const guards: Guard[] = [
    { kind: 'locks.hold', holder: run.id, leaseMs: inputs.timings.leaseMs },
    {
      kind: 'budget.reserve',
      holder: run.id,
      service: run.service,
      environment: run.environment,
      targetKeys: [intent.target.key],
      unavailable: undo ? 0 : (planned?.touches.unavailable ?? 0),
      rollback: undo,
      limits: inputs.limits,
    },
  ];
  if (!undo) {
    guards.push({
      kind: 'breaker.closed',
      runbook: step.runbook,
      targetKind: intent.target.kind,
      environment: run.environment,
      targetKey: intent.target.key,
      halfOpenAfterMs: inputs.timings.breakerHalfOpenMs,
    });
  }
  return stepTransition(scene, step, {
    reason: 'step-intent',
    summary: `Noted before anything is sent: ${step.title}${undo ? ' (undo)' : intent.canaryOf === undefined ? '' : ' (one replica first)'}.`,
    set: {
      state: 'intent',
      opId: intent.opId,
      intent,
      // What was before the run stays what an undo restores; an undo's own "before" lives in its intent.
      ...(undo || intent.canaryOf !== undefined ? {} : { before: intent.before, prechecks: [...inputs.prechecks] }),
    },
    detail: {
      opId: intent.opId,
      beforeDigest: intent.beforeDigest,
      decisionId: intent.decisionId,
      epoch: intent.epoch,
    },
    guards,
    writes: inputs.decision === undefined ? [] : [{ kind: 'decision.insert', decision: inputs.decision }],
  });
}

/**
 * DISPATCHED: the second commit, just before bytes leave. Reads the kill switch FOR SHARE, so once a flip has committed no later
 * dispatch can. Sets: state, dispatchedAt.
 */
export function recordDispatch(scene: RunScene, step: Step, timings: Timings): Transition {
  const { run, now } = scene;
  return stepTransition(scene, step, {
    reason: 'step-dispatched',
    summary: `Sending: ${step.title}${step.direction === 'undo' ? ' (undo)' : ''}.`,
    set: { state: 'dispatched', dispatchedAt: now.toISOString() },
    guards: [
      {
        kind: 'control',
        scopes: ['workspace', `environment:${run.environment}`, `runbook:${step.runbook}`],
        level: step.direction === 'undo' ? 'freeze' : 'no-new',
      },
      { kind: 'locks.hold', holder: run.id, leaseMs: timings.leaseMs },
    ],
    // A pause, abort or rollback that committed since the run was loaded makes this refuse: nothing leaves after the click.
    writes: [{ kind: 'run.update', id: run.id, expectedVersion: run.version, set: { state: run.state } }],
  });
}

/** What an applied effect leaves in the record. */
export interface AppliedFacts {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly detail: JsonObject;
  readonly readBack: 'confirmed' | 'differs' | 'unread';
  readonly rollbackToken?: RollbackToken | undefined;
}

/**
 * APPLIED, after the read-back. A canary stays `applied` with its canary running until its signal was seen; an undone step ends
 * as `compensated`. Frees the budget of the action. Sets: state, after, result, finishedAt or undoneAt, rollbackToken (once).
 */
export function recordApplied(scene: RunScene, step: Step, applied: AppliedFacts): Transition {
  const { run, now } = scene;
  const undo = step.direction === 'undo';
  const canary = !undo && step.canary.state === 'running';
  const writes: Write[] = [{ kind: 'budget.release', holder: run.id }];
  if (applied.rollbackToken !== undefined) {
    writes.push({
      kind: 'run.update',
      id: run.id,
      expectedVersion: run.version,
      set: { rollbackToken: applied.rollbackToken },
    });
  }
  return stepTransition(scene, step, {
    reason: undo ? 'step-compensated' : 'step-applied',
    summary: `${undo ? 'Undone' : canary ? 'Applied to one replica' : 'Applied'}: ${step.title}${applied.readBack === 'confirmed' ? ', read back' : ''}.`,
    importance: 2,
    set: undo
      ? { state: 'compensated', undoneAt: now.toISOString(), result: { ...step.result, undo: applied.detail } }
      : {
          state: 'applied',
          finishedAt: now.toISOString(),
          error: undefined,
          result: { ...applied.detail, readBack: applied.readBack },
          ...(canary ? {} : { before: applied.before, after: applied.after }),
        },
    detail: { opId: step.opId ?? '', before: applied.before, after: applied.after, readBack: applied.readBack },
    writes,
  });
}

/** FAILED_DEFINITE: provably nothing happened. Tried again under the same op-id after a back-off, a bounded number of times. */
export function recordFailure(
  scene: RunScene,
  step: Step,
  outcome: Extract<ActionOutcome, { kind: 'failed' }>,
): Transition {
  const { run, now } = scene;
  const again = outcome.retryable && step.attempt < MAX_ATTEMPTS;
  const delayMs = backOffMs(step.attempt, step.opId ?? step.id);
  return stepTransition(scene, step, {
    reason: 'step-failed',
    level: again ? 'warn' : 'error',
    importance: 2,
    summary: again
      ? `Refused with nothing applied (attempt ${step.attempt}), again in ${(delayMs / 1000).toFixed(1)} s: ${outcome.detail}`
      : `Failed with nothing applied: ${outcome.detail}`,
    set: {
      state: 'failed-definite',
      error: outcome.detail,
      nextAttemptAt: again ? new Date(now.getTime() + delayMs).toISOString() : undefined,
    },
    detail: { opId: step.opId ?? '', attempt: step.attempt },
    writes: [{ kind: 'budget.release', holder: run.id }],
  });
}

/** An answer that never came and cannot be asked for yet: stays DISPATCHED, asked again after `delayMs`. */
export function recordUnanswered(scene: RunScene, step: Step, detail: string, delayMs: number): Transition {
  const { now } = scene;
  return stepTransition(scene, step, {
    reason: 'step-unknown',
    level: 'warn',
    summary: `No answer for ${step.title}; asking the target what became of it. ${detail}`,
    set: { state: 'dispatched', error: detail, nextAttemptAt: new Date(now.getTime() + delayMs).toISOString() },
    detail: { opId: step.opId ?? '' },
    delayMs,
  });
}

/** UNKNOWN: nobody can say. Never repeated, never called success or failure; a person must look. */
export function recordUnknown(scene: RunScene, step: Step, detail: string): Transition {
  return stepTransition(scene, step, {
    reason: 'step-unknown',
    level: 'error',
    importance: 3,
    summary: `Unknown whether "${step.title}" took effect: ${detail}`,
    set: { state: 'unknown', error: detail, nextAttemptAt: undefined },
    detail: { opId: step.opId ?? '' },
  });
}

/** Provably never sent (the target has no trace of the key, or the commit before sending failed): back to where it can be claimed again. */
export function recordNeverSent(scene: RunScene, step: Step, detail: string, delayMs: number): Transition {
  const { now } = scene;
  return stepTransition(scene, step, {
    reason: 'back-off',
    summary: `${step.title}: ${detail}`,
    set: {
      state: step.direction === 'undo' ? 'compensating' : 'claimed',
      error: detail,
      startedAt: new Date(0).toISOString(),
      dispatchedAt: undefined,
      nextAttemptAt: new Date(now.getTime() + delayMs).toISOString(),
    },
    delayMs,
  });
}

/** A step that was never sent and is not wanted any more. */
export function recordSkipped(scene: RunScene, step: Step, detail: string): Transition {
  return stepTransition(scene, step, {
    reason: 'step-skipped',
    summary: `Left out: ${step.title}. ${detail}`,
    set: { state: 'skipped', finishedAt: scene.now.toISOString() },
    writes: [{ kind: 'budget.release', holder: scene.run.id }],
  });
}

/** An undo that needs no dispatch: there is nothing to restore, or the target is already what it was. */
export function recordUndoneWithoutEffect(scene: RunScene, step: Step, detail: string): Transition {
  return stepTransition(scene, step, {
    reason: 'step-compensated',
    summary: `${step.title}: ${detail}`,
    set: { state: 'compensated', undoneAt: scene.now.toISOString() },
  });
}

/** The canary's verdict: passed lets the step be claimed for the rest, failed leads to the undo. */
export function recordCanary(scene: RunScene, step: Step, passed: boolean, detail: string): Transition {
  return stepTransition(scene, step, {
    reason: passed ? 'canary-passed' : 'canary-failed',
    level: passed ? 'info' : 'error',
    importance: 2,
    summary: `Canary of ${step.title} ${passed ? 'passed' : 'failed'}: ${detail}`,
    set: passed
      ? // `startedAt` in the distant past: nobody holds it, the next claim may take it at once.
        { state: 'claimed', canary: { state: 'passed', detail }, startedAt: new Date(0).toISOString() }
      : { state: 'applied', canary: { state: 'failed', detail } },
  });
}
