import type { IncidentResource, Plan, Run } from '@autoops/contracts';
import { runbooksOf, type Shop } from './shop.ts';

/** What one incident of a fault came to, in seconds from the break; a time is missing where it was never reached. */
export interface Story {
  readonly fault: string;
  readonly environment: string;
  readonly source: string;
  readonly runbooks: readonly string[];
  readonly outcome: string;
  readonly seconds: {
    readonly incident: number;
    readonly plan?: number;
    readonly firstEffect?: number;
    readonly closed: number;
  };
  readonly incident: IncidentResource;
  readonly plan?: Plan;
  readonly run?: Run;
}

/** Longest wait for an incident: a surge is forecast, which needs most time. */
const INCIDENT_WITHIN_S = 150;
const PLAN_WITHIN_S = 40;
const RUN_WITHIN_S = 180;

/**
 * Heals the shop, breaks it, and does what an operator and an approver do with the first judged plan of each incident that opens until
 * the first is closed. Returns a story for each incident, the first one first. Throws when a stage is not reached.
 */
export async function tell(shop: Shop, fault: string, rising = false): Promise<readonly [Story, ...Story[]]> {
  await shop.heal();
  await shop.break(fault, rising);
  const first = await follow(shop, fault, (await shop.incident(INCIDENT_WITHIN_S)).id);
  const others: Story[] = [];
  for (const { id } of (await shop.incidents()).toReversed())
    if (id !== first.incident.id) others.push(await follow(shop, fault, id));
  return [first, ...others];
}

async function follow(shop: Shop, fault: string, incidentId: string): Promise<Story> {
  const opened = await shop.load(incidentId);
  const plan = await shop.planOf(incidentId, PLAN_WITHIN_S).catch(() => undefined);
  const run = plan === undefined ? undefined : await shop.execute(plan).then(({ id }) => shop.ended(id, RUN_WITHIN_S));
  const incident = await shop.closed(incidentId, 60);
  const since = (at: string | undefined): number | undefined =>
    at === undefined ? undefined : shop.sinceBreak(Date.parse(at));
  const operations = run?.steps.map(({ opId }) => opId) ?? [];
  const effects = (await shop.effects()).filter(({ opId }) => operations.includes(opId)).map(({ at }) => at);
  const planned = since(plan?.createdAt);
  const firstEffect = since(effects.toSorted()[0]);
  return {
    fault,
    environment: shop.environment,
    source: incident.source,
    runbooks: plan === undefined ? [] : runbooksOf(plan),
    outcome: incident.outcome ?? incident.state,
    seconds: {
      incident: since(opened.openedAt) ?? Number.NaN,
      ...(planned === undefined ? {} : { plan: planned }),
      ...(firstEffect === undefined ? {} : { firstEffect }),
      closed: since(incident.closedAt) ?? Number.NaN,
    },
    incident,
    ...(plan === undefined ? {} : { plan }),
    ...(run === undefined ? {} : { run }),
  };
}
