import type { Shop } from '../shop/shop.ts';

export type DiscoveredTarget = {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
};
export type ExtraPorts = { readonly load: number; readonly controller: number };

/**
 * Returns an environment's scrape targets for Prometheus' HTTP service discovery. The balancer, the load generator and
 * the controller measure other services: their targets carry `component` and no `service`, their series carry it.
 */
export function discover(shop: Shop, extra: ExtraPorts): DiscoveredTarget[] {
  const target = (port: number, labels: Record<string, string>): DiscoveredTarget => ({
    targets: [`127.0.0.1:${port}`],
    labels: { environment: shop.environment, ...labels },
  });
  return [
    target(shop.ports.storefront, { service: 'storefront', replica: 'front-1' }),
    target(shop.ports.catalogue, { service: 'catalogue', replica: 'catalogue-1' }),
    target(shop.ports.jobs, { service: 'orders', replica: 'jobs-1' }),
    ...shop.replicas.ready.map((replica) => target(replica.port, { service: 'checkout', replica: replica.name })),
    target(shop.ports.balancer, { component: 'balancer' }),
    target(extra.load, { component: 'load' }),
    target(extra.controller, { component: 'controller' }),
  ];
}
