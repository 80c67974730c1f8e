import type { Plan, PlanStep, RollbackToken, Step, StepIntent } from '@autoops/contracts';
import {
  callHuman,
  canaryOf,
  compareForUndo,
  effectOf,
  endStale,
  intentOf,
  inverseOf,
  pauseFrozen,
  recheckAtDispatch,
  recordApplied,
  recordDispatch,
  recordFailure,
  recordIntent,
  recordNeverSent,
  recordUnanswered,
  recordUndoneWithoutEffect,
  recordUnknown,
  requestOf,
  rollbackClaims,
  rollbackTokenRow,
  startRollingBack,
  timer,
  type RunScene,
} from '@autoops/pipeline';
import type { ActionOutcome, CommitResult, TargetConnector, Transition } from '@autoops/pipeline/ports';
import type { RunDriverDependencies } from './ports.ts';

/** What this process knows of a step that it claimed. */
export interface Held {
  readonly epoch: number;
  readonly lockEpochs: Readonly<Record<string, number>>;
  /** By the monotonic clock, in ms. */
  leaseUntil: number;
}

type After = 'again' | 'stop';
/** What was read at the target after an effect, and the token that it makes possible. */
interface AppliedReading {
  readonly readBack: 'confirmed' | 'differs' | 'unread';
  readonly rollbackToken?: RollbackToken;
}
const RETRY_MS = 1_500;

/** The part of a run that touches targets: recheck, intent, dispatch, outcome, read-back, and asking what became of a lost answer. */
export class StepExecutor {
  readonly #deps: RunDriverDependencies;
  readonly #held: Map<string, Held>;

  constructor(deps: RunDriverDependencies, held: Map<string, Held>) {
    this.#deps = deps;
    this.#held = held;
  }

  /** Rechecks everything on fresh data and writes the intent; whatever is amiss stops the run before anything leaves. */
  async prepare(scene: RunScene, step: Step): Promise<After> {
    const planned = scene.plan.steps[step.index];
    const connector = this.#deps.connectors.get(planned?.tool ?? '');
    if (planned === undefined || connector === undefined)
      return this.#commit(callHuman(scene, `No connector is configured for the tool of "${step.title}".`));
    return step.direction === 'undo'
      ? this.#prepareUndo(scene, step, planned, connector)
      : this.#prepareDo(scene, step, planned, connector);
  }

  async #prepareDo(scene: RunScene, step: Step, planned: PlanStep, connector: TargetConnector): Promise<After> {
    const { records, judge, prechecks, timings, clock } = this.#deps;
    const { workspaceId, plan, incident, run } = scene;
    const now = clock.now();
    const [decision, approval, target, dryRun, checks] = await Promise.all([
      judge.judge(workspaceId, plan, incident, run, now),
      records.approvalOfPlan(workspaceId, plan.id),
      connector.read(planned.target),
      connector.dryRun({
        target: planned.target,
        action: planned.action,
        timeoutMs: timings.callMs,
        traceparent: run.traceparent,
      }),
      prechecks.check(workspaceId, plan, planned, incident, now),
    ]);
    const approversPermitted = approval === undefined || (await judge.approversPermitted(workspaceId, approval));
    // After the canary the replicas differ from the plan's picture by exactly what the canary did.
    const expected: Plan = step.canary.state === 'passed' ? withoutBefore(plan, step.index) : plan;
    const recheck = recheckAtDispatch({
      now,
      plan: expected,
      run,
      step,
      decision,
      approval,
      approversPermitted,
      target,
      dryRun,
      prechecks: checks,
    });
    if (!recheck.ok) return this.#stopBefore(scene, recheck.reason, recheck.detail);

