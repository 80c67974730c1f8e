import type { Topology } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { namesInScope } from './related-services.ts';

const service = (
  name: string,
  dependsOn: string[] = [],
  usesResources: string[] = [],
): Topology['services'][number] => ({
  name,
  title: name,
  owner: 'team',
  dependsOn,
  usesResources,
  scalable: false,
});

const topology: Topology = {
  apiVersion: 'autoops.dev/v1',
  kind: 'Topology',
  services: [
    service('storefront', ['checkout']),
    service('checkout', ['catalogue'], ['db']),
    service('catalogue'),
    service('orders', [], ['db']),
    service('mail'),
  ],
  jobs: [{ name: 'reindex', title: 'reindex', owner: 'team', usesResources: ['db'], throttleable: true }],
  resources: [{ name: 'db', title: 'db', kind: 'postgres' }],
};

describe('namesInScope', () => {
  it.each([
    ['incident', ['checkout'], ['checkout']],
    ['downstream', ['storefront'], ['storefront', 'checkout', 'catalogue', 'orders', 'reindex']],
    ['downstream', ['catalogue'], ['catalogue']],
    ['upstream', ['catalogue'], ['catalogue', 'checkout', 'storefront']],
    ['named', ['catalogue'], ['catalogue', 'checkout', 'storefront', 'orders', 'reindex']],
    ['named', ['mail'], ['mail']],
    ['downstream', ['unknown'], ['unknown']],
  ] as const)('%s of %j', (scope, services, names) => {
    expect([...namesInScope(scope, services, topology)].sort()).toEqual([...names].sort());
  });
});
