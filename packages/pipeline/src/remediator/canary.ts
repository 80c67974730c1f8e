import type { PlanStep, Target } from '@autoops/contracts';
import type { TargetState } from '../ports/target-connector.ts';
import type { Action } from '@autoops/contracts';

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
