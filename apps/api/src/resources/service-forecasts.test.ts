import type { ServiceForecast } from '@autoops/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

const inEnvironment = (environment: string, id: string): ServiceForecast => ({
  id,
  kind: 'risk',
  service: 'orders',
  environment,
  subject: 'incident',
  issuedAt: '2026-01-15T12:00:00.000Z',
  dueAt: '2026-01-15T13:00:00.000Z',
  engine: 'autoops-poisson',
  version: '1',
  sufficientHistory: true,
  evidence: ['30 h observed'],
  trackRecord: { n: 0, covered: 0, nominal: 0.8, events: { n: 20, expected: 1.5, came: 2 } },
  probability: { within1h: 0.05, within4h: 0.2, within24h: 0.6 },
});
const staging = inEnvironment('staging', '0190d3f0-0000-7000-8000-000000000001');
const prod = inEnvironment('prod', '0190d3f0-0000-7000-8000-000000000002');

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({}, (adapters) => ({
    ...adapters,
    readModels: {
      ...adapters.readModels,
      serviceForecasts: async (_workspaceId, query) =>
        [staging, prod].filter(({ environment }) => (query.environment ?? environment) === environment),
    },
  }));
});
afterAll(() => api.close());

it('answers the forecasts of services, only of environments that the role is bound to', async () => {
  const everywhere = await api.token('viewer');
  const path = '/api/v1/service-forecasts';
  expect((await api.call('GET', path, { token: everywhere })).json).toEqual({ items: [staging, prod] });
  expect((await api.call('GET', `${path}?environment=prod`, { token: everywhere })).json).toEqual({ items: [prod] });
  const bound = await api.token('viewer', { environments: ['staging'] });
  expect((await api.call('GET', path, { token: bound })).json).toEqual({ items: [staging] });
  expect((await api.call('GET', path)).status).toBe(401);
});
