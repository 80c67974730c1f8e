import type { Action, Plan, PlanStep, Step, Target, PlanVerification } from '@autoops/contracts';
import type { TargetState } from '../ports/target-connector.ts';

/** A step's effect on one replica only. */
export interface CanaryEffect {
  readonly target: Target;
  readonly action: Action;
}

/**
 * The canary of a step that changes existing replicas: the same action on one replica of the target's set, the first by key. Undefined
 * where the step names a replica already, or the set has fewer than two: then there is nothing smaller to try first.
 */
export function canaryOf(step: PlanStep, seen: readonly TargetState[]): CanaryEffect | undefined {
  if (!step.canary || 'replica' in step.action.args) return undefined;
  const replicas = seen
    .map((state) => state.target)
    .filter((target) => target.kind === 'replica' && target.key.startsWith(`${step.target.key}/`))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const [first] = replicas;
  if (first === undefined || replicas.length < 2) return undefined;
  return { target: first, action: { kind: step.action.kind, args: { ...step.action.args, replica: first.name } } };
}

/** Longer than any canary is watched: what is looked at while settling is all there is to it. */
const SETTLE_SECONDS = 3_600;

/**
 * What a canary is judged by: the signals of its own runbook, as while settling. What other steps of the plan are there to mend gets
 * worse until they have run, and says nothing about this one.
 */
export function canaryVerification(plan: Plan, step: Step): PlanVerification {
  const runbook = plan.steps[step.index]?.runbook.name ?? '';
  const own = plan.verification.signals.filter(({ runbooks }) => runbooks === undefined || runbooks.includes(runbook));
  return {
    ...plan.verification,
    signals: own.length > 0 ? own : plan.verification.signals,
    settleSeconds: SETTLE_SECONDS,
    settleEndsEarly: false,
    windowSeconds: SETTLE_SECONDS,
  };
}
