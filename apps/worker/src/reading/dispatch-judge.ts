import { decide } from '@autoops/pipeline';
import type { Clock, PolicyEngine } from '@autoops/pipeline/ports';
import type { DispatchJudge } from '../remediation/ports.ts';
import type { WorkerStore } from '../worker-store.ts';
import type { Configuration } from './configuration.ts';
import type { Facts } from './facts.ts';

/** Asks policy again at dispatch, on facts read just then, with the approvals that were given. */
export function dispatchJudge(
  facts: Facts,
  configuration: Configuration,
  store: WorkerStore,
  engine: PolicyEngine,
  clock: Clock,
): DispatchJudge {
  return {
    async judge(workspaceId, plan, _incident, run, now) {
      const approval = await store.records.approvalOfPlan(workspaceId, plan.id);
      const actor = await facts.actorOf(workspaceId, run.requester);
      const fresh = await facts.policy(workspaceId, plan, 'dispatch', { approval, actor });
      // What this run itself holds in flight or has touched is not another action that it must wait for.
      const own = new Set(plan.steps.map((step) => step.target.key));
      const others = {
        ...fresh,
        actionsInFlight: fresh.actionsInFlight.filter(({ targetKey }) => !own.has(targetKey)),
      };
      return (await decide(plan, others, now, engine, () => clock.monotonicMs())).decision;
    },
    approversPermitted: (workspaceId, approval) => facts.approversPermitted(workspaceId, approval),
    rules: (workspaceId, environment) => configuration.rulesOf(workspaceId, environment),
  };
}
