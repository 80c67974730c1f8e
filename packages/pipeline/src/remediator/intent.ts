import type { Action, JsonObject, Plan, PolicyDecision, Step, StepIntent, Target } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import type { ActionRequest } from '../ports/target-connector.ts';
import { effectOf, opIdOf } from './op-id.ts';

/** What an intent is built from. */
export interface IntentInputs {
  readonly plan: Plan;
  readonly step: Step;
  readonly target: Target;
  readonly action: Action;
  /** Owned fields before the effect. */
  readonly before: JsonObject;
  readonly inverse: Action | undefined;
  readonly decision: Pick<PolicyDecision, 'id' | 'bundleDigest'>;
  readonly approvalIds: readonly string[];
  /** The lock's epoch for this target, which the target itself remembers. */
  readonly epoch: number;
  readonly now: Date;
}

/** The durable intent of one effect, written before anything leaves. */
export function intentOf(inputs: IntentInputs): StepIntent {
  const { plan, step, target, action, before, inverse, decision, approvalIds, epoch, now } = inputs;
  const effect = effectOf(step);
  const planned = plan.steps[step.index];
  if (planned === undefined) throw new Error(`The plan has no step ${step.index}.`);
  return {
    opId: opIdOf(plan, step.index, effect, target),
    direction: step.direction,
    class: planned.class,
    target,
    action,
    before,
    beforeDigest: digestOf(before),
    ...(inverse === undefined ? {} : { inverse }),
    decisionId: decision.id,
    bundleDigest: decision.bundleDigest,
    approvalIds: [...approvalIds],
    epoch,
    intendedAt: now.toISOString(),
    ...(effect === 'canary' ? { canaryOf: step.index } : {}),
  };
}

/** The request that an intent stands for: the same bytes on every attempt. */
export function requestOf(intent: StepIntent, timeoutMs: number, traceparent: string | undefined): ActionRequest {
  return {
    opId: intent.opId,
    epoch: intent.epoch,
    target: intent.target,
    action: intent.action,
    timeoutMs,
    traceparent,
  };
}

/** What undoes a step: the inverse that the target itself answered with, else the one of the intent, else the runbook's. */
export function inverseOf(step: Step): Action | undefined {
  const answered = step.result?.['inverse'];
  if (typeof answered === 'object' && answered !== null && !Array.isArray(answered)) {
    const { kind, args } = answered;
    if (typeof kind === 'string' && typeof args === 'object' && args !== null && !Array.isArray(args))
      return { kind, args };
  }
  return step.intent?.direction === 'do' ? (step.intent.inverse ?? step.undo) : step.undo;
}
