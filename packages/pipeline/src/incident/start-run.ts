import type { Actor, Approval, Incident, Plan, Run, Step } from '@autoops/contracts';
import type { IdGenerator } from '../ports/clock.ts';

/** What a run is made from. */
export interface RunInputs {
  readonly plan: Plan;
  readonly incident: Incident;
  readonly requester: Actor;
  readonly approval?: Approval | undefined;
  readonly usualSeconds?: Run['usualSeconds'];
}

/** A queued run of a plan with one pending step per plan step. Ids come from `ids`, so that a test repeats them. */
export function newRun(inputs: RunInputs, now: Date, ids: IdGenerator): Run {
  const { plan, incident, requester } = inputs;
  const runId = ids.uuid();
  return {
    id: runId,
    planId: plan.id,
    planHash: plan.hash,
    incidentId: plan.incidentId,
    environment: plan.environment,
    service: plan.service,
    state: 'queued',
    version: 1,
    requester,
    createdAt: now.toISOString(),
    steps: plan.steps.map((step): Step => ({
      id: ids.uuid(),
      runId,
      index: step.index,
      title: step.title,
      runbook: step.runbook.name,
      state: 'pending',
      direction: 'do',
      epoch: 0,
      attempt: 0,
      target: step.target,
      action: step.action,
      ...(step.undo === undefined ? {} : { undo: step.undo }),
      irreversible: step.irreversible,
      prechecks: [],
      canary: { state: step.canary ? 'running' : 'not-needed', detail: step.canary ? 'One replica first.' : '' },
    })),
    verification: { state: 'pending', worstBefore: {}, samples: [], reason: 'Starts after the last step.' },
    ...(incident.traceparent === undefined ? {} : { traceparent: incident.traceparent }),
    ...(inputs.usualSeconds === undefined ? {} : { usualSeconds: inputs.usualSeconds }),
  };
}
