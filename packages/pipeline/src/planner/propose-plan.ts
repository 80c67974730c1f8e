import type { Plan, PolicyVerdict, RejectedCandidate } from '@autoops/contracts';
import type { StageOutcome } from '../outcome.ts';
import { assess, reject } from './assess.ts';
import { composePlan, type BoundRunbook } from './compose-plan.ts';
import type { ForcedRunbook, PlanningFacts, PlanningPorts } from './facts.ts';

/** The planner's outcome: at most one plan, and on every path why each of the others was not taken. */
export type ProposeOutcome = StageOutcome<Plan> & { readonly rejected: readonly RejectedCandidate[] };

/**
 * Proposes at most one plan for an incident: the runbooks whose conditions hold, bound to targets and parameters, dry-run,
 * judged one by one by the same Rego as the plan, ranked within the evidence that they answer (`rankScore`), and composed in
 * order of reversibility. The best allowed one of each evidence wins; a better forbidden one is shown with its reason.
 * Stops as `self-healed` when every anomaly has ended, and as `no-safe-plan` with every reason when nothing is left.
 * Throws only what its ports throw (a fault, to be retried).
 */
export async function proposePlan(facts: PlanningFacts, now: Date, ports: PlanningPorts): Promise<ProposeOutcome> {
  if (selfHealed(facts)) {
    return {
      kind: 'stop',
      reason: 'self-healed',
      detail: 'Every anomaly of the incident has ended; nothing was done.',
      rejected: [],
    };
  }
  const assessed = (await Promise.all(facts.runbooks.map((entry) => assess(entry, facts, now, ports)))).flat();
  const rejected = assessed.flatMap((each) => (each.kind === 'rejected' ? [each.rejected] : []));
  const bound = assessed.flatMap((each) => (each.kind === 'bound' ? [each.bound] : []));
  return choose(bound, rejected, facts, now, ports);
}

/**
 * A plan of runbooks that a person named, through the same prechecks, dry run, policy and machine; their conditions are not
 * asked. The requester of the facts is that person. Stops with the reason when a named runbook cannot be had.
 */
export async function forcedPlan(
  forced: readonly ForcedRunbook[],
  facts: PlanningFacts,
  now: Date,
  ports: PlanningPorts,
): Promise<ProposeOutcome> {
  const rejected: RejectedCandidate[] = [];
  const bound: BoundRunbook[] = [];
  for (const wanted of forced) {
    const entry = facts.runbooks.find(({ runbook }) => runbook.metadata.name === wanted.name);
    if (entry === undefined)
      return { kind: 'stop', reason: 'no-safe-plan', detail: `There is no runbook ${wanted.name}.`, rejected };
    for (const each of await assess(entry, facts, now, ports, wanted)) {
      if (each.kind === 'bound') bound.push(each.bound);
      else rejected.push(each.rejected);
    }
  }
  return rejected.length > 0 ? stop(rejected) : choose(bound, rejected, facts, now, ports);
}

/** An incident whose anomalies have all ended; one opened by a person or by a forecast alone has none that could end. */
function selfHealed({ anomalies }: PlanningFacts): boolean {
  return anomalies.length > 0 && anomalies.every(({ closedAt }) => closedAt !== undefined);
}

interface Judged {
  readonly bound: BoundRunbook;
  readonly verdict: PolicyVerdict;
}

async function choose(
  bound: readonly BoundRunbook[],
  rejectedBefore: readonly RejectedCandidate[],
  facts: PlanningFacts,
  now: Date,
  ports: PlanningPorts,
): Promise<ProposeOutcome> {
  const rejected = [...rejectedBefore];
  const planId = ports.ids.uuid();
  const judged: Judged[] = [];
  for (const each of bound)
    judged.push({ bound: each, verdict: await ports.judge(composePlan([each], [], facts, now, planId)) });

  const ranked = judged.sort((a, b) => b.bound.score - a.bound.score || (nameOf(a.bound) < nameOf(b.bound) ? -1 : 1));
  const { winners, losers } = bestOfEachEvidence(ranked);
  rejected.push(...losers);

  // One blocked step blocks the plan until it is planned again without it.
  let chosen = winners;
  while (chosen.length > 0) {
    const plan = composePlan(chosen, inReadingOrder(rejected), facts, now, planId);
    const verdict = await ports.judge(plan);
    if (verdict.effect !== 'deny')
      return { kind: 'advance', reason: 'plan-proposed', value: plan, rejected: plan.rejected };
    const dropped = toDrop(chosen, plan, verdict);
    rejected.push(forbidden(dropped, verdict, true));
    chosen = chosen.filter((each) => each !== dropped);
  }
  return stop(rejected);
}

