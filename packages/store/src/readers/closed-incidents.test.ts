import { afterAll, beforeAll, expect, it } from 'vitest';
import { anAnomaly, anEntry, anIncident } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
}, 120_000);
afterAll(() => test.close());

const START = '2026-01-15T12:00:00.000Z';

it('hands over closed incidents of which an anomaly lasts, with the ended ones too, and those that closed lately', async () => {
  const { store, workspaceId, otherWorkspaceId } = test;
  const closed = { state: 'closed', outcome: 'verified', closedAt: START } as const;
  const [lasts, over, open] = [anIncident(closed), anIncident(closed), anIncident()];
  const lasting = anAnomaly(lasts.id);
  const ended = anAnomaly(lasts.id, { closedAt: START, severity: 'high' });
  const result = await store.state.commit({
    workspaceId,
    writes: [
      ...[lasts, over, open].map((incident) => ({ kind: 'incident.insert' as const, incident })),
      ...[lasting, ended, anAnomaly(over.id, { closedAt: START }), anAnomaly(open.id)].map((anomaly) => ({
        kind: 'anomaly.upsert' as const,
        anomaly,
      })),
    ],
    audit: [anEntry(lasts.id)],
  });
  expect(result.ok).toBe(true);
  const found = await store.records.closedIncidents(workspaceId);
  expect(found.map(({ incident }) => incident.id)).toEqual([lasts.id]);
  expect(found[0]?.anomalies.map(({ id }) => id).toSorted()).toEqual([lasting.id, ended.id].toSorted());
  const before = async (instant: string) =>
    (await store.records.closedIncidents(workspaceId, new Date(instant))).map(({ incident }) => incident.id).toSorted();
  expect(await before(START)).toEqual([lasts.id, over.id].toSorted());
  expect(await before('2026-01-15T12:00:01.000Z')).toEqual([lasts.id]);
  expect(await store.records.closedIncidents(otherWorkspaceId, new Date(START))).toEqual([]);
});
