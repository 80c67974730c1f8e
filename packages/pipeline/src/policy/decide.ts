import { PolicyVerdict, type Plan, type PolicyDecision } from '@autoops/contracts';
import { digestOf, uuidV5 } from '@autoops/digest';
import type { PolicyEngine } from '../ports/policy-engine.ts';
import type { PolicyFacts } from './facts.ts';
import { policyInput } from './policy-input.ts';

/** A reading of a monotonic clock in milliseconds, for the duration that a decision records. */
export type MonotonicMs = () => number;

/** The verdict that stands where none could be read: a denial by the rule `unreadable-input`. */
export function unreadableVerdict(detail: string): PolicyVerdict {
  const toBeAllowed = 'an answer that can be read';
  return {
    effect: 'deny',
    ruleIds: ['unreadable-input'],
    rules: [
      {
        ruleId: 'unreadable-input',
        title: 'Readable input',
        effect: 'deny',
        fact: detail,
        toBeAllowed,
        toggle: 'on',
        stepIndexes: [],
      },
    ],
    steps: [],
    facts: [detail],
    constraints: [],
    toBeAllowed: [toBeAllowed],
    approvals: { required: 0, given: 0, role: 'approver' },
    shadowed: [],
  };
}

/** A decision as it is recorded, and whether the engine's answer could be read. */
export interface DecidedPlan {
  readonly decision: PolicyDecision;
  readonly readable: boolean;
}

/**
 * Asks the engine about one plan and records question and answer with their digests, so that a replay gets the same ones.
 * Throws what the engine throws (a fault, to be retried); an answer that cannot be read becomes a denial.
 */
export async function decide(
  plan: Plan,
  facts: PolicyFacts,
  now: Date,
  engine: PolicyEngine,
  monotonicMs: MonotonicMs = () => 0,
): Promise<DecidedPlan> {
  const input = policyInput(plan, facts, now);
  // The bundle in force, not the one that the plan was made under: a plan of another bundle has another hash.
  input['bundleDigest'] = engine.bundleDigest;
  const startedMs = monotonicMs();
  const parsed = PolicyVerdict.safeParse(await engine.evaluate(input));
  const durationMicros = Math.round((monotonicMs() - startedMs) * 1000);
  const verdict =
    parsed.success && parsed.data.steps.length >= (parsed.data.effect === 'deny' ? 0 : plan.steps.length)
      ? parsed.data
      : unreadableVerdict(
          parsed.success
            ? 'the verdict leaves out steps of the plan'
            : `the verdict cannot be read: ${parsed.error.issues[0]?.message ?? 'unknown'}`,
        );
  const inputDigest = digestOf(input);
  return {
    readable: !verdict.ruleIds.includes('unreadable-input'),
    decision: {
      id: uuidV5('policy-decision', plan.id, facts.rules.environment, facts.phase, inputDigest),
      planId: plan.id,
      planHash: plan.hash,
      environment: facts.rules.environment,
      phase: facts.phase,
      verdict,
      bundleDigest: engine.bundleDigest,
      inputDigest,
      input,
      decidedAt: now.toISOString(),
      durationMicros,
    },
  };
}
