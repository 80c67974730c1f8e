import type { Plan, Reason, Run, Step, StepState, Timings } from '@autoops/contracts';
import { MAX_ATTEMPTS } from './back-off.ts';

/** What the Remediator does next with a run. Each is one small act, ending in one commit; the executor performs it and asks again. */
export type Move =
  /** Nothing to do before `ms` have passed; a timer re-enters, a person's click interrupts. */
  | { readonly kind: 'wait'; readonly ms: number; readonly reason: Reason }
  /** queued -> running. */
  | { readonly kind: 'start' }
  /** Looks whether the step's `waitFor` holds; `since` is when the wait began. */
  | { readonly kind: 'await-signal'; readonly step: Step; readonly since: Date }
  /** Takes the locks and raises the step's epoch; pending, or left behind by a worker that died. */
  | { readonly kind: 'claim'; readonly step: Step }
  /** Rechecks everything at dispatch and writes the intent. */
  | { readonly kind: 'prepare'; readonly step: Step }
  /** Commits DISPATCHED and lets the bytes leave. */
  | { readonly kind: 'dispatch'; readonly step: Step }
  /** Asks the target what became of an operation whose answer nobody recorded. */
  | { readonly kind: 'reconcile'; readonly step: Step }
  | { readonly kind: 'check-canary'; readonly step: Step }
  | { readonly kind: 'begin-verification' }
  | { readonly kind: 'verify' }
  /** Starts undoing what was applied, because of `reason`. */
  | { readonly kind: 'roll-back'; readonly reason: Reason; readonly detail: string }
  /** Takes the locks for the undo of one step: applied -> compensating. */
  | { readonly kind: 'claim-undo'; readonly step: Step }
  /** A step that provably never left: -> skipped. */
  | { readonly kind: 'skip'; readonly step: Step }
  | { readonly kind: 'finish'; readonly state: 'rolled-back' | 'rollback-failed' | 'aborted'; readonly reason: Reason }
  | { readonly kind: 'needs-human'; readonly reason: Reason; readonly detail: string }
  | { readonly kind: 'none' };

export interface MoveFacts {
  readonly now: Date;
  readonly timings: Timings;
  /** Ids of steps that this very worker claimed and still holds by its monotonic clock. */
  readonly mine: ReadonlySet<string>;
}

const IN_FLIGHT: readonly StepState[] = ['claimed', 'intent', 'dispatched', 'compensating'];
const DONE: readonly StepState[] = ['applied', 'verified', 'skipped'];

/**
 * The Remediator's state machine as one pure function of the record: every boundary K3-K15 is a value of (run, steps), and what
 * it answers there is what resumes after a kill. It reads no clock and touches nothing.
 */
export function nextMove(run: Run, plan: Plan, facts: MoveFacts): Move {
  switch (run.state) {
    case 'queued':
      return { kind: 'start' };
    case 'running':
      return forward(run, plan, facts);
    case 'paused':
      return finishFlight(run, facts) ?? { kind: 'none' };
    case 'verifying':
      return { kind: 'verify' };
    case 'rolling-back':
      return backward(run, facts);
    default:
      return { kind: 'none' };
  }
}

/** Steps in order: the first that is not done decides. All done: verification. */
function forward(run: Run, plan: Plan, facts: MoveFacts): Move {
  const step = inOrder(run).find((candidate) => !DONE.includes(candidate.state) || canaryRuns(candidate));
  if (step === undefined) return { kind: 'begin-verification' };
  switch (step.state) {
    case 'pending':
      return startStep(run, plan, step, facts);
    case 'failed-definite':
      return retry(run, step, facts);
    case 'applied':
      return { kind: 'check-canary', step };
    case 'unknown':
      return unknown(step);
    default:
      return carryOn(step, facts);
  }
}

function startStep(run: Run, plan: Plan, step: Step, facts: MoveFacts): Move {
  const deadline = started(run) + facts.timings.planMs;
  if (facts.now.getTime() >= deadline)
    return { kind: 'roll-back', reason: 'expired', detail: 'The plan took longer than its 30 minutes.' };
  const pause = dueIn(step, facts.now);
  if (pause > 0) return { kind: 'wait', ms: pause, reason: 'back-off' };
  const wait = plan.steps[step.index]?.waitFor;
  if (wait === undefined) return { kind: 'claim', step };
  const since = beforeStep(run, step);
  const over = facts.now.getTime() - since.getTime() >= wait.atMostSeconds * 1000;
  // After `atMost` the step goes on: a wait is not a precheck (loop.md).
  return over ? { kind: 'claim', step } : { kind: 'await-signal', step, since };
}

function retry(run: Run, step: Step, facts: MoveFacts): Move {
  if (step.nextAttemptAt === undefined || step.attempt >= MAX_ATTEMPTS) {
    return { kind: 'roll-back', reason: 'step-failed', detail: step.error ?? 'The step failed.' };
  }
  if (facts.now.getTime() >= started(run) + facts.timings.planMs) {
    return { kind: 'roll-back', reason: 'expired', detail: 'The plan took longer than its 30 minutes.' };
  }
  const pause = dueIn(step, facts.now);
  return pause > 0 ? { kind: 'wait', ms: pause, reason: 'back-off' } : { kind: 'claim', step };
}

