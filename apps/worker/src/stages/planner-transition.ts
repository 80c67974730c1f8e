import { incidentName, type Incident } from '@autoops/contracts';
import { fieldDigests, type PlanningRecord, type proposePlan, settle } from '@autoops/pipeline';
import type { Transition, Write } from '@autoops/pipeline/ports';

type Outcome = Awaited<ReturnType<typeof proposePlan>>;

/** What the Planner's outcome changes: the plan with its inputs, the one before it superseded, and the incident. */
export function plannerTransition(
  workspaceId: string,
  incident: Incident,
  outcome: Outcome,
  record: PlanningRecord,
  retired: readonly Write[],
  now: Date,
): Transition {
  const rejected = outcome.rejected.map(({ runbook, reason, detail }) => ({ runbook, reason, detail }));
  if (outcome.kind === 'advance') {
    const plan = outcome.value;
    return settle({
      workspaceId,
      incident,
      by: 'planner',
      reason: outcome.reason,
      now,
      verb: 'plan.proposed',
      subject: { kind: 'plan', id: plan.id },
      summary: `Plan ${plan.version} for ${incidentName(incident.number)}: ${plan.title}.`,
      detail: {
        planHash: plan.hash,
        version: plan.version,
        rejected,
        of: plan.id,
        inputDigests: { ...fieldDigests(record) },
      },
      set: { planId: plan.id, planVersion: plan.version },
      writes: [...retired, { kind: 'plan.insert', plan, inputs: record }],
      events: [
        {
          type: 'plan.changed',
          subject: { kind: 'plan', id: plan.id },
          incidentId: incident.id,
          environment: plan.environment,
          service: plan.service,
          data: { state: plan.state },
        },
      ],
    });
  }
  return settle({
    workspaceId,
    incident,
    by: 'planner',
    reason: outcome.reason,
    now,
    importance: 3,
    summary: outcome.rejected.length === 0 ? outcome.detail : nothingFits(outcome),
    detail: { detail: outcome.detail, rejected },
  });
}

/** That no plan came of what was considered, in a sentence; why not stands beside it, runbook by runbook. */
function nothingFits({ reason, rejected }: Pick<Outcome, 'reason' | 'rejected'>): string {
  const considered = rejected.length === 1 ? 'One runbook was' : `${rejected.length} runbooks were`;
  const applying = reason === 'precheck-failed' ? '; a precheck fails of each that applies' : '';
  return `${considered} considered and none can be used now${applying}.`;
}
