import { Approval, ENDED_RUN_STATES, EvaluateResponse, IncidentResource, Plan, Run } from '@autoops/contracts';
import { z } from 'zod';
import type { Client } from './client.ts';
import { CommandError, EXIT } from './exit-code.ts';

const ExecuteAnswer = z.object({
  kind: z.enum(['run', 'approval']),
  run: Run.optional(),
  approval: Approval.optional(),
  auditId: z.string(),
});
export type ExecuteAnswer = z.infer<typeof ExecuteAnswer>;
const RunChanged = z.object({ run: Run, auditId: z.string() });
const ApprovalChanged = z.object({ approval: Approval, auditId: z.string() });

/** A plan by its id, or the current plan of an incident given as INC-number or id. */
export async function findPlan(client: Client, planOrIncident: string): Promise<Plan> {
  if (!/^INC-/i.test(planOrIncident)) return client.get(`/api/v1/plans/${encodeURIComponent(planOrIncident)}`, Plan);
  const incident = await client.get(
    `/api/v1/incidents/${encodeURIComponent(planOrIncident.toUpperCase())}`,
    IncidentResource,
  );
  if (incident.planId === undefined)
    throw new CommandError(`${incident.name} has no plan (${incident.outcome ?? incident.state}).`, EXIT.notFound);
  return client.get(`/api/v1/plans/${incident.planId}`, Plan);
}

export async function evaluatePlan(client: Client, planId: string): Promise<EvaluateResponse> {
  return (await client.call('POST', `/api/v1/plans/${planId}/evaluate`, EvaluateResponse)).body;
}

export async function executePlan(client: Client, plan: Plan): Promise<ExecuteAnswer> {
  return (await client.call('POST', `/api/v1/plans/${plan.id}/execute`, ExecuteAnswer, { ifMatch: plan.hash })).body;
}

/** Approves exactly the plan that the approval binds. */
export async function approve(
  client: Client,
  approvalId: string,
  reason: string,
): Promise<z.infer<typeof ApprovalChanged>> {
  const approval = await client.get(`/api/v1/approvals/${encodeURIComponent(approvalId)}`, Approval);
  return (
    await client.call('POST', `/api/v1/approvals/${approval.id}/approve`, ApprovalChanged, {
      ifMatch: approval.planHash,
      body: { reason, target: approval.service },
    })
  ).body;
}

export async function reject(
  client: Client,
  approvalId: string,
  reason: string,
): Promise<z.infer<typeof ApprovalChanged>> {
  return (
    await client.call('POST', `/api/v1/approvals/${encodeURIComponent(approvalId)}/reject`, ApprovalChanged, {
      body: { reason },
    })
  ).body;
}

export async function controlRun(
  client: Client,
  runId: string,
  action: 'pause' | 'abort' | 'rollback',
  body: object = {},
): Promise<Run> {
  return (await client.call('POST', `/api/v1/runs/${encodeURIComponent(runId)}/${action}`, RunChanged, { body })).body
    .run;
}

/** Waits until a run has ended, calling `onChange` with each new state. Throws with exit code 124 after `timeoutMs`. */
export async function waitForRun(
  client: Client,
  runId: string,
  timeoutMs: number,
  onChange: (run: Run) => void,
): Promise<Run> {
  const deadline = performance.now() + timeoutMs;
  let seen = '';
  for (;;) {
    const run = await client.get(`/api/v1/runs/${runId}`, Run);
    const state = [run.state, run.verification.state, ...run.steps.map((step) => step.state)].join(' ');
    if (state !== seen) onChange(run);
    seen = state;
    if (ENDED_RUN_STATES.includes(run.state)) return run;
    if (performance.now() > deadline)
      throw new CommandError(
        `Run ${runId} is still ${run.state} after ${Math.round(timeoutMs / 1000)} s. It goes on; see \`autoops get runs ${runId}\`.`,
        EXIT.timeout,
      );
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The exit code of an ended run: 0 verified, 8 failed, 9 rolled back, 10 not verified. */
export function exitCodeOfRun(run: Run): number {
  if (run.state === 'succeeded') return run.verification.verdict === 'verified' ? EXIT.ok : EXIT.verifyFailed;
  return run.state === 'rolled-back' ? EXIT.rolledBack : EXIT.runFailed;
}
