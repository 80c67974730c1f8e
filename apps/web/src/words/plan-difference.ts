import type { Plan, PlanStep } from '@autoops/contracts';
import { verdictWords } from './plan-words.ts';

/** A step as it was and as it is: `before` is missing for a new one, `after` for one that is gone. */
export interface StepDifference {
  readonly kind: 'same' | 'changed' | 'moved' | 'added' | 'removed';
  readonly before?: PlanStep;
  readonly after?: PlanStep;
}

/** What a person has to know who read one plan and is now offered another. */
export interface PlanDifference {
  readonly steps: readonly StepDifference[];
  /** Undefined when policy says the same of both. */
  readonly verdict: { readonly before: string; readonly after: string } | undefined;
  /** Nothing that would be done differs; the plan was only made anew on newer evidence. */
  readonly sameDeeds: boolean;
}

const aim = (step: PlanStep): string => `${step.target.key} ${step.action.kind}`;
const deed = (step: PlanStep): string => JSON.stringify([step.title, step.action.args, step.target.uid, step.after]);

/** Compares two plans step by step; a step is told apart by its target and the kind of its action. New order first, then what is gone. */
export function planDifference(
  before: Pick<Plan, 'steps' | 'verdict'>,
  after: Pick<Plan, 'steps' | 'verdict'>,
): PlanDifference {
  const old = new Map(before.steps.map((step) => [aim(step), step]));
  const kept = before.steps.filter((step) => after.steps.some((other) => aim(other) === aim(step))).map(aim);
  const stayed = after.steps.filter((step) => old.has(aim(step))).map(aim);
  const steps = after.steps.map((step): StepDifference => {
    const was = old.get(aim(step));
    if (was === undefined) return { kind: 'added', after: step };
    if (deed(was) !== deed(step)) return { kind: 'changed', before: was, after: step };
    return { kind: kept.indexOf(aim(step)) === stayed.indexOf(aim(step)) ? 'same' : 'moved', before: was, after: step };
  });
  const gone = before.steps.filter((step) => !kept.includes(aim(step)));
  const [was, is] = [verdictWords(before.verdict), verdictWords(after.verdict)];
  return {
    steps: [...steps, ...gone.map((step): StepDifference => ({ kind: 'removed', before: step }))],
    verdict: was === is ? undefined : { before: was, after: is },
    sameDeeds: gone.length === 0 && steps.every((step) => step.kind === 'same'),
  };
}

/** "2 steps added, 1 changed": the difference in half a sentence. */
export function differenceText(difference: PlanDifference): string {
  const counted = (['added', 'removed', 'changed', 'moved'] as const)
    .map((kind) => ({ kind, n: difference.steps.filter((step) => step.kind === kind).length }))
    .filter(({ n }) => n > 0)
    .map(({ kind, n }, index) => `${n} ${index === 0 ? (n === 1 ? 'step ' : 'steps ') : ''}${kind}`);
  const parts = [
    difference.sameDeeds ? 'the steps are the same' : counted.join(', '),
    ...(difference.verdict === undefined
      ? []
      : [`policy said "${difference.verdict.before}" and now says "${difference.verdict.after}"`]),
  ];
  return parts.join('; ');
}