function stop(rejected: readonly RejectedCandidate[]): ProposeOutcome {
  const told = inReadingOrder(rejected);
  const applicable = told.filter(({ reason }) => reason !== 'not-applicable' && reason !== 'no-target');
  const onlyPrechecks = applicable.length > 0 && applicable.every(({ reason }) => reason === 'precheck-failed');
  const detail = told.map(({ runbook, reason, detail: why }) => `${runbook} (${reason}): ${why}`).join('. ');
  return {
    kind: 'stop',
    reason: onlyPrechecks ? 'precheck-failed' : 'no-safe-plan',
    detail: detail === '' ? 'The catalogue has no runbook.' : detail,
    rejected: told,
  };
}

function nameOf({ entry }: BoundRunbook): string {
  return entry.runbook.metadata.name;
}

/** The best permitted candidate of each evidence and service, no two of them on the same target; why not the others. */
function bestOfEachEvidence(ranked: readonly Judged[]): {
  readonly winners: BoundRunbook[];
  readonly losers: RejectedCandidate[];
} {
  const winners: BoundRunbook[] = [];
  const losers: RejectedCandidate[] = [];
  const evidenceOf = ({ entry, service }: BoundRunbook): string => `${entry.runbook.spec.evidence}/${service}`;
  for (const { bound, verdict } of ranked) {
    const rival = winners.find((winner) => evidenceOf(winner) === evidenceOf(bound));
    const keys = bound.drafts.map(({ step }) => step.target.key);
    const holder = winners.find((winner) => winner.drafts.some(({ step }) => keys.includes(step.target.key)));
    if (verdict.effect === 'deny') {
      losers.push(forbidden(bound, verdict, rival === undefined));
    } else if (rival !== undefined) {
      const detail = `${rival.entry.runbook.metadata.title} answers the same evidence better (${rival.score.toFixed(2)} against ${bound.score.toFixed(2)})`;
      losers.push(reject(bound.entry.runbook, 'same-evidence', detail, { score: bound.score }).rejected);
    } else if (holder !== undefined) {
      const detail = `${holder.entry.runbook.metadata.title} changes the same target and ranks higher`;
      losers.push(reject(bound.entry.runbook, 'lower-rank', detail, { score: bound.score }).rejected);
    } else {
      winners.push(bound);
    }
  }
  return { winners, losers };
}

function forbidden(bound: BoundRunbook, verdict: PolicyVerdict, better: boolean): RejectedCandidate {
  const detail = `${verdict.facts.join('; ')}. To be allowed: ${verdict.toBeAllowed.join('; ')}`;
  return reject(bound.entry.runbook, 'forbidden', detail, {
    score: bound.score,
    betterThanChosen: better,
    ruleIds: verdict.ruleIds,
  }).rejected;
}

/** Of the runbooks with blocked steps the one that ranks lowest; where every step is blocked, the lowest of all. */
function toDrop(chosen: readonly BoundRunbook[], plan: Plan, verdict: PolicyVerdict): BoundRunbook {
  const blocked = new Set(
    verdict.steps.filter(({ effect }) => effect === 'blocked').map(({ index }) => plan.steps[index]?.runbook.name),
  );
  const guilty = chosen.filter((each) => blocked.has(nameOf(each)));
  const some = guilty.length > 0 ? guilty : chosen;
  return some.reduce((lowest, next) => (next.score < lowest.score ? next : lowest));
}

/** Better but forbidden ones first, then those that came near, then those that do not apply. */
function inReadingOrder(rejected: readonly RejectedCandidate[]): RejectedCandidate[] {
  const place = ({ betterThanChosen, score }: RejectedCandidate): number =>
    betterThanChosen ? 0 : score === undefined ? 2 : 1;
  return [...rejected].sort(
    (a, b) => place(a) - place(b) || (b.score ?? 0) - (a.score ?? 0) || (a.runbook < b.runbook ? -1 : 1),
  );
}
