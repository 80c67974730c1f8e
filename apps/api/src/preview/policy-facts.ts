import { EnvironmentRules, Runbook, type Plan, type Principal } from '@autoops/contracts';
import { rulesForUnknownEnvironment, type PolicyFacts } from '@autoops/pipeline';
import type { Adapters } from '../adapters.ts';

/** How far back indicators are read for the present number of replicas. */
const RECENT_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

/** The facts that policy would judge a plan on in every environment, as they are now; for the preview only. */
export async function factsPerEnvironment(
  adapters: Adapters,
  caller: Principal,
  plan: Plan,
): Promise<readonly PolicyFacts[]> {
  const { workspaceId } = caller;
  const { configReader, readModels, records } = adapters;
  const [environmentDocuments, runbookDocuments, controls, approval] = await Promise.all([
    configReader.current(workspaceId, 'environment'),
    configReader.current(workspaceId, 'runbook'),
    readModels.controls(workspaceId),
    records.approvalOfPlan(workspaceId, plan.id),
  ]);
  const rules = environmentDocuments.flatMap((document) => okOf(EnvironmentRules.safeParse(document.body)));
  const used = new Set(plan.steps.map((step) => step.runbook.name));
  const runbooks = runbookDocuments
    .flatMap((document) => okOf(Runbook.safeParse(document.body)))
    .filter((runbook) => used.has(runbook.metadata.name));
  const known = rules.some((one) => one.environment === plan.environment)
    ? rules
    : [...rules, rulesForUnknownEnvironment(plan.environment)];
  const common = {
    phase: 'what-if' as const,
    runbooks,
    actor: {
      kind: caller.kind,
      id: caller.subject,
      permissions: caller.permissions,
      environments: caller.environments,
      maxBlastRadius: caller.maxBlastRadius,
    },
    approvals: approval === undefined ? [] : [approval],
    approvers: await adapters.approverRights(
      workspaceId,
      approval?.decisions.map((decision) => decision.actor.id) ?? [],
    ),
    controls,
  };
  return Promise.all(known.map((one) => factsOf(adapters, workspaceId, plan, one, common)));
}

type CommonFacts = Pick<PolicyFacts, 'phase' | 'runbooks' | 'actor' | 'approvals' | 'approvers' | 'controls'>;

async function factsOf(
  adapters: Adapters,
  workspaceId: string,
  plan: Plan,
  rules: EnvironmentRules,
  common: CommonFacts,
): Promise<PolicyFacts> {
  const { history, clock } = adapters;
  const { environment } = rules;
  const [actionsInFlight, targetsLastHour, replicas, budgetLeft, breakers] = await Promise.all([
    history.actionsInFlight(workspaceId, environment),
    history.targetsTouchedSince(workspaceId, environment, new Date(clock.now().getTime() - HOUR_MS)),
    replicasOf(adapters, workspaceId, environment),
    budgetLeftOf(adapters, workspaceId, environment, plan.service),
    breakersOf(adapters, workspaceId, environment, plan),
  ]);
  return {
    ...common,
    rules,
    actionsInFlight,
    targetsLastHour,
    replicas,
    budgetLeft,
    breakers,
    sensor: sensorOf(replicas),
  };
}

async function replicasOf(
  adapters: Adapters,
  workspaceId: string,
  environment: string,
): Promise<Record<string, { desired: number; ready: number }>> {
  const now = adapters.clock.now();
  const query = { environment, from: new Date(now.getTime() - RECENT_MS), to: now };
  const [desired, ready] = await Promise.all(
    ['desired_replicas', 'ready_replicas'].map((indicator) =>
      adapters.indicators.window(workspaceId, { ...query, indicator }),
    ),
  );
  const latest = (windows: typeof desired, service: string): number | undefined =>
    windows?.find((window) => window.service === service)?.value.findLast((value) => !Number.isNaN(value));
  const result: Record<string, { desired: number; ready: number }> = {};
  for (const { service } of desired ?? []) {
    const [wanted, there] = [latest(desired, service), latest(ready, service)];
    if (wanted !== undefined && there !== undefined) result[service] = { desired: wanted, ready: there };
  }
  return result;
}

/** The smallest budget left of the service's SLOs there, in [0,1]; undefined where none is known. */
async function budgetLeftOf(
  adapters: Adapters,
  workspaceId: string,
  environment: string,
  service: string,
): Promise<number | undefined> {
  const slos = await adapters.readModels.slos(workspaceId, { environment, service });
  const left = slos
    .filter((slo) => slo.state !== 'no-data' && slo.state !== 'learning')
    .map((slo) => Math.max(0, slo.budgetLeft));
  return left.length === 0 ? undefined : Math.min(...left);
}

async function breakersOf(
  adapters: Adapters,
  workspaceId: string,
  environment: string,
  plan: Plan,
): Promise<PolicyFacts['breakers']> {
  return Promise.all(
    plan.steps.map(async ({ runbook, target }) => ({
      runbook: runbook.name,
      targetKey: target.key,
      state: await adapters.history.breaker(workspaceId, runbook.name, target.kind, environment, target.key),
    })),
  );
}

/** Sensor-suspect concerns scopes of ten targets and more; the worker's dispatch check also asks for an agreeing probe. */
function sensorOf(
  replicas: Readonly<Record<string, { readonly desired: number; readonly ready: number }>>,
): PolicyFacts['sensor'] {
  const all = Object.values(replicas);
  const targets = all.reduce((sum, { desired }) => sum + desired, 0);
  const sick = all.reduce((sum, { desired, ready }) => sum + Math.max(0, desired - ready), 0);
  return { targets, sick, agreeingProbe: false };
}

function okOf<T>(parsed: { readonly success: true; readonly data: T } | { readonly success: false }): readonly T[] {
  return parsed.success ? [parsed.data] : [];
}
