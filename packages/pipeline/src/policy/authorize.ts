import type { Autonomy, Plan, PolicyDecision, PolicyVerdict } from '@autoops/contracts';
import type { StageOutcome } from '../outcome.ts';
import type { PolicyEngine } from '../ports/policy-engine.ts';
import { decide, type MonotonicMs } from './decide.ts';
import { autonomyOf } from './environment-rules.ts';
import type { PolicyFacts } from './facts.ts';

/** What policy said of a plan: the plan with its verdict and next state, the decision to record, the autonomy that applied. */
export interface Authorization {
  readonly plan: Plan;
  readonly decision: PolicyDecision;
  readonly autonomy: Autonomy;
}

/** An authorization comes on every path, so that a refusal is recorded like a permission. */
export type AuthorizeOutcome = StageOutcome<Authorization> & { readonly value: Authorization };

/**
 * Decides whether a plan may run now (loop.md "Who starts a run"). Fails closed: an engine fault throws and is retried, an
 * unreadable verdict stops the incident, and neither lets an action run. Allowed plans run by themselves at autonomy `auto`,
 * or when people have approved them; at `suggest` they wait for a person's Execute, at `shadow` nothing is done.
 */
export async function authorize(
  plan: Plan,
  facts: PolicyFacts,
  now: Date,
  engine: PolicyEngine,
  monotonicMs?: MonotonicMs,
): Promise<AuthorizeOutcome> {
  const { decision, readable } = await decide(plan, facts, now, engine, monotonicMs);
  const { verdict } = decision;
  const autonomy = autonomyOf(facts.rules, plan);
  const as = (state: Plan['state']): Authorization => ({ plan: { ...plan, state, verdict }, decision, autonomy });

  if (!readable) return { kind: 'stop', reason: 'policy-unreadable', detail: factsOf(verdict), value: as('denied') };
  if (verdict.effect === 'deny')
    return { kind: 'stop', reason: 'policy-denied', detail: refusalOf(verdict), value: as('denied') };
  // Shadow comes before approvals: nobody is asked about a plan that will not run. A person's own plan is that person's deed.
  if (autonomy === 'shadow' && plan.requester.kind !== 'person') {
    return {
      kind: 'wait',
      reason: 'shadowed',
      detail: `Decided and recorded, nothing is done: ${factsOf(verdict)}`,
      value: as('allowed'),
    };
  }
  if (verdict.effect === 'require-approval') {
    return { kind: 'wait', reason: 'awaiting-approval', detail: refusalOf(verdict), value: as('awaiting-approval') };
  }
  if (verdict.approvals.given > 0 || autonomy === 'auto' || facts.actor.kind === 'person') {
    return {
      kind: 'advance',
      reason: 'policy-allowed',
      value: as(verdict.approvals.given > 0 ? 'approved' : 'allowed'),
    };
  }
  return {
    kind: 'wait',
    reason: 'awaiting-execute',
    detail: 'Allowed; it waits for a person to execute it.',
    value: as('awaiting-execute'),
  };
}

/** "replica-cap: 6 > 5 replicas without approval", one for each deciding rule. */
export function refusalOf(verdict: PolicyVerdict): string {
  return verdict.ruleIds.map((ruleId, position) => `${ruleId}: ${verdict.facts[position] ?? 'no fact'}`).join('; ');
}

function factsOf(verdict: PolicyVerdict): string {
  return verdict.facts.join('; ');
}