/** A step between claim and outcome: ours goes on; another worker's is left alone until its lease must be over, then taken (K3-K8). */
function carryOn(step: Step, facts: MoveFacts): Move {
  const mine = facts.mine.has(step.id);
  if (step.state === 'dispatched') {
    // Ours and still dispatched means that our call has ended without an answer: nobody else can be in it.
    const pause = Math.max(mine ? 0 : leaseLeft(step, facts), dueIn(step, facts.now));
    return pause > 0 ? { kind: 'wait', ms: pause, reason: 'step-dispatched' } : { kind: 'reconcile', step };
  }
  const due = dueIn(step, facts.now);
  if (due > 0) return { kind: 'wait', ms: due, reason: 'back-off' };
  if (mine) {
    return step.state === 'intent' ? { kind: 'dispatch', step } : { kind: 'prepare', step };
  }
  const pause = leaseLeft(step, facts);
  if (pause > 0) return { kind: 'wait', ms: pause, reason: 'step-claimed' };
  return step.direction === 'undo' ? { kind: 'claim-undo', step } : { kind: 'claim', step };
}

/** Pausing finishes what is on its way and starts nothing. */
function finishFlight(run: Run, facts: MoveFacts): Move | undefined {
  const flying = inOrder(run).find((step) => step.state === 'dispatched');
  return flying === undefined ? undefined : carryOn(flying, facts);
}

/** Undo in reverse order, each step through its own intent and fence; never an undo of an undo. */
function backward(run: Run, facts: MoveFacts): Move {
  const flying = inOrder(run).find((step) => IN_FLIGHT.includes(step.state));
  if (flying !== undefined) {
    const unsent = flying.direction === 'do' && flying.state !== 'dispatched';
    if (!unsent) return carryOn(flying, facts);
    // Before DISPATCHED nothing can have left; the epoch in its row stops a worker that still thinks it may send.
    return { kind: 'skip', step: flying };
  }
  const lost = run.steps.find((step) => step.state === 'unknown');
  if (lost !== undefined) return unknown(lost);
  const failed = run.steps.find((step) => step.state === 'failed-definite' && step.direction === 'undo');
  if (failed !== undefined) {
    if (failed.nextAttemptAt === undefined || failed.attempt >= MAX_ATTEMPTS) {
      return { kind: 'finish', state: 'rollback-failed', reason: 'rollback-failed' };
    }
    const pause = dueIn(failed, facts.now);
    return pause > 0 ? { kind: 'wait', ms: pause, reason: 'back-off' } : { kind: 'claim-undo', step: failed };
  }
  const next = inOrder(run)
    .toReversed()
    .find((step) => undoable(step));
  if (next === undefined) {
    const aborted = run.reason !== 'rolled-back' && run.reason !== 'harmful' && run.reason !== 'ineffective';
    return { kind: 'finish', state: aborted ? 'aborted' : 'rolled-back', reason: aborted ? 'aborted' : 'rolled-back' };
  }
  const pause = dueIn(next, facts.now);
  return pause > 0 ? { kind: 'wait', ms: pause, reason: 'back-off' } : { kind: 'claim-undo', step: next };
}

/** An applied step that has something to undo. What is irreversible said so before it was approved, and stays. */
function undoable(step: Step): boolean {
  return (step.state === 'applied' || step.state === 'verified') && !step.irreversible;
}

function unknown(step: Step): Move {
  return {
    kind: 'needs-human',
    reason: 'step-unknown',
    detail: `Nobody knows whether "${step.title}" took effect: ${step.error ?? 'its answer was lost'}. Look at the target before anything else.`,
  };
}

function canaryRuns(step: Step): boolean {
  return step.state === 'applied' && step.canary.state === 'running';
}

function inOrder(run: Run): readonly Step[] {
  return run.steps.toSorted((a, b) => a.index - b.index);
}

function started(run: Run): number {
  return new Date(run.startedAt ?? run.createdAt).getTime();
}

/** When the previous step was done (or the run began): a wait counts from there. */
function beforeStep(run: Run, step: Step): Date {
  const previous = inOrder(run).findLast(
    (candidate) => candidate.index < step.index && candidate.finishedAt !== undefined,
  );
  return new Date(previous?.finishedAt ?? run.startedAt ?? run.createdAt);
}

function dueIn(step: Step, now: Date): number {
  return step.nextAttemptAt === undefined ? 0 : new Date(step.nextAttemptAt).getTime() - now.getTime();
}

/**
 * Milliseconds until whoever worked on the step last must have stopped: the lease was taken or extended at its latest mark, and
 * a call never outlasts the lease that was left (18 s of 30 s for a 15 s call). Zero for a step that is ours but never sent.
 */
function leaseLeft(step: Step, facts: MoveFacts): number {
  // A claimed step may still carry the intent of an earlier attempt; only its claim counts.
  const claimed = step.state === 'claimed' || step.state === 'compensating';
  const marks = [step.startedAt, ...(claimed ? [] : [step.intent?.intendedAt, step.dispatchedAt])].flatMap((at) =>
    at === undefined ? [] : [new Date(at).getTime()],
  );
  return Math.max(0, Math.max(0, ...marks) + facts.timings.leaseMs - facts.now.getTime());
}
