import type { RollbackToken, Step } from '@autoops/contracts';
import {
  effectOf,
  inverseOf,
  pauseFrozen,
  recordApplied,
  recordDispatch,
  recordFailure,
  recordNeverSent,
  recordUnanswered,
  recordUnknown,
  requestOf,
  rollbackClaims,
  rollbackTokenRow,
  timer,
  type RunScene,
} from '@autoops/pipeline';
import type { ActionOutcome, TargetConnector, Transition } from '@autoops/pipeline/ports';
import type { After, HeldSteps } from './held-steps.ts';
import type { RunDriverDependencies } from './ports.ts';

/** What was read at the target after an effect, and the token that it makes possible. */
interface AppliedReading {
  readonly readBack: 'confirmed' | 'differs' | 'unread';
  readonly rollbackToken?: RollbackToken;
}

/** After this a lost answer, or a step that a kill switch held back, is looked at again, in ms. */
const RETRY_MS = 1_500;

/** The part of a run that touches targets: dispatch, outcome, read-back, and asking what became of a lost answer. */
export class StepDispatch {
  readonly #deps: RunDriverDependencies;
  readonly #steps: HeldSteps;

  constructor(deps: RunDriverDependencies, steps: HeldSteps) {
    this.#deps = deps;
    this.#steps = steps;
  }

