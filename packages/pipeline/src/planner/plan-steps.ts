import type {
  Action,
  DryRunStep as DryRunStepSchema,
  Json,
  JsonObject,
  Plan,
  PlanStep,
  Runbook,
  RunbookStep,
} from '@autoops/contracts';
import type { z } from 'zod';
import type { TargetState } from '../ports/target-connector.ts';
import type { Parameters } from './bind-parameters.ts';
import type { CatalogueRunbook, PlanningPorts } from './facts.ts';

export type DryRunStep = z.infer<typeof DryRunStepSchema>;

/** A step of a candidate with what its dry run said. The index is within the candidate; composing a plan renumbers it. */
export interface DraftStep {
  readonly step: PlanStep;
  readonly dryRun: DryRunStep;
}

/** An inverse that leaves nothing to restore, as a target answers it. */
const NOTHING = 'none';

/**
 * Binds the steps of a runbook to one target and dry-runs each by the tool's own code path: owned fields before and after and
 * the undo come from the target itself. A dry run that fails or throws leaves a draft that is not ok; nothing was done.
 */
export async function draftSteps(
  { runbook, digest }: CatalogueRunbook,
  target: TargetState,
  parameters: Parameters,
  ports: Pick<PlanningPorts, 'tool' | 'callMs'>,
): Promise<DraftStep[]> {
  const drafts: DraftStep[] = [];
  for (const step of runbook.spec.steps) {
    const action = actionOf(step, parameters);
    const answer = await dryRun(step, target, action, ports);
    const undo = undoOf(step, answer.inverse);
    const irreversible = step.irreversible === true;
    const touches = touchesOf(step, target, action, answer, runbook);
    drafts.push({
      step: {
        index: drafts.length,
        id: step.id,
        runbook: { name: runbook.metadata.name, version: runbook.metadata.version, digest },
        title: titleOf(step.title, target, parameters),
        tool: step.tool,
        class: ports.tool(step.tool).classOf(action),
        target: target.target,
        action,
        ...(undo === undefined ? {} : { undo }),
        irreversible,
        prechecks: runbook.spec.prechecks,
        canary: step.canary && touches.count > 1,
        ...(step.waitFor === undefined ? {} : { waitFor: step.waitFor }),
        ...(step.ttlSeconds === undefined ? {} : { ttlSeconds: step.ttlSeconds }),
        touches,
        before: answer.before,
        after: step.touches === 'message' ? unchanged(answer.before, answer.after) : answer.after,
        evidence: runbook.spec.evidence,
      },
      dryRun: {
        index: drafts.length,
        ok: answer.ok,
        before: answer.before,
        after: answer.after,
        undoProven: answer.ok && !irreversible && undo !== undefined,
        detail: answer.detail,
      },
    });
  }
  return drafts;
}

function actionOf(step: RunbookStep, parameters: Parameters): Action {
  const args: Record<string, Json> = { ...step.args };
  for (const [argument, parameter] of Object.entries(step.bind)) {
    const value = parameters[parameter];
    if (value === undefined)
      throw new Error(`Step ${step.id} binds ${argument} to ${parameter}, which is no parameter of its runbook.`);
    args[argument] = value;
  }
  if (step.ttlSeconds !== undefined) args['ttlSeconds'] = step.ttlSeconds;
  return { kind: step.action, args };
}

interface DryRunAnswer {
  readonly ok: boolean;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly inverse: Action | undefined;
  readonly detail: string;
}

async function dryRun(
  step: RunbookStep,
  { target }: TargetState,
  action: Action,
  ports: Pick<PlanningPorts, 'tool' | 'callMs'>,
): Promise<DryRunAnswer> {
  try {
    return await ports.tool(step.tool).dryRun({ target, action, timeoutMs: ports.callMs });
  } catch (fault) {
    const detail = fault instanceof Error ? fault.message : 'the dry run gave no answer';
    return { ok: false, before: {}, after: {}, inverse: undefined, detail };
  }
}

/**
 * The inverse that the target answered; where it says that there is nothing to restore, because what would have to be restored is
 * known only afterwards (the messages that were moved), the runbook's own undo, which the outcome then completes.
 */
function undoOf(step: RunbookStep, inverse: Action | undefined): Action | undefined {
  if (step.irreversible === true || inverse === undefined) return undefined;
  const declared = step.undo;
  return inverse.kind === NOTHING && declared !== undefined && declared.action !== NOTHING
    ? { kind: declared.action, args: declared.args }
    : inverse;
}

/** Of a step on a set only what stays the same is pinned: how many objects it finds is a counter. */
function unchanged(before: JsonObject, after: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(after).filter(([field, value]) => JSON.stringify(before[field]) === JSON.stringify(value)),
  );
}

function touchesOf(
  step: RunbookStep,
  target: TargetState,
  action: Action,
  answer: DryRunAnswer,
  runbook: Runbook,
): PlanStep['touches'] {
  const unavailable = step.makesUnavailable ? 1 : 0;
  if (step.touches === 'message') {
    const max = action.args['max'];
    const cap = typeof max === 'number' ? max : runbook.spec.limits.objectsPerRun;
    const found = answer.after['parked'];
    return { kind: 'message', count: typeof found === 'number' ? Math.min(found, cap) : cap, cap, unavailable };
  }
  const count = objectsOf(step, target, answer);
  return { kind: step.touches, count, cap: count, unavailable };
}

/** Replicas added or changed; one of anything else. */
function objectsOf(step: RunbookStep, { target, owned }: TargetState, { before, after }: DryRunAnswer): number {
  const replicas = owned['replicas'];
  if (
    (step.touches !== 'replica' && step.touches !== 'version') ||
    target.kind !== 'service' ||
    typeof replicas !== 'number'
  )
    return 1;
  const [from, to] = [before['replicas'], after['replicas']];
  return typeof from === 'number' && typeof to === 'number' ? Math.max(1, Math.abs(to - from)) : replicas;
}

/** Fills `{parameter}`, `{target}` and `{owned field}` into a step's title; for people only. */
function titleOf(title: string, { target, owned }: TargetState, parameters: Parameters): string {
  return title.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = name === 'target' ? target.name : (parameters[name] ?? owned[`${name.replace(/^from_/, '')}`]);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
  });
}

/** The dry run of a plan from those of its steps, renumbered. */
export function renumbered(drafts: readonly DraftStep[]): {
  readonly steps: Plan['steps'];
  readonly dryRuns: DryRunStep[];
} {
  return {
    steps: drafts.map(({ step }, index) => ({ ...step, index })),
    dryRuns: drafts.map(({ dryRun: each }, index) => ({ ...each, index })),
  };
}
