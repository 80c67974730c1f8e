import { CHECKOUT } from '../constants.ts';
import type { SandboxIdentity } from '../identity.ts';
import type { Shop } from './shop.ts';

export type Target = { readonly key: string; readonly uid: string; readonly kind: string } & Readonly<
  Record<string, unknown>
>;

/** The keys of an environment's targets. */
export const targetKeys = {
  checkout: (environment: string) => `${environment}/checkout`,
  replica: (environment: string, name: string) => `${environment}/checkout/${name}`,
  job: (environment: string) => `${environment}/job/reindex`,
  queue: (environment: string) => `${environment}/queue/orders`,
  route: (environment: string) => `${environment}/route/storefront`,
};

/**
 * Returns every target of an environment: `desired` holds the desired and owned fields (what a plan's hash and a
 * rollback cover), `observed` the rest, which changes by itself.
 */
export async function targetsOf(shop: Shop, identity: SandboxIdentity): Promise<Target[]> {
  const { environment } = shop;
  const queue = await shop.queue.state();
  const { noisy, ...job } = shop.job;
  const at = (key: string) => ({ key, uid: identity.uidOf(key) });
  const checkout: Target = {
    ...at(targetKeys.checkout(environment)),
    kind: 'replica-set',
    service: 'checkout',
    desired: { replicas: shop.desired, version: shop.version },
    observed: {
      ready: shop.replicas.ready.length,
      ...(shop.previousVersion === undefined ? {} : { previousVersion: shop.previousVersion }),
    },
    limits: { minimum: 1, maximum: CHECKOUT.maximumReplicas },
    replicas: shop.replicas.all.map((replica) => ({
      key: targetKeys.replica(environment, replica.name),
      name: replica.name,
      uid: replica.uid,
      ready: replica.process.alive,
      ejected: replica.ejected,
      version: replica.version,
      startedAt: replica.startedAt,
    })),
  };
  const replicas = shop.replicas.all.map((replica): Target => ({
    key: targetKeys.replica(environment, replica.name),
    uid: replica.uid,
    kind: 'replica',
    service: 'checkout',
    name: replica.name,
    desired: { version: replica.version, ejected: replica.ejected },
    observed: { ready: replica.process.alive, startedAt: replica.startedAt },
  }));
  return [
    checkout,
    ...replicas,
    {
      ...at(targetKeys.job(environment)),
      kind: 'job',
      job: 'reindex',
      desired: { throttlePercent: job.percent, suspended: job.suspended },
      observed: { concurrency: job.concurrency, run: noisy ? 'full-rebuild' : 'incremental' },
    },
    { ...at(targetKeys.queue(environment)), kind: 'queue', queue: 'orders', desired: {}, observed: queue },
    {
      ...at(targetKeys.route(environment)),
      kind: 'route',
      service: 'storefront',
      desired: { shed: shop.shed },
      observed: {},
    },
  ];
}