  /** Commits DISPATCHED, checks the lease by the monotonic clock, and lets the bytes leave. */
  async dispatch(scene: RunScene, step: Step): Promise<After> {
    const { state, clock, timings, crashAt } = this.#deps;
    const connector = this.#deps.connectors.get(scene.plan.steps[step.index]?.tool ?? '');
    if (step.intent === undefined || connector === undefined)
      throw new Error(`Step ${step.id} has no intent to dispatch.`);
    const before = clock.monotonicMs();
    const result = await state.commit(recordDispatch(scene, step, timings));
    if (!result.ok) {
      if (result.refusal !== 'frozen') return this.#steps.lost(step, result);
      this.#steps.release(step.id);
      return step.direction === 'undo'
        ? this.#steps.commit(
            recordNeverSent(scene, step, `held back by a kill switch: ${result.detail}`, RETRY_MS),
            'stop',
          )
        : this.#steps.commit(pauseFrozen(scene, result.detail), 'stop');
    }
    this.#steps.extend(step.id, before + timings.leaseMs);
    crashAt('K6');
    const held = this.#steps.held(step.id);
    if (held === undefined || held.leaseUntil - clock.monotonicMs() < timings.leaseNeededToDispatchMs) {
      // This process slept between the commit and here: another one may hold the lease by the time the bytes would arrive.
      this.#steps.release(step.id);
      return 'stop';
    }
    const request = requestOf(step.intent, timings.callMs, scene.run.traceparent);
    // K7: the target has done it and begins to answer, and nobody has read the answer yet.
    const outcome = await connector.execute({ ...request, answering: () => crashAt('K7') });
    if (step.direction === 'undo') crashAt('K12');
    return this.#settle(
      scene,
      { ...step, state: 'dispatched', dispatchedAt: clock.now().toISOString() },
      outcome,
      connector,
    );
  }

  /** Asks the target, by the operation's key, what became of it. Class D cannot be asked and is never repeated. */
  async reconcile(scene: RunScene, step: Step): Promise<After> {
    const { timings } = this.#deps;
    const connector = this.#deps.connectors.get(scene.plan.steps[step.index]?.tool ?? '');
    if (step.intent === undefined || connector === undefined)
      throw new Error(`Step ${step.id} has no intent to ask about.`);
    if (step.intent.class === 'D')
      return this.#steps.commit(recordUnknown(scene, step, 'The target cannot be asked what became of the operation.'));
    if (connector.asksByRepeating === true && (await this.#frozen(scene, step))) {
      // Nobody asks while the switch is closed: the answer could be the effect itself.
      const { state } = this.#deps;
      await state.commit({
        workspaceId: scene.workspaceId,
        writes: [],
        audit: [],
        outbox: [timer(scene.run, step, RETRY_MS)],
      });
      return 'stop';
    }
    const outcome = await connector.outcomeOf(requestOf(step.intent, timings.callMs, scene.run.traceparent));
    if (outcome.kind === 'never')
      return this.#steps.commit(
        recordNeverSent(
          scene,
          step,
          'the target has no trace of the operation; it is sent again under the same key.',
          0,
        ),
      );
    return this.#settle(scene, step, outcome, connector);
  }

  /** Whether the switch that guards dispatches is closed for this step now. */
  async #frozen(scene: RunScene, step: Step): Promise<boolean> {
    const guards =
      recordDispatch(scene, step, this.#deps.timings).guards?.filter((guard) => guard.kind === 'control') ?? [];
    const result = await this.#deps.state.commit({ workspaceId: scene.workspaceId, guards, writes: [], audit: [] });
    return !result.ok && result.refusal === 'frozen';
  }

  /** Records an outcome; a person's click that committed meanwhile makes the record move, so it is read and tried again. */
  async #settle(scene: RunScene, step: Step, outcome: ActionOutcome, connector: TargetConnector): Promise<After> {
    const { records, crashAt, clock } = this.#deps;
    const facts = outcome.kind === 'applied' ? await this.#applied(scene, step, outcome, connector) : undefined;
    crashAt('K8');
    let current: RunScene = { ...scene, run: (await records.run(scene.workspaceId, scene.run.id)) ?? scene.run };
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const stored = current.run.steps.find((candidate) => candidate.id === step.id);
      if (stored === undefined || stored.state !== 'dispatched' || stored.epoch !== step.epoch) break;
      const transition = this.#outcomeTransition({ ...current, now: clock.now() }, stored, outcome, facts);
      const result = await this.#deps.state.commit(transition);
      if (result.ok) {
        if (outcome.kind === 'applied') crashAt('K9');
        return 'again';
      }
      if (result.refusal !== 'conflict') break;
      current = { ...current, run: (await records.run(scene.workspaceId, scene.run.id)) ?? current.run };
    }
    // Somebody else has taken the step over; the record says what became of it.
    this.#steps.release(step.id);
    return 'again';
  }

  #outcomeTransition(
    scene: RunScene,
    step: Step,
    outcome: ActionOutcome,
    facts: AppliedReading | undefined,
  ): Transition {
    const { timings } = this.#deps;
    switch (outcome.kind) {
      case 'applied': {
        const token = scene.run.rollbackToken === undefined ? facts?.rollbackToken : undefined;
        return recordApplied(scene, step, {
          before: outcome.before,
          after: outcome.after,
          detail: outcome.detail,
          readBack: facts?.readBack ?? 'unread',
          ...(token === undefined ? {} : { rollbackToken: token }),
        });
      }
      case 'failed':
        return recordFailure(scene, step, outcome);
      case 'unknown': {
        if (step.intent?.class === 'D') return recordUnknown(scene, step, outcome.detail);
        const waited = scene.now.getTime() - new Date(step.dispatchedAt ?? scene.now).getTime();
        return waited > timings.stepMs
          ? recordUnknown(scene, step, outcome.detail)
          : recordUnanswered(scene, step, outcome.detail, waited < 1_000 ? 200 : RETRY_MS);
      }
    }
  }

  /** The read-back, and the rollback token of the first step that can be undone. */
  async #applied(
    scene: RunScene,
    step: Step,
    outcome: Extract<ActionOutcome, { kind: 'applied' }>,
    connector: TargetConnector,
  ): Promise<AppliedReading> {
    const { tokens, clock, ids, timings } = this.#deps;
    const { intent } = step;
    if (intent === undefined) throw new Error(`Step ${step.id} has no intent.`);
    const seen = await connector.read(intent.target).catch(() => undefined);
    const shared = Object.keys(outcome.after).filter((field) => seen !== undefined && field in seen.owned);
    const readBack =
      seen === undefined || shared.length === 0
        ? ('unread' as const)
        : shared.every((field) => JSON.stringify(seen.owned[field]) === JSON.stringify(outcome.after[field]))
          ? ('confirmed' as const)
          : ('differs' as const);
    const inverse = inverseOf({ ...step, result: outcome.detail });
    const reversible =
      step.direction === 'do' &&
      effectOf(step) === 'do' &&
      !step.irreversible &&
      inverse !== undefined &&
      inverse.kind !== 'none';
    if (!reversible || scene.run.rollbackToken !== undefined) return { readBack };
    const claims = rollbackClaims(
      scene.workspaceId,
      scene.run,
      scene.plan,
      { step, intent, after: outcome.after, inverse },
      ids.uuid(),
      clock.now(),
      timings.rollbackTokenMs,
    );
    return { readBack, rollbackToken: rollbackTokenRow(claims, await tokens.issue(claims), tokens.keyId) };
  }
}
