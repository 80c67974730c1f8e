import type { Approval, JsonObject, Plan, PolicyDecision, PrecheckResult, Reason, Run, Step } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import type { TargetState } from '../ports/target-connector.ts';

/** Everything that is looked at again right before a step may leave (remediation.md "At dispatch re-check"), read fresh. */
export interface DispatchFacts {
  readonly now: Date;
  readonly plan: Plan;
  readonly run: Run;
  readonly step: Step;
  /** Policy's answer on fresh data, for this very plan. */
  readonly decision: PolicyDecision;
  readonly approval: Approval | undefined;
  /** Persons who approved and may still approve in this environment. */
  readonly approversPermitted: boolean;
  /** What the target is now; undefined when it is gone. */
  readonly target: TargetState | undefined;
  /** Owned fields before the effect as the target itself says in a dry run. */
  readonly dryRun: { readonly ok: boolean; readonly before: JsonObject; readonly detail: string };
  readonly prechecks: readonly PrecheckResult[];
}

export type Recheck = { readonly ok: true } | { readonly ok: false; readonly reason: Reason; readonly detail: string };

const stale = (detail: string): Recheck => ({ ok: false, reason: 'stale', detail });

/**
 * Says whether a step may be intended now. Any miss makes the plan stale (ask again) or names the precheck that failed; nothing
 * has left at that point. The kill switch, breaker, budget and locks are guards of the commits themselves.
 */
export function recheckAtDispatch(facts: DispatchFacts): Recheck {
  const { plan, run, step, decision, approval, target, dryRun, now } = facts;
  const planned = plan.steps[step.index];
  if (planned === undefined || run.planHash !== plan.hash)
    return stale('The plan is not the one this run was started with.');
  if (plan.state !== 'executed' || plan.runId !== run.id)
    return stale(`The plan is ${plan.state}; this run may not act on it.`);
  if (decision.planHash !== plan.hash || decision.verdict.effect !== 'allow') {
    return stale(`Policy now says ${decision.verdict.effect}: ${decision.verdict.ruleIds.join(', ')}.`);
  }
  const approvalMiss = approvalProblem(facts, approval, now);
  if (approvalMiss !== undefined) return stale(approvalMiss);
  if (target === undefined) return stale(`${planned.target.name} is gone.`);
  if (target.target.uid !== planned.target.uid)
    return stale(`${planned.target.name} was replaced by another object since the plan was made.`);
  if (!dryRun.ok)
    return { ok: false, reason: 'precheck-failed', detail: `The target refuses the step: ${dryRun.detail}` };
  const drifted = driftedField(planned.before, { ...target.owned, ...dryRun.before });
  if (drifted !== undefined)
    return stale(`${planned.target.name} has changed since the plan was made: ${drifted} is not what it was.`);
  const failed = facts.prechecks.find((precheck) => !precheck.passed);
  if (failed !== undefined) return { ok: false, reason: 'precheck-failed', detail: `${failed.title}: ${failed.fact}` };
  return { ok: true };
}

function approvalProblem(facts: DispatchFacts, approval: Approval | undefined, now: Date): string | undefined {
  const needed = facts.decision.verdict.approvals.required;
  if (needed === 0 && approval === undefined) return undefined;
  if (approval === undefined) return 'Policy asks for an approval and there is none.';
  if (approval.planHash !== facts.plan.hash || approval.planId !== facts.plan.id)
    return 'The approval is for another plan.';
  if (approval.state !== 'used') return `The approval is ${approval.state}.`;
  const begun = facts.run.steps.some((step) => step.dispatchedAt !== undefined);
  if (!begun && approval.dispatchBy !== undefined && new Date(approval.dispatchBy) <= now)
    return 'The approval was not used in time.';
  if (!facts.approversPermitted) return 'Somebody who approved may no longer approve here.';
  return undefined;
}

/** The first field of `expected` whose value differs in `actual`; undefined when all agree. Fields only `actual` has are not ours. */
export function driftedField(expected: JsonObject, actual: JsonObject): string | undefined {
  return Object.keys(expected).find(
    (field) => !(field in actual) || digestOf(expected[field]) !== digestOf(actual[field]),
  );
}

/**
 * The three-way comparison before an undo: the target must be what the step left behind (undo it), or already what it was before
 * (nothing to do); anything else was changed by somebody else and is a person's business.
 */
export function compareForUndo(step: Step, now: TargetState | undefined): 'undo' | 'already-undone' | 'conflict' {
  if (now === undefined) return 'conflict';
  const owned = now.owned;
  const shared = (fields: JsonObject | undefined): JsonObject =>
    Object.fromEntries(Object.entries(fields ?? {}).filter(([field]) => field in owned));
  const before = shared(step.before);
  const after = shared(step.after);
  const replaces = step.after !== undefined && 'uid' in step.after;
  if (now.target.uid !== step.target.uid && !replaces) return 'conflict';
  if (driftedField(after, owned) === undefined) return 'undo';
  return Object.keys(before).length > 0 && driftedField(before, owned) === undefined ? 'already-undone' : 'conflict';
}
