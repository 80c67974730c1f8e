import type { EditableParameter, GuidedPlan, Plan, PlanChanges, PlanStep, Runbook } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import { planHash } from '../plan/plan-hash.ts';
import type { TargetState } from '../ports/target-connector.ts';
import { parameterProblem, type Parameters } from './bind-parameters.ts';
import { planTitle } from './compose-plan.ts';
import type { CatalogueRunbook, PlanningPorts } from './facts.ts';
import { draftSteps, renumbered, type DraftStep } from './plan-steps.ts';

/** What an edited plan is made from. */
export interface EditFacts {
  readonly workspaceId: string;
  /** The catalogue as it is now. */
  readonly runbooks: readonly CatalogueRunbook[];
  readonly targets: readonly TargetState[];
  readonly requester: Plan['requester'];
  readonly planId: string;
}

/** `runbooks` asks the Planner for exactly this plan. */
export type EditOutcome =
  | {
      readonly ok: true;
      readonly plan: Plan;
      readonly parameters: readonly EditableParameter[];
      readonly runbooks: GuidedPlan['runbooks'];
    }
  | { readonly ok: false; readonly problems: readonly { readonly pointer: string; readonly detail: string }[] };

/**
 * The plan as it would be with other parameters: its steps bound anew within what their runbooks allow, and dry-run on the targets as
 * they are. Nothing is stored and nothing is done. Answers every place that cannot be had; throws only what its ports throw.
 */
export async function editPlan(
  plan: Plan,
  changes: PlanChanges,
  facts: EditFacts,
  now: Date,
  ports: Pick<PlanningPorts, 'tool' | 'callMs'>,
): Promise<EditOutcome> {
  const names = [...new Set(plan.steps.map((step) => step.runbook.name))];
  const parameters: EditableParameter[] = [];
  const problems: { pointer: string; detail: string }[] = [];
  for (const [place, { runbook }] of changes.entries())
    if (!names.includes(runbook))
      problems.push({ pointer: `/changes/${place}/runbook`, detail: `The plan has no runbook ${runbook}.` });
  for (const name of names) {
    const entry = facts.runbooks.find(({ runbook }) => runbook.metadata.name === name);
    const place = changes.findLastIndex(({ runbook }) => runbook === name);
    if (entry === undefined) {
      if (place >= 0)
        problems.push({
          pointer: `/changes/${place}/runbook`,
          detail: `The catalogue has no runbook ${name} any more.`,
        });
      continue;
    }
    const stored = storedParameters(entry.runbook, plan.steps);
    const given = changes[place]?.parameters ?? {};
    for (const parameter of Object.keys(given))
      if (!(parameter in stored))
        problems.push({
          pointer: `/changes/${place}/parameters/${parameter}`,
          detail: `${parameter} is no parameter of ${name} that can be changed here.`,
        });
    for (const [parameter, before] of Object.entries(stored)) {
      const spec = entry.runbook.spec.parameters[parameter];
      if (spec === undefined) continue;
      const value = given[parameter] ?? before;
      const problem = given[parameter] === undefined ? undefined : parameterProblem(spec, value);
      if (problem !== undefined)
        problems.push({ pointer: `/changes/${place}/parameters/${parameter}`, detail: `${spec.title}: ${problem}.` });
      parameters.push({ runbook: name, name: parameter, spec, stored: before, value });
    }
  }
  if (problems.length > 0) return { ok: false, problems };

  const drafts = await redraft(plan, parameters, facts, ports);
  if (!drafts.ok) return drafts;
  const { steps, dryRuns } = renumbered(drafts.drafts);
  const { verdict: _verdict, approvalId: _approval, runId: _run, ...kept } = plan;
  const edited: Plan = {
    ...kept,
    id: facts.planId,
    version: plan.version + 1,
    state: 'draft',
    requester: facts.requester,
    createdAt: now.toISOString(),
    title: planTitle(steps),
    steps,
    reversible: steps.every((step) => !step.irreversible),
    dryRun: {
      at: now.toISOString(),
      ok: dryRuns.every(({ ok }) => ok),
      steps: dryRuns,
      digest: digestOf(steps.map(({ action, undo, before, after }) => ({ action, undo: undo ?? null, before, after }))),
    },
  };
  return {
    ok: true,
    plan: { ...edited, hash: planHash(facts.workspaceId, edited) },
    parameters,
    runbooks: names.map((name) => ({
      name,
      ...(parameters.some((each) => each.runbook === name)
        ? { parameters: valuesOf(parameters, name, ({ value }) => value) }
        : {}),
      targetKeys: [...new Set(plan.steps.filter((step) => step.runbook.name === name).map((step) => step.target.key))],
    })),
  };
}

