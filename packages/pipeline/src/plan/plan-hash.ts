import type { Plan } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';

/** A plan as far as its hash covers it. */
export type HashedPlan = Pick<
  Plan,
  'incidentId' | 'version' | 'environment' | 'service' | 'steps' | 'verification' | 'policyDigest'
>;

/**
 * SHA-256 of the RFC 8785 bytes of what an approval binds (loop.md "What the plan's hash covers"): workspace, incident, plan
 * version; each step's target with its UID, action with its parameters, undo, owned fields before and after, selector and cap,
 * prechecks, wait, canary and time to live; how it is verified; runbook and policy digests. Never titles, observed counters
 * (such as how many messages wait now), results of prechecks or times.
 */
export function planHash(workspaceId: string, plan: HashedPlan): string {
  return digestOf({
    workspaceId,
    incidentId: plan.incidentId,
    version: plan.version,
    environment: plan.environment,
    service: plan.service,
    policyDigest: plan.policyDigest,
    verification: plan.verification,
    steps: plan.steps.map((step) => ({
      index: step.index,
      id: step.id,
      runbook: step.runbook,
      tool: step.tool,
      class: step.class,
      target: {
        key: step.target.key,
        uid: step.target.uid,
        kind: step.target.kind,
        name: step.target.name,
        service: step.target.service,
        environment: step.target.environment,
      },
      action: step.action,
      undo: step.undo ?? null,
      irreversible: step.irreversible,
      prechecks: step.prechecks,
      canary: step.canary,
      waitFor: step.waitFor ?? null,
      ttlSeconds: step.ttlSeconds ?? null,
      touches: { kind: step.touches.kind, cap: step.touches.cap, unavailable: step.touches.unavailable },
      before: step.before,
      after: step.after,
    })),
  });
}
