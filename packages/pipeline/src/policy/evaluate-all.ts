import type { EvaluateResponse, Plan, PolicyDecision } from '@autoops/contracts';
import type { PolicyEngine } from '../ports/policy-engine.ts';
import { decide, type MonotonicMs } from './decide.ts';
import { autonomyOf } from './environment-rules.ts';
import type { PolicyFacts } from './facts.ts';

/** The answer of Evaluate, without the audit id that the API adds, and the decisions to record. */
export interface Evaluation {
  readonly response: Omit<EvaluateResponse, 'auditId'>;
  readonly decisions: readonly PolicyDecision[];
}

/**
 * Judges one plan by the rules of every environment side by side, the plan's own first. The other columns are a what-if
 * that can never run. `differing` names the rules whose effect is not the same everywhere.
 * Throws what the engine throws.
 */
export async function evaluateAll(
  plan: Plan,
  factsPerEnvironment: readonly PolicyFacts[],
  now: Date,
  engine: PolicyEngine,
  monotonicMs?: MonotonicMs,
): Promise<Evaluation> {
  const own = (facts: PolicyFacts): boolean => facts.rules.environment === plan.environment;
  const ordered = [...factsPerEnvironment].sort(
    (a, b) => Number(own(b)) - Number(own(a)) || (a.rules.environment < b.rules.environment ? -1 : 1),
  );
  const environments: EvaluateResponse['environments'] = [];
  const decisions: PolicyDecision[] = [];
  for (const facts of ordered) {
    const { decision } = await decide(
      plan,
      own(facts) ? facts : { ...facts, phase: 'what-if', approvals: [] },
      now,
      engine,
      monotonicMs,
    );
    decisions.push(decision);
    environments.push({
      environment: facts.rules.environment,
      own: own(facts),
      decisionId: decision.id,
      verdict: decision.verdict,
      autonomy: autonomyOf(facts.rules, plan),
      input: decision.input,
    });
  }
  return {
    response: {
      planId: plan.id,
      planHash: plan.hash,
      evaluatedAt: now.toISOString(),
      bundleDigest: engine.bundleDigest,
      environments,
      differing: differingRules(environments),
    },
    decisions,
  };
}

/** The ids of rules that do not say the same in every environment, sorted. */
export function differingRules(environments: EvaluateResponse['environments']): string[] {
  const effects = new Map<string, Set<string>>();
  for (const { verdict } of environments) {
    for (const { ruleId, effect, toggle } of verdict.rules) {
      const seen = effects.get(ruleId) ?? new Set();
      effects.set(ruleId, seen.add(toggle === 'on' ? effect : toggle));
    }
  }
  return [...effects]
    .filter(([, seen]) => seen.size > 1)
    .map(([ruleId]) => ruleId)
    .sort();
}