function valuesOf(
  parameters: readonly EditableParameter[],
  runbook: string,
  of: (parameter: EditableParameter) => string | number,
): Record<string, string | number> {
  return Object.fromEntries(parameters.filter((each) => each.runbook === runbook).map((each) => [each.name, of(each)]));
}

/** The parameters of a runbook as the steps of a plan carry them; one that differs between targets belongs to its target. */
function storedParameters(runbook: Runbook, steps: readonly PlanStep[]): Parameters {
  const found = new Map<string, Set<string | number>>();
  for (const { id, bind } of runbook.spec.steps)
    for (const step of steps) {
      if (step.runbook.name !== runbook.metadata.name || step.id !== id) continue;
      for (const [argument, parameter] of Object.entries(bind)) {
        const value = step.action.args[argument];
        if (typeof value === 'string' || typeof value === 'number')
          found.set(parameter, (found.get(parameter) ?? new Set()).add(value));
      }
    }
  return Object.fromEntries(
    [...found].flatMap(([name, [value, ...others]]) =>
      value === undefined || others.length > 0 ? [] : [[name, value]],
    ),
  );
}

/** Steps of runbooks whose parameters differ are drafted anew, all others stay as they were. */
async function redraft(
  plan: Plan,
  parameters: readonly EditableParameter[],
  facts: EditFacts,
  ports: Pick<PlanningPorts, 'tool' | 'callMs'>,
): Promise<{ readonly ok: true; readonly drafts: readonly DraftStep[] } | Extract<EditOutcome, { ok: false }>> {
  const changed = new Set(parameters.filter(({ stored, value }) => stored !== value).map(({ runbook }) => runbook));
  const drafts: DraftStep[] = [];
  const done = new Set<string>();
  for (const step of plan.steps) {
    const entry = facts.runbooks.find(({ runbook }) => runbook.metadata.name === step.runbook.name);
    if (entry === undefined || !changed.has(step.runbook.name)) {
      const before = plan.dryRun?.steps.find((each) => each.index === step.index);
      const { index, after } = step;
      const untried = { index, ok: true, before: step.before, after, undoProven: step.undo !== undefined, detail: '' };
      drafts.push({ step, dryRun: before ?? untried });
      continue;
    }
    const key = `${step.runbook.name} ${step.target.key}`;
    if (done.has(key)) continue;
    done.add(key);
    const target = facts.targets.find((each) => each.target.key === step.target.key);
    if (target === undefined || target.target.uid !== step.target.uid)
      return refused(`${step.target.name} is not what the plan was made for any more. Ask for a new plan.`);
    const values = valuesOf(parameters, step.runbook.name, ({ value }) => value);
    const again = await draftSteps(entry, target, values, ports);
    const failed = again.find(({ dryRun }) => !dryRun.ok);
    if (failed !== undefined) return refused(`${failed.step.title} would not work: ${failed.dryRun.detail}`);
    drafts.push(...again);
  }
  return { ok: true, drafts };
}

function refused(detail: string): Extract<EditOutcome, { ok: false }> {
  return { ok: false, problems: [{ pointer: '/changes', detail }] };
}
