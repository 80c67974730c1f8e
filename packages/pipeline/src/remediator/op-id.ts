import type { Plan, Step, Target } from '@autoops/contracts';
import { uuidV5 } from '@autoops/digest';

/** Which effect of a step is meant: doing it, doing it to one replica first, or undoing it. */
export type Effect = 'do' | 'canary' | 'undo';

/** The idempotency key of one effect: UUIDv5(plan hash, step index, direction, target UID). A retry keeps it (remediation.md). */
export function opIdOf(plan: Pick<Plan, 'hash'>, index: number, effect: Effect, target: Target): string {
  return uuidV5(plan.hash, String(index), effect, target.uid);
}

/** The effect that a step is about to have, from its recorded state alone. */
export function effectOf(step: Pick<Step, 'direction' | 'canary'>): Effect {
  if (step.direction === 'undo') return 'undo';
  return step.canary.state === 'running' ? 'canary' : 'do';
}
