import type { Json, Plan, PlanStep, PolicyVerdict, RejectedCandidate, StepVerdict } from '@autoops/contracts';
import { durationText, plainNumber } from '@autoops/charts';
import { plural, unbroken } from '../format/numbers.ts';

const NOUNS: Readonly<Record<PlanStep['touches']['kind'], readonly [string, string]>> = {
  job: ['job', 'jobs'],
  replica: ['replica', 'replicas'],
  message: ['message', 'messages'],
  route: ['route', 'routes'],
  version: ['version', 'versions'],
};

/** What a plan changes, counted: "1 job, 2 replicas, at most 50 messages". */
export function touchesText(steps: readonly Pick<PlanStep, 'touches'>[]): string {
  const sums = new Map<PlanStep['touches']['kind'], { count: number; cap: number }>();
  for (const { touches } of steps) {
    const sum = sums.get(touches.kind) ?? { count: 0, cap: 0 };
    sums.set(touches.kind, { count: sum.count + touches.count, cap: sum.cap + touches.cap });
  }
  const words = [...sums].map(([kind, { count, cap }]) => {
    const [one, many] = NOUNS[kind];
    // What a step on a set finds when it runs may differ from what the plan saw; its cap is what was approved.
    return kind === 'message' && cap > count
      ? `${plainNumber(count, 0)} ${count === 1 ? one : many} now, at most ${plainNumber(cap, 0)}`
      : plural(count, one, many);
  });
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** The steps as one question's subject, its numbers unbroken: "Throttle job reindex to 10 %, scale checkout from 4 to 6". */
export function stepsText(steps: readonly Pick<PlanStep, 'title'>[]): string {
  const titles = steps.map((step, index) =>
    index === 0 || /^[A-Z]{2}/.test(step.title) ? step.title : step.title.charAt(0).toLowerCase() + step.title.slice(1),
  );
  return unbroken(titles.join(', '));
}

/** Replicas that a plan makes unavailable at once. */
export function unavailableText(steps: readonly Pick<PlanStep, 'touches'>[]): string {
  const most = Math.max(0, ...steps.map((step) => step.touches.unavailable));
  return most === 0 ? 'none made unavailable' : `${plural(most, 'replica')} unavailable at a time`;
}

/** What is undone of a step, of a plan or of a runbook: its undo is named `kind` or, in a runbook, `action`. */
interface Undoable {
  readonly irreversible?: boolean | undefined;
  readonly undo?: { readonly kind: string } | { readonly action: string } | undefined;
}

/** A restart or a replacement leaves nothing that would have to be put back. */
function leavesNothing({ undo }: Undoable): boolean {
  return undo !== undefined && ('kind' in undo ? undo.kind : undo.action) === 'none';
}

/** Whether what steps do can be undone, by a person or where it does not help; of steps that leave nothing behind, that. */
export function undoText(steps: readonly Undoable[]): 'cannot be undone' | 'nothing to undo' | 'can be undone' {
  if (steps.some(({ irreversible }) => irreversible === true)) return 'cannot be undone';
  return steps.every(leavesNothing) ? 'nothing to undo' : 'can be undone';
}

/** How a plan is undone. */
export function wayBackText(plan: Pick<Plan, 'steps' | 'dryRun' | 'reversible'>): string {
  const irreversible = plan.steps.filter((step) => step.irreversible);
  if (irreversible.length > 0) return `${irreversible.map((step) => step.title).join(', ')} cannot be undone`;
  const proven = plan.dryRun?.steps.filter((step) => step.undoProven).length ?? 0;
  const undone = plan.steps.filter((step) => !leavesNothing(step)).length;
  if (undone === 0) return 'nothing to undo';
  const all =
    undone < plan.steps.length
      ? `${undone} of ${plan.steps.length} steps can be undone, the others leave nothing to undo`
      : undone === 1
        ? 'the step can be undone'
        : `all ${undone} steps can be undone`;
  return proven === plan.steps.length && proven > 0 ? `${all}; undo was dry-run` : all;
}

const IN_PERCENT = /Percent$/;
/** Told by another field of the same step, which counts them. */
const COUNTED = /Ids$/;

/** "throttlePercent" -> "throttle". */
const fieldText = (field: string): string =>
  field.replace(IN_PERCENT, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The owned fields that change, one line each: "replicas 4 → 6". What only the run will know (how many it found) has no line. */
export function changeLines(
  step: Pick<PlanStep, 'before' | 'after'>,
): { readonly field: string; readonly before: string; readonly after: string }[] {
  const text = (field: string, value: Json | undefined): string => {
    if (value === undefined || value === null) return '—';
    if (Array.isArray(value)) return plural(value.length, 'item');
    if (typeof value === 'number' && IN_PERCENT.test(field)) return `${plainNumber(value)}\u202F%`;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return Object.keys(step.after)
    .filter((field) => !COUNTED.test(field))
    .map((field) => ({
      field: fieldText(field),
      before: text(field, step.before[field]),
      after: text(field, step.after[field]),
    }))
    .filter(({ before, after }) => before !== after);
}

const REJECTIONS: Readonly<Record<RejectedCandidate['reason'], string>> = {
  'not-applicable': 'does not apply',
  forbidden: 'forbidden by policy',
  'lower-rank': 'ranked lower',
  'same-evidence': 'answers the same evidence',
  'precheck-failed': 'a precheck fails',
  'no-target': 'has no target',
  'breaker-open': 'failed here before and waits',
  'cool-down': 'cools down',
  'toggled-off': 'is turned off',
  'attempts-used': 'attempts used up',
};

/** Why a candidate was not chosen. */
export function rejectionText(candidate: Pick<RejectedCandidate, 'reason' | 'detail'>): string {
  return candidate.detail === '' ? REJECTIONS[candidate.reason] : candidate.detail;
}

/** The chip's words for a verdict: "Needs 1 approval", "Allowed", "Denied by replica-cap". */
export function verdictWords(verdict: PolicyVerdict | undefined): string {
  if (verdict === undefined) return 'Not judged yet';
  if (verdict.effect === 'allow') return 'Allowed';
  if (verdict.effect === 'deny') return `Denied by ${verdict.ruleIds[0] ?? 'policy'}`;
  const open = Math.max(0, verdict.approvals.required - verdict.approvals.given);
  return open === 0 ? 'Approvals complete' : `Needs ${plural(open, 'approval')}`;
}

/** What policy says of a step: its status, and the limit or fact that it stands on. One that waits for approvals is not limited. */
export function stepVerdict(step: StepVerdict): { readonly status: string; readonly text: string } {
  const asks = step.effect === 'constrained' && step.toBeAllowed !== undefined;
  return {
    status: asks ? 'require-approval' : step.effect,
    text: asks ? step.fact : limitText(step.constraint ?? step.fact),
  };
}

const PAST: Readonly<Partial<Record<Plan['state'], string>>> = {
  executed: 'was started',
  superseded: 'was replaced by a newer plan',
  rejected: 'was rejected',
  expired: 'expired',
  stale: 'went stale',
};

/** What became of a plan that waits for nothing any more: "was started"; undefined while it may still run. */
export function pastText({ state }: Pick<Plan, 'state'>): string | undefined {
  return PAST[state];
}

/** What a rule found, with its seconds in a person's units: "ends by itself after at most 900 s" -> "... at most 15 min". */
export function ruleFact(fact: string): string {
  return unbroken(
    fact.replace(
      /(after(?: at most)?) (\d+) s$/,
      (_all, words: string, seconds: string) => `${words} ${durationText(Number(seconds))}`,
    ),
  );
}

/** What policy allows a step at most, in a person's units: "for 900 s" -> "only for 15 min". */
function limitText(limit: string): string {
  return limit.replace(/^for (\d+) s$/, (_all, seconds: string) => `only for ${durationText(Number(seconds))}`);
}