    const canary =
      effectOf(step) === 'canary' ? canaryOf(planned, await connector.discover(planned.target.environment)) : undefined;
    if (effectOf(step) === 'canary' && canary === undefined) {
      // Nothing smaller to try first: the step goes as a whole.
      const whole: Step = { ...step, canary: { state: 'not-needed', detail: 'There is only one replica.' } };
      return this.#intend(scene, step, whole, planned, {
        decision,
        before: dryRun.before,
        inverse: planned.undo ?? dryRun.inverse,
        checks,
        approvalIds: approval === undefined ? [] : [approval.id],
      });
    }
    return this.#intend(scene, step, step, planned, {
      decision,
      before: dryRun.before,
      inverse: planned.undo ?? dryRun.inverse,
      checks,
      approvalIds: approval === undefined ? [] : [approval.id],
      ...(canary === undefined ? {} : { canary }),
    });
  }

  async #intend(
    scene: RunScene,
    stored: Step,
    step: Step,
    planned: PlanStep,
    facts: {
      readonly decision: Awaited<ReturnType<RunDriverDependencies['judge']['judge']>>;
      readonly before: StepIntent['before'];
      readonly inverse: StepIntent['inverse'];
      readonly checks: Step['prechecks'] | readonly Step['prechecks'][number][];
      readonly approvalIds: readonly string[];
      readonly canary?: { readonly target: PlanStep['target']; readonly action: PlanStep['action'] };
    },
  ): Promise<After> {
    const { judge, timings } = this.#deps;
    const held = this.#held.get(step.id);
    const intent = intentOf({
      plan: scene.plan,
      step,
      target: facts.canary?.target ?? planned.target,
      action: facts.canary?.action ?? planned.action,
      before: facts.before,
      inverse: facts.inverse,
      decision: facts.decision,
      approvalIds: facts.approvalIds,
      epoch: held?.lockEpochs[planned.target.key] ?? 0,
      now: this.#deps.clock.now(),
    });
    const { blastRadius } = await judge.rules(scene.workspaceId, scene.run.environment);
    const transition = recordIntent(scene, stored, intent, {
      decision: facts.decision,
      prechecks: facts.checks,
      limits: blastRadius,
      timings,
    });
    return this.#intended(scene, stored, step === stored ? transition : withCanary(transition, stored.id, step.canary));
  }

  async #prepareUndo(scene: RunScene, step: Step, planned: PlanStep, connector: TargetConnector): Promise<After> {
    const { judge, timings, clock } = this.#deps;
    const inverse = inverseOf(step);
    // A canary that failed changed one replica: that one is undone, not the set.
    const changed = step.canary.state === 'failed' ? (step.intent?.target ?? planned.target) : planned.target;
    const target = await connector.read(changed);
    const comparison = compareForUndo({ ...step, target: changed }, target);
    if (comparison === 'already-undone')
      return this.#commit(recordUndoneWithoutEffect(scene, step, 'The target is what it was before the run already.'));
    if (comparison === 'conflict' || inverse === undefined || target === undefined) {
      return this.#commit(
        callHuman(
          scene,
          `"${step.title}" was not undone: ${changed.name} is no longer what this run left behind. Somebody else changed it; decide by hand.`,
        ),
      );
    }
    const intent = intentOf({
      plan: scene.plan,
      step,
      target: { ...changed, uid: target.target.uid },
      action: inverse,
      before: target.owned,
      inverse: step.action,
      decision: {
        id: step.intent?.decisionId ?? scene.plan.id,
        bundleDigest: step.intent?.bundleDigest ?? scene.plan.policyDigest,
      },
      approvalIds: step.intent?.approvalIds ?? [],
      epoch: this.#held.get(step.id)?.lockEpochs[planned.target.key] ?? 0,
      now: clock.now(),
    });
    const { blastRadius } = await judge.rules(scene.workspaceId, scene.run.environment);
    return this.#intended(
      scene,
      step,
      recordIntent(scene, step, intent, { prechecks: [], limits: blastRadius, timings }),
    );
  }

  async #intended(scene: RunScene, step: Step, transition: Transition): Promise<After> {
    const { state, crashAt, clock, timings } = this.#deps;
    const before = clock.monotonicMs();
    const result = await state.commit(transition);
    if (result.ok) {
      this.#extend(step.id, before + timings.leaseMs);
      crashAt('K5');
      return 'again';
    }
    switch (result.refusal) {
      case 'budget-exhausted':
        // Others act in this environment right now; the limit frees itself.
        return this.#commit(
          recordNeverSent(scene, step, `waits for the blast-radius budget: ${result.detail}`, RETRY_MS),
          'stop',
        );
      case 'breaker-open':
        return this.#stopBefore(scene, 'breaker-open', result.detail);
      default:
        return this.#lost(step, result);
    }
  }

  /** The world moved on before this step left: nothing so far means a stale plan, something means undoing it. */
  async #stopBefore(scene: RunScene, reason: Parameters<typeof endStale>[1], detail: string): Promise<After> {
    const begun = scene.run.steps.some((candidate) => candidate.dispatchedAt !== undefined);
    return begun
      ? this.#commit(startRollingBack(scene, reason, detail))
      : this.#commit(endStale(scene, reason, detail), 'stop');
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
      if (result.refusal !== 'frozen') return this.#lost(step, result);
      this.#held.delete(step.id);
      return step.direction === 'undo'
        ? this.#commit(recordNeverSent(scene, step, `held back by a kill switch: ${result.detail}`, RETRY_MS), 'stop')
        : this.#commit(pauseFrozen(scene, result.detail), 'stop');
    }
    this.#extend(step.id, before + timings.leaseMs);
    crashAt('K6');
    const held = this.#held.get(step.id);
    if (held === undefined || held.leaseUntil - clock.monotonicMs() < timings.leaseNeededToDispatchMs) {
      // This process slept between the commit and here: another one may hold the lease by the time the bytes would arrive.
      this.#held.delete(step.id);
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
      return this.#commit(recordUnknown(scene, step, 'The target cannot be asked what became of the operation.'));
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
      return this.#commit(
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
    this.#held.delete(step.id);
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

  #extend(stepId: string, leaseUntil: number): void {
    const held = this.#held.get(stepId);
    if (held !== undefined) held.leaseUntil = leaseUntil;
  }

  #lost(step: Step, result: Extract<CommitResult, { ok: false }>): After {
    this.#deps.log.info({ stepId: step.id, refusal: result.refusal, detail: result.detail }, 'step is no longer ours');
    if (result.refusal === 'conflict') return 'again';
    this.#held.delete(step.id);
    return 'stop';
  }

  async #commit(transition: Transition, afterwards: After = 'again'): Promise<After> {
    const result = await this.#deps.state.commit(transition);
    if (result.ok) return afterwards;
    this.#deps.log.info({ refusal: result.refusal, detail: result.detail }, 'transition refused');
    return result.refusal === 'conflict' ? 'again' : 'stop';
  }
}

function withoutBefore(plan: Plan, index: number): Plan {
  return { ...plan, steps: plan.steps.map((step) => (step.index === index ? { ...step, before: {} } : step)) };
}

function withCanary(transition: Transition, stepId: string, canary: Step['canary']): Transition {
  return {
    ...transition,
    writes: transition.writes.map((write) =>
      write.kind === 'step.update' && write.id === stepId ? { ...write, set: { ...write.set, canary } } : write,
    ),
  };
}
