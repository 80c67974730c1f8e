import type { BriefInput } from './brief-input.ts';

/**
 * The index of the plan that the brief is about, the newest; -1 without one, and where no plan fits any more: that of an earlier
 * version of the incident is none for what is the matter now.
 */
export function standingPlan({ plans, incident, runs }: Pick<BriefInput, 'plans' | 'incident' | 'runs'>): number {
  return incident.outcome === 'no-safe-plan' && runs.length === 0 ? -1 : plans.length - 1;
}

/** The index of the decision that the plan stood on: its last judgement that was no repetition at a step's dispatch, unless that forbade it; -1 without one. */
export function standingDecision(input: Pick<BriefInput, 'decisions' | 'plans' | 'incident' | 'runs'>): number {
  const plan = standingPlan(input);
  if (plan < 0 && input.plans.length > 0) return -1;
  const hash = input.plans[plan]?.hash;
  const own = (item: BriefInput['decisions'][number]): boolean =>
    item.phase !== 'what-if' && item.phase !== 'candidate' && (hash === undefined || item.planHash === hash);
  const index = input.decisions.findLastIndex(
    (item) => own(item) && (item.phase !== 'dispatch' || item.verdict.effect === 'deny'),
  );
  return index >= 0 ? index : input.decisions.findLastIndex(own);
}
