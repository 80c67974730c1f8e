import type { DryRun, EvaluateResponse, Plan, Principal, VerdictEffect } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import { evaluateAll } from '@autoops/pipeline';
import type { Adapters } from '../adapters.ts';
import { actorOf, requireEnvironment } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { ProblemError } from '../answers/problem.ts';
import { factsPerEnvironment } from './policy-facts.ts';

const DRY_RUN_TIMEOUT_MS = 5_000;

/** What policy says of a plan, as the audit log tells it. */
const SAID: Readonly<Record<VerdictEffect, string>> = {
  allow: 'allowed',
  'require-approval': 'needs approval',
  deny: 'denied',
};

/**
 * What policy says of a plan in every environment side by side. Without effect: its verdicts are recorded as what-ifs, with one audit
 * entry.
 */
export async function evaluatePlan(adapters: Adapters, caller: Principal, plan: Plan): Promise<EvaluateResponse> {
  const facts = await factsPerEnvironment(adapters, caller, plan);
  const { response, decisions } = await evaluateAll(plan, facts, adapters.clock.now(), adapters.policy, () =>
    adapters.clock.monotonicMs(),
  );
  const own = response.environments.find((environment) => environment.own);
  const about = {
    workspaceId: caller.workspaceId,
    actor: actorOf(caller),
    verb: 'plan.evaluate',
    subject: { kind: 'plan', id: plan.id },
  };
  const summary = `${caller.subject} evaluated "${plan.title}": ${own === undefined ? 'no verdict' : SAID[own.verdict.effect]} in ${plan.environment}.`;
  const effects = response.environments.map((one) => `${one.environment}: ${one.verdict.effect}`).join(', ');
  const auditId = await auditOnly(
    adapters.state,
    about,
    'done',
    summary,
    { planHash: plan.hash, bundleDigest: response.bundleDigest, effects },
    decisions.map((decision) => ({ kind: 'decision.insert', decision })),
  );
  return { ...response, auditId };
}

/** Every step of a plan through the connector's dry run: the path of an execution, without effect. Stops at the first that fails. */
export async function dryRunPlan(
  adapters: Adapters,
  caller: Principal,
  plan: Plan,
): Promise<DryRun & { readonly auditId: string }> {
  requireEnvironment(caller, plan.environment);
  const steps: DryRun['steps'] = [];
  for (const step of plan.steps) {
    const connector = adapters.targets.find((target) => target.tool === step.tool);
    if (connector === undefined)
      throw new ProblemError(
        'wrong-state',
        `The tool ${step.tool} is not connected here, so "${step.title}" cannot be tried.`,
      );
    const outcome = await connector.dryRun({ target: step.target, action: step.action, timeoutMs: DRY_RUN_TIMEOUT_MS });
    const undoProven = step.irreversible || outcome.inverse !== undefined;
    steps.push({
      index: step.index,
      ok: outcome.ok,
      before: outcome.before,
      after: outcome.after,
      undoProven,
      detail: outcome.detail,
    });
  }
  const ok = steps.every((step) => step.ok && step.undoProven);
  const at = adapters.clock.now().toISOString();
  // Owned fields and undo only: what a dry run saw beside them changes from second to second.
  const digest = digestOf({
    planHash: plan.hash,
    steps: steps.map(({ index, before, after, undoProven }) => ({ index, before, after, undoProven })),
  });
  const about = {
    workspaceId: caller.workspaceId,
    actor: actorOf(caller),
    verb: 'plan.dry-run',
    subject: { kind: 'plan', id: plan.id },
  };
  const auditId = await auditOnly(
    adapters.state,
    about,
    'done',
    `${caller.subject} tried "${plan.title}" without effect: ${ok ? 'every step would work' : 'not every step would work'}.`,
    { planHash: plan.hash, ok, digest },
  );
  return { at, ok, steps, digest, auditId };
}
