import type { Anomaly } from '@autoops/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anAnomaly, anIncident } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
}, 120_000);
afterAll(() => test.close());

const minute = (minutes: number): string => new Date(Date.UTC(2026, 0, 15, 12, minutes)).toISOString();
const labels = [{ label: 'replica', value: 'checkout-3', share: 0.7 }];

it('says of an anomaly which incident its nearest past instance belonged to, how that ended, and what differed then', async () => {
  const { store, workspaceId } = test;
  const earlier = anIncident({ state: 'closed', outcome: 'verified', closedAt: minute(9) });
  const now = anIncident({ openedAt: minute(40) });
  const past = anAnomaly(earlier.id, {
    openedAt: minute(5),
    closedAt: minute(8),
    context: { labelsDiffering: labels, changesBefore: [] },
  });
  const like = (at: string, over: Partial<Anomaly> = {}): Anomaly =>
    anAnomaly(now.id, {
      openedAt: minute(40),
      context: { labelsDiffering: [], changesBefore: [], nearestPast: { at, distance: 0.1, observed: 0.28 } },
      ...over,
    });
  const during = like(minute(6));
  // What leaves its band is told a few ticks later.
  const before = like(new Date(Date.parse(minute(5)) - 3000).toISOString());
  const quiet = like(minute(20));
  const otherSeries = like(minute(6), { indicator: 'latency_p95' });
  const otherPart = like(minute(6), { labels: { holder: 'reindex' } });
  const alone = anAnomaly(now.id, { openedAt: minute(40) });
  const result = await store.state.commit({
    workspaceId,
    writes: [
      ...[earlier, now].map((incident) => ({ kind: 'incident.insert' as const, incident })),
      ...[past, during, before, quiet, otherSeries, otherPart, alone].map((anomaly) => ({
        kind: 'anomaly.upsert' as const,
        anomaly,
      })),
    ],
    audit: [],
  });
  expect(result).toMatchObject({ ok: true });
  const incident = (await store.readModels.incident(workspaceId, earlier.id))?.name;
  const read = await store.readModels.incident(workspaceId, now.id);
  const pastOf = ({ id }: Anomaly) => read?.anomalies.find((anomaly) => anomaly.id === id)?.context.nearestPast;
  const known = { incident, incidentState: 'closed', outcome: 'verified', labelsDiffering: labels };
  expect(pastOf(during)).toEqual({ at: minute(6), distance: 0.1, observed: 0.28, ...known });
  expect(pastOf(before)).toMatchObject(known);
  for (const anomaly of [quiet, otherSeries, otherPart]) expect(pastOf(anomaly)).toEqual(anomaly.context.nearestPast);
  expect(pastOf(alone)).toBeUndefined();
});
