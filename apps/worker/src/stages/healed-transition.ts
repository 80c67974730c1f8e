import { healByItself, mayOpen } from '@autoops/pipeline';
import type { Transition } from '@autoops/pipeline/ports';
import type { Configuration } from '../reading/configuration.ts';
import type { WorkerStore } from '../worker-store.ts';

/** The end of an incident whose trouble is over by itself, from fresh records; undefined while it may not close. */
export async function healedTransition(
  { store, configuration }: { readonly store: WorkerStore; readonly configuration: Configuration },
  workspaceId: string,
  incidentId: string,
  now: Date,
): Promise<Transition | undefined> {
  const { records } = store;
  const incident = await records.incident(workspaceId, incidentId);
  if (incident === undefined) return undefined;
  const [anomalies, plan, { indicators }] = await Promise.all([
    records.anomalies(workspaceId, incidentId),
    incident.planId === undefined ? undefined : records.plan(workspaceId, incident.planId),
    configuration.of(workspaceId),
  ]);
  const approval = plan === undefined ? undefined : await records.approvalOfPlan(workspaceId, plan.id);
  const opens = (anomaly: (typeof anomalies)[number]): boolean => mayOpen(anomaly, indicators);
  return healByItself({ workspaceId, incident, anomalies, opens, plan, approval, now });
}
