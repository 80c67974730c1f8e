import type { Approval, EnvironmentRules, JsonObject, Plan } from '@autoops/contracts';
import { autonomyOf } from './environment-rules.ts';
import type { ApproverRights, PolicyFacts } from './facts.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/**
 * The whole input of `autoops/remediation/decision` for one plan: what Rego reads and what a replay stores. Times are UTC,
 * instants in ms since the epoch, and nothing is left out because it is unknown: unknown is null, and Rego denies a hole.
 */
export function policyInput(plan: Plan, facts: PolicyFacts, now: Date): JsonObject {
  const { rules } = facts;
  return {
    phase: facts.phase,
    now: {
      at: now.toISOString(),
      epochMs: now.getTime(),
      weekday: WEEKDAYS[now.getUTCDay()] ?? 'unknown',
      minutes: now.getUTCHours() * 60 + now.getUTCMinutes(),
    },
    bundleDigest: plan.policyDigest,
    plan: planInput(plan),
    runbooks: Object.fromEntries(
      facts.runbooks.map(({ metadata, spec }) => [
        metadata.name,
        {
          author: metadata.author,
          riskClass: spec.riskClass,
          objectsPerRun: spec.limits.objectsPerRun,
          objectsPerHour: spec.limits.objectsPerHour,
        },
      ]),
    ),
    services: Object.fromEntries(
      Object.entries(facts.replicas).map(([service, { desired, ready }]) => [service, { desired, ready }]),
    ),
    actor: {
      kind: facts.actor.kind,
      id: facts.actor.id,
      permissions: [...facts.actor.permissions],
      environments: [...facts.actor.environments],
      maxBlastRadius: facts.actor.maxBlastRadius ?? null,
    },
    approvals: facts.approvals.map((approval) => approvalInput(approval, facts.approvers)),
    controls: facts.controls.map(({ scope, level, reason }) => ({ scope, level, reason })),
    windows: rules.windows.map(({ days, from, to }) => ({
      days: [...days],
      fromMinutes: minutesOf(from),
      toMinutes: minutesOf(to),
    })),
    freezes: rules.freezes.map(({ from, to, reason }) => ({
      fromMs: Date.parse(from),
      toMs: Date.parse(to),
      until: to,
      reason,
    })),
    actionsInFlight: facts.actionsInFlight.map(({ service, targetKey, rollback }) => ({
      service,
      targetKey,
      rollback,
    })),
    targetsLastHour: [...facts.targetsLastHour].sort(),
    budget: { left: facts.budgetLeft ?? null },
    autonomy: { level: autonomyOf(rules, plan) },
    breakers: facts.breakers.map(({ runbook, targetKey, state }) => ({ runbook, targetKey, state })),
    sensor: { ...facts.sensor },
    environment: environmentInput(rules),
  };
}

function planInput(plan: Plan): JsonObject {
  return {
    id: plan.id,
    hash: plan.hash,
    version: plan.version,
    incidentId: plan.incidentId,
    environment: plan.environment,
    service: plan.service,
    riskClass: plan.riskClass,
    reversible: plan.reversible,
    author: plan.author,
    requester: { ...plan.requester },
    steps: plan.steps.map((step) => ({
      index: step.index,
      id: step.id,
      runbook: { ...step.runbook },
      title: step.title,
      tool: step.tool,
      class: step.class,
      target: { ...step.target },
      action: { kind: step.action.kind, args: step.action.args },
      irreversible: step.irreversible,
      canary: step.canary,
      ttlSeconds: step.ttlSeconds ?? null,
      touches: { ...step.touches },
    })),
    verification: plan.verification.signals.map(({ signal, view, source }) => ({
      indicator: signal.indicator,
      view,
      source,
    })),
    triggers: triggersOf(plan),
    dryRun:
      plan.dryRun === undefined
        ? null
        : {
            ok: plan.dryRun.ok,
            steps: plan.dryRun.steps.map(({ index, ok, undoProven }) => ({ index, ok, undoProven })),
          },
  };
}

/** The views by which each runbook's evidence was seen; verification must have another one. */
function triggersOf(plan: Plan): JsonObject {
  const triggers: Record<string, string[]> = {};
  for (const { runbook, view } of plan.because ?? []) {
    if (view === undefined) continue;
    const views = (triggers[runbook] ??= []);
    if (!views.includes(view)) views.push(view);
  }
  return triggers;
}

function approvalInput(approval: Approval, rights: Readonly<Record<string, ApproverRights>>): JsonObject {
  return {
    planHash: approval.planHash,
    bundleDigest: approval.bundleDigest,
    environment: approval.environment,
    state: approval.state,
    requester: approval.requester.id,
    expiresAtMs: Date.parse(approval.expiresAt),
    dispatchByMs: approval.dispatchBy === undefined ? null : Date.parse(approval.dispatchBy),
    decisions: approval.decisions.map(({ actor, decision }) => ({
      actor: { ...actor },
      decision,
      permissions: [...(rights[actor.id]?.permissions ?? [])],
      environments: [...(rights[actor.id]?.environments ?? [])],
      maxBlastRadius: rights[actor.id]?.maxBlastRadius ?? null,
    })),
  };
}

function environmentInput(rules: EnvironmentRules): JsonObject {
  return {
    environment: rules.environment,
    replicaCap: { ...rules.replicaCap },
    approvals: { ...rules.approvals },
    blastRadius: { ...rules.blastRadius },
    irreversible: rules.irreversible,
    classD: rules.classD,
    minimumBudgetLeft: rules.minimumBudgetLeft ?? null,
    toggles: { rules: { ...rules.toggles.rules }, runbooks: { ...rules.toggles.runbooks } },
  };
}

/** "08:30" as minutes since midnight. */
function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
