import type { Plan, PlanStep, Step, StepIntent } from '@autoops/contracts';
import {
  callHuman,
  canaryOf,
  compareForUndo,
  effectOf,
  endStale,
  intentOf,
  inverseOf,
  recheckAtDispatch,
  recordIntent,
  recordNeverSent,
  recordUndoneWithoutEffect,
  startRollingBack,
  type RunScene,
} from '@autoops/pipeline';
import type { TargetConnector, Transition } from '@autoops/pipeline/ports';
import type { After, HeldSteps } from './held-steps.ts';
import type { RunDriverDependencies } from './ports.ts';

/** After this a step that had to wait for others is tried again, in ms. */
const RETRY_MS = 1_500;

/** The part of a run before anything leaves: everything is asked again on fresh data, then the intent is written. */
export class StepPreparation {
  readonly #deps: RunDriverDependencies;
  readonly #steps: HeldSteps;

  constructor(deps: RunDriverDependencies, steps: HeldSteps) {
    this.#deps = deps;
    this.#steps = steps;
  }

  /** Rechecks everything on fresh data and writes the intent; whatever is amiss stops the run before anything leaves. */
  async prepare(scene: RunScene, step: Step): Promise<After> {
    const planned = scene.plan.steps[step.index];
    const connector = this.#deps.connectors.get(planned?.tool ?? '');
    if (planned === undefined || connector === undefined)
      return this.#steps.commit(callHuman(scene, `No connector is configured for the tool of "${step.title}".`));
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
    const held = this.#steps.held(step.id);
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
      return this.#steps.commit(
        recordUndoneWithoutEffect(scene, step, 'The target is what it was before the run already.'),
      );
    if (comparison === 'conflict' || inverse === undefined || target === undefined) {
      return this.#steps.commit(
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
      epoch: this.#steps.held(step.id)?.lockEpochs[planned.target.key] ?? 0,
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
      this.#steps.extend(step.id, before + timings.leaseMs);
      crashAt('K5');
      return 'again';
    }
    switch (result.refusal) {
      case 'budget-exhausted':
        // Others act in this environment right now; the limit frees itself.
        return this.#steps.commit(
          recordNeverSent(scene, step, `waits for the blast-radius budget: ${result.detail}`, RETRY_MS),
          'stop',
        );
      case 'breaker-open':
        return this.#stopBefore(scene, 'breaker-open', result.detail);
      default:
        return this.#steps.lost(step, result);
    }
  }

  /** The world moved on before this step left: nothing so far means a stale plan, something means undoing it. */
  async #stopBefore(scene: RunScene, reason: Parameters<typeof endStale>[1], detail: string): Promise<After> {
    const begun = scene.run.steps.some((candidate) => candidate.dispatchedAt !== undefined);
    return begun
      ? this.#steps.commit(startRollingBack(scene, reason, detail))
      : this.#steps.commit(endStale(scene, reason, detail), 'stop');
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
