import { afterAll, beforeAll, expect, it } from 'vitest';
import { anAnomaly, anIncident } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
}, 120_000);
afterAll(() => test.close());

it('lists the change just before an incident as its likely cause, and what was seen where none is known', async () => {
  const { store, workspaceId } = test;
  const changed = anIncident({ correlation: ['queue age of orders: orders depends on checkout'] });
  const unexplained = anIncident({ correlation: ['latency p95 of checkout: same service (checkout)'] });
  const change = {
    eventId: '0190a000-0000-7000-8000-000000000001',
    type: 'dev.autoops.change.job.v1',
    summary: 'reindex started a full rebuild with 17 workers',
    service: 'reindex',
    environment: 'prod',
    at: '2026-01-15T12:00:00.000Z',
    secondsBefore: 2,
  };
  const result = await store.state.commit({
    workspaceId,
    writes: [
      ...[changed, unexplained].map((incident) => ({ kind: 'incident.insert' as const, incident })),
      ...[
        anAnomaly(changed.id, { indicator: 'queue_age' }),
        anAnomaly(changed.id, { context: { labelsDiffering: [], changesBefore: [change] } }),
        anAnomaly(unexplained.id, { indicator: 'latency_p95', context: { labelsDiffering: [], changesBefore: [] } }),
      ].map((anomaly) => ({ kind: 'anomaly.upsert' as const, anomaly })),
    ],
    audit: [],
  });
  expect(result).toMatchObject({ ok: true });
  const rows = (await store.readModels.incidents(workspaceId, {})).items;
  const causeOf = (id: string) => rows.find((row) => row.id === id)?.cause;
  expect(causeOf(changed.id)).toBe(change.summary);
  expect(causeOf(unexplained.id)).toBe(`latency p95 of ${unexplained.service} left what was expected`);
});
