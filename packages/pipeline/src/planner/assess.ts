import type { Condition, PlanReason, PrecheckResult, RejectedCandidate, Runbook } from '@autoops/contracts';
import { evaluateCondition, recheck, type ConditionContext, type ConditionResult } from '../plan/conditions.ts';
import type { TargetState } from '../ports/target-connector.ts';
import { bindParameters } from './bind-parameters.ts';
import { bindTargets } from './bind-targets.ts';
import type { BoundRunbook } from './compose-plan.ts';
import type { CatalogueRunbook, ForcedRunbook, PlanningFacts, PlanningPorts, RunbookRecord } from './facts.ts';
import { draftSteps, type DraftStep } from './plan-steps.ts';
import { rankScore } from './rank.ts';

export type Assessment =
  | { readonly kind: 'bound'; readonly bound: BoundRunbook }
  | { readonly kind: 'rejected'; readonly rejected: RejectedCandidate };

interface Fit {
  readonly target: TargetState;
  readonly applies: readonly ConditionResult[];
}

/**
 * Looks whether a runbook answers this incident: switched on, targets to act on, conditions that hold and none that speak
 * against it, attempts left, cool-down over, prechecks passed, a dry run that succeeds. One assessment per service it fits,
 * or one rejection with its reason. A runbook that a person forces skips its conditions, attempts and cool-down.
 */
export async function assess(
  entry: CatalogueRunbook,
  facts: PlanningFacts,
  now: Date,
  ports: PlanningPorts,
  forced?: ForcedRunbook,
): Promise<readonly Assessment[]> {
  const { runbook } = entry;
  if (facts.toggles[runbook.metadata.name] === 'off')
    return [reject(runbook, 'toggled-off', 'it is switched off here')];

  const { incident } = facts;
  const binding = bindTargets(runbook, {
    environment: incident.environment,
    incidentServices: [...new Set([incident.service, ...facts.anomalies.map(({ service }) => service)])],
    topology: facts.topology,
    targets: facts.targets,
    claimed: new Set(facts.claimedTargets ?? []),
    anywhere: forced !== undefined,
  });
  const wanted = forced?.targetKeys;
  const targets =
    wanted === undefined ? binding.targets : binding.targets.filter(({ target }) => wanted.includes(target.key));
  if (targets.length === 0)
    return [reject(runbook, 'no-target', binding.detail === '' ? 'none of the named targets' : binding.detail)];

  const looked = targets.map((target) => look(runbook, target, facts, now));
  const fits =
    forced === undefined ? looked.flatMap(({ fit }) => fit ?? []) : targets.map((target) => ({ target, applies: [] }));
  if (fits.length === 0) {
    // The target that came nearest says why not.
    const nearest = looked.reduce((best, next) => (next.held > best.held ? next : best));
    return [reject(runbook, 'not-applicable', nearest.detail)];
  }

  const byService = new Map<string, Fit[]>();
  for (const fit of fits) {
    const service = fit.target.target.service;
    byService.set(service, [...(byService.get(service) ?? []), fit]);
  }
  return Promise.all(
    [...byService].map(([service, some]) => assessService(entry, service, some, facts, now, ports, forced)),
  );
}

async function assessService(
  entry: CatalogueRunbook,
  service: string,
  fits: readonly Fit[],
  facts: PlanningFacts,
  now: Date,
  ports: PlanningPorts,
  forced: ForcedRunbook | undefined,
): Promise<Assessment> {
  const { runbook } = entry;
  const { limits } = runbook.spec;
  const record =
    facts.records.find((each) => each.runbook === runbook.metadata.name && each.service === service) ??
    noRecord(runbook, service);
  if (forced === undefined) {
    const tired = tiredness(runbook, record, now);
    if (tired !== undefined) return tired;
  }

  const chosen = fits.slice(0, limits.objectsPerRun);
  const drafts: DraftStep[] = [];
  const prechecks: PrecheckResult[] = [];
  for (const { target, applies } of chosen) {
    const context = contextOf(facts, target, now);
    const results = recheck(runbook.spec.prechecks, context, 'plan');
    prechecks.push(...results);
    const failed = results.find(({ passed }) => !passed);
    if (failed !== undefined) return reject(runbook, 'precheck-failed', `${failed.title}: ${failed.fact}`);
    const parameters = bindParameters(runbook, { context, applies, given: forced?.parameters });
    if (!parameters.ok) return reject(runbook, 'no-target', parameters.detail);
    drafts.push(...(await draftSteps(entry, target, parameters.values, ports)));
  }
  const refused = drafts.find(({ dryRun }) => !dryRun.ok);
  if (refused !== undefined)
    return reject(runbook, 'precheck-failed', `dry run of "${refused.step.title}": ${refused.dryRun.detail}`);

  return {
    kind: 'bound',
    bound: {
      entry,
      service,
      drafts,
      because: reasonsOf(runbook, chosen),
      prechecks,
      record: { n: record.n, succeeded: record.succeeded },
      score: rankScore(runbook, record),
    },
  };
}

