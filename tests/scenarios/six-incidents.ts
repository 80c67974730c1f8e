import type { IncidentResource } from '@autoops/contracts';
import { z } from 'zod';
import { until, type Shop } from './shop.ts';
import { tell } from './story.ts';

/** What stands for the end of each way an incident can go: the kinds that a brief must tell truly. */
export const KINDS = ['verified', 'denied', 'ineffective', 'no-safe-plan', 'expired', 'two-at-once'] as const;
export type Kind = (typeof KINDS)[number];

/** An approval has half an hour to be decided, and the sweeper a few seconds to see that it was not. */
const EXPIRED_WITHIN_S = 31 * 60;
/** As long as a storm of retries must last before scaling against it shows nothing (scale-against-slow-dependency.scenario.test.ts). */
const STORM_S = 15;
const TRIES = 4;

/** The environment whose rules the incident needs: prod asks a person, staging does not. */
export function environmentOf(kind: Kind): 'staging' | 'prod' {
  return kind === 'no-safe-plan' || kind === 'two-at-once' ? 'staging' : 'prod';
}

/** Brings an incident of this kind about in a running shop and returns it closed (of two at once both, where they are two). */
export async function bringAbout(shop: Shop, kind: Kind): Promise<readonly IncidentResource[]> {
  switch (kind) {
    case 'verified':
      return (await tell(shop, 'noisy-job', true)).map(({ incident }) => incident);
    case 'two-at-once':
      return (await tell(shop, 'two-at-once')).map(({ incident }) => incident);
    case 'denied':
      return [await denied(shop)];
    case 'ineffective':
      return [await ineffective(shop)];
    case 'no-safe-plan':
      return [await noSafePlan(shop)];
    case 'expired':
      return [await expired(shop)];
  }
}

/** A person stops automation in the environment while the plan waits for its approval; policy is asked again and forbids it. */
async function denied(shop: Shop): Promise<IncidentResource> {
  const { incident, plan } = await planned(shop);
  const control = `/api/v1/controls/environment:${shop.environment}`;
  const reason = 'stock taking, no changes until noon';
  await shop.call('admin', 'PUT', control, z.unknown(), { body: { level: 'no-new', reason } });
  try {
    await shop.call('approver', 'POST', `/api/v1/approvals/${plan.approvalId}/approve`, z.unknown(), {
      ifMatch: plan.hash,
      body: { reason: 'checkout first', target: plan.service },
    });
    return await shop.closed(incident.id, 60);
  } finally {
    await shop.call('admin', 'PUT', control, z.unknown(), { body: { level: 'open', reason: 'stock taking over' } });
  }
}

/** A person scales against a slow dependency, which cannot help; it is verified, found ineffective and undone. */
async function ineffective(shop: Shop): Promise<IncidentResource> {
  await shop.heal();
  await shop.break('slow-dependency');
  const incident = await shop.incident(60);
  let stormingSince = Number.NaN;
  await until('storm of retries that lasts', 90, async () => {
    const storming = ((await shop.indicator('storefront', 'client_error_ratio')) ?? 0) > 0.02;
    if (!storming) stormingSince = Number.NaN;
    else if (Number.isNaN(stormingSince)) stormingSince = shop.sinceBreak();
    return shop.sinceBreak() - stormingSince > STORM_S ? true : undefined;
  });
  const plan = await shop.guide(incident.id, [{ name: 'scale-replicas', parameters: { replicas: 5 } }]);
  await shop.ended((await shop.execute(plan)).id, 150);
  return shop.closed(incident.id, 30);
}

/** A slow dependency before its clients' retries tip checkout over: nothing in the catalogue mends it. */
async function noSafePlan(shop: Shop): Promise<IncidentResource> {
  for (let tried = 1; ; tried += 1) {
    await shop.heal();
    await shop.break('slow-dependency');
    const row = await until('incident without a safe plan', 45, async () =>
      (await shop.incidents()).find(({ outcome }) => outcome === 'no-safe-plan'),
    ).catch((error: unknown) => {
      if (tried === TRIES) throw error;
      return undefined;
    });
    if (row !== undefined) return shop.load(row.id);
  }
}

/** Nobody decides. An approval that waits already, from a start before, is waited for. */
async function expired(shop: Shop): Promise<IncidentResource> {
  const { id } = (await begun(shop)) ?? (await planned(shop)).incident;
  return shop.closed(id, EXPIRED_WITHIN_S);
}

/** The incident of an environment that waits for somebody's decision, or did in vain. */
async function begun(shop: Shop): Promise<{ readonly id: string } | undefined> {
  return (await shop.incidents()).find(({ state, outcome }) => state === 'awaiting-decision' || outcome === 'expired');
}

/** True when an approval waits in this environment, or has expired. */
export async function hasBegun(shop: Shop): Promise<boolean> {
  return (await begun(shop)) !== undefined;
}

/** Breaks the shop with the noisy job and returns the incident whose plan waits for an approval. */
export async function planned(shop: Shop) {
  await shop.heal();
  await shop.break('noisy-job', true);
  const incident = await shop.incident(60);
  await shop.planOf(incident.id, 60);
  const plan = await until('approval that is asked for', 30, async () => {
    const { planId } = await shop.load(incident.id);
    const now = planId === undefined ? undefined : await shop.plan(planId);
    return now?.approvalId === undefined ? undefined : now;
  });
  return { incident, plan };
}
