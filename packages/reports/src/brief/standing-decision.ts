import type { BriefInput } from './brief-input.ts';

/** The index of the decision that the plan stood on: its last judgement that was no repetition at a step's dispatch, unless that forbade it; -1 without one. */
export function standingDecision(input: Pick<BriefInput, 'decisions' | 'plans'>): number {
  const hash = input.plans.at(-1)?.hash;
  const own = (item: BriefInput['decisions'][number]): boolean =>
    item.phase !== 'what-if' && item.phase !== 'candidate' && (hash === undefined || item.planHash === hash);
  const index = input.decisions.findLastIndex(
    (item) => own(item) && (item.phase !== 'dispatch' || item.verdict.effect === 'deny'),
  );
  return index >= 0 ? index : input.decisions.findLastIndex(own);
}