function noRecord(runbook: Runbook, service: string): RunbookRecord {
  return { runbook: runbook.metadata.name, service, n: 0, succeeded: 0, lastRunAt: undefined, attemptsInWindow: 0 };
}

function tiredness(runbook: Runbook, record: RunbookRecord, now: Date): Assessment | undefined {
  const { attempts, coolDownSeconds } = runbook.spec.limits;
  if (record.attemptsInWindow >= attempts)
    return reject(
      runbook,
      'attempts-used',
      `${record.attemptsInWindow} of ${attempts} attempts are used: a person must look`,
    );
  if (record.lastRunAt === undefined) return undefined;
  const left = coolDownSeconds - (now.getTime() - record.lastRunAt.getTime()) / 1000;
  return left > 0 ? reject(runbook, 'cool-down', `it ran a moment ago; again in ${Math.ceil(left)} s`) : undefined;
}

/** What a runbook's conditions see of one target. */
export function contextOf(facts: PlanningFacts, target: TargetState, now: Date): ConditionContext {
  return {
    now,
    environment: facts.incident.environment,
    incidentService: facts.incident.service,
    target,
    indicators: facts.indicators,
    anomalies: facts.anomalies,
    changes: facts.changes,
    logs: facts.logs,
    forecast: facts.forecast,
  };
}

interface Look {
  readonly fit: Fit | undefined;
  readonly held: number;
  readonly detail: string;
}

function look({ spec }: Runbook, target: TargetState, facts: PlanningFacts, now: Date): Look {
  const context = contextOf(facts, target, now);
  const ask = (conditions: readonly Condition[]): ConditionResult[] =>
    conditions.map((condition) => evaluateCondition(condition, context));
  const all = ask(spec.appliesWhen.all);
  const any = ask(spec.appliesWhen.any);
  const held = all.filter(({ holds }) => holds).length;
  const missing = all.filter(({ holds }) => !holds);
  if (missing.length > 0) return { fit: undefined, held, detail: missing.map(({ fact }) => fact).join('; ') };
  const some = any.filter(({ holds }) => holds);
  if (any.length > 0 && some.length === 0)
    return { fit: undefined, held, detail: any.map(({ fact }) => fact).join('; ') };
  const against = ask(spec.notWhen).filter(({ holds }) => holds);
  if (against.length > 0) {
    return { fit: undefined, held: held + 1, detail: against.map(({ title, fact }) => `${title}: ${fact}`).join('; ') };
  }
  return { fit: { target, applies: [...all, ...some] }, held, detail: '' };
}

function reasonsOf(runbook: Runbook, fits: readonly Fit[]): PlanReason[] {
  const reasons = fits.flatMap(({ applies }) =>
    applies.map(({ id, title, fact, indicator, service, view }): PlanReason => ({
      runbook: runbook.metadata.name,
      id,
      title,
      fact,
      ...(indicator === undefined ? {} : { indicator }),
      ...(service === undefined ? {} : { service }),
      ...(view === undefined ? {} : { view }),
    })),
  );
  return reasons.filter(
    (reason, position) => reasons.findIndex(({ id, fact }) => id === reason.id && fact === reason.fact) === position,
  );
}

/** A rejection with its reason; a runbook that costs the clients something says so. */
export function reject(
  runbook: Runbook,
  reason: RejectedCandidate['reason'],
  detail: string,
  more: Partial<RejectedCandidate> = {},
): Assessment & { kind: 'rejected' } {
  const { cost } = runbook.spec.expectedEffect;
  return {
    kind: 'rejected',
    rejected: {
      runbook: runbook.metadata.name,
      title: runbook.metadata.title,
      reason,
      detail: cost === undefined ? detail : `${detail} (its cost: ${cost})`,
      betterThanChosen: false,
      ruleIds: [],
      ...more,
    },
  };
}
