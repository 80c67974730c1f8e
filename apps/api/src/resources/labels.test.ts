import { randomUUID } from 'node:crypto';
import type { Anomaly } from '@autoops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeIncident } from '../testing/test-incident.ts';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let operator: string;
let colleague: string;
beforeAll(async () => {
  api = await openTestApi();
  operator = await api.token('operator', { name: 'operator@demo' });
  colleague = await api.token('operator', { name: 'anna@example.org' });
});
afterAll(() => api.close());

const DIGEST = 'a'.repeat(64);

/** An incident with so many anomalies of an indicator; answers their ids. */
async function anIncident(indicator: string, count = 1, environment = 'staging') {
  const { incident } = await storeIncident(api.adapters, api.workspaceId, { environment });
  const at = incident.openedAt;
  const anomalies: Anomaly[] = Array.from({ length: count }, () => ({
    id: randomUUID(),
    incidentId: incident.id,
    service: 'checkout',
    environment,
    indicator,
    unit: '0-1',
    labels: {},
    source: 'services',
    kind: 'level',
    direction: 'up',
    severity: 'high',
    score: 0.9,
    novelty: 5,
    deviation: 6,
    winningView: 'now',
    observed: 0.2,
    expected: 0.01,
    bandLow: 0,
    bandHigh: 0.02,
    openedAt: at,
    lastAt: at,
    context: { labelsDiffering: [], changesBefore: [] },
    decision: { engine: 'test', version: '1', inputDigest: DIGEST, outputDigest: DIGEST },
  }));
  const done = await api.adapters.state.commit({
    workspaceId: api.workspaceId,
    writes: anomalies.map((anomaly) => ({ kind: 'anomaly.upsert' as const, anomaly })),
    audit: [],
  });
  if (!done.ok) throw new Error(done.detail);
  return { incidentId: incident.id, ids: anomalies.map((anomaly) => anomaly.id) };
}

const precisionOf = async (indicator: string, token = operator) => {
  const answer = await api.call('GET', '/api/v1/precision?environment=staging', { token });
  return (answer.json['detectors'] as Record<string, unknown>[]).find((row) => row['indicator'] === indicator);
};

describe('labels', () => {
  it('says who said what when, audited, for all anomalies of an incident at once', async () => {
    const { incidentId, ids } = await anIncident('said', 2);
    const answer = await api.call('PUT', `/api/v1/incidents/${incidentId}/label`, {
      token: operator,
      body: { label: 'noise', reason: 'a deploy of ours; password=hunter2secret' },
    });
    expect(answer.status, answer.text).toBe(200);
    const items = answer.json['items'] as Record<string, unknown>[];
    expect(new Set(items.map((item) => item['anomalyId']))).toEqual(new Set(ids));
    expect(items[0]).toMatchObject({ label: 'noise', labelledBy: { kind: 'person', id: 'operator@demo' } });
    expect(answer.text).not.toContain('hunter2secret');
    const entry = await api.call('GET', `/api/v1/audit/${String(answer.json['auditId'])}`, { token: operator });
    expect(entry.json).toMatchObject({
      verb: 'incident.label',
      actor: { id: 'operator@demo' },
      subject: { kind: 'incident', id: incidentId },
      detail: { label: 'noise', anomalies: 2 },
    });
    expect(entry.text).not.toContain('hunter2secret');
  });

  it('makes no new version of the incident, and so no new bundle', async () => {
    const { incidentId } = await anIncident('version');
    await api.call('PUT', `/api/v1/incidents/${incidentId}/label`, { token: operator, body: { label: 'useful' } });
    expect((await api.adapters.records.incident(api.workspaceId, incidentId))?.version).toBe(0);
    const timeline = await api.call('GET', `/api/v1/incidents/${incidentId}/timeline`, { token: operator });
    expect(timeline.text).not.toContain('incident.label');
  });

  it('counts an alarm once, by the newest label, with a Wilson interval of 95 %', async () => {
    const { ids } = await anIncident('newest', 11);
    for (const [index, id] of ids.entries())
      await api.call('PUT', `/api/v1/anomalies/${id}/label`, {
        token: operator,
        body: { label: index < 8 ? 'useful' : 'noise' },
      });
    const last = await api.call('PUT', `/api/v1/anomalies/${ids.at(-1) ?? ''}/label`, {
      token: colleague,
      body: { label: 'useful' },
    });
    expect(last.json['items']).toHaveLength(2);
    const precision = await precisionOf('newest');
    expect(precision).toMatchObject({ view: 'now', kind: 'level', useful: 9, noise: 2 });
    // Wilson 1927 for 9 of 11 at z = 1.96: 0.523 to 0.949.
    expect(precision?.['low']).toBeCloseTo(0.523, 3);
    expect(precision?.['high']).toBeCloseTo(0.9486, 3);
  });

  it("is taken back by who gave it, and leaves another's standing", async () => {
    const { ids } = await anIncident('undo');
    const path = `/api/v1/anomalies/${ids[0] ?? ''}/label`;
    await api.call('PUT', path, { token: colleague, body: { label: 'useful' } });
    await api.call('PUT', path, { token: operator, body: { label: 'noise' } });
    expect(await precisionOf('undo')).toMatchObject({ useful: 0, noise: 1 });
    const back = await api.call('DELETE', path, { token: operator });
    expect(back.json['items']).toMatchObject([{ label: 'useful', labelledBy: { id: 'anna@example.org' } }]);
    expect(await precisionOf('undo')).toMatchObject({ useful: 1, noise: 0 });
    expect((await api.call('DELETE', path, { token: operator })).json).toMatchObject({ code: 'wrong-state' });
    expect(await precisionOf('undo')).toMatchObject({ useful: 1, noise: 0 });
  });

  it('refuses who may not acknowledge, and who is bound to another environment, and stores nothing', async () => {
    const { incidentId, ids } = await anIncident('refused');
    const viewer = await api.token('viewer');
    const elsewhere = await api.token('operator', { environments: ['prod'] });
    for (const [token, code] of [
      [viewer, 'forbidden'],
      [elsewhere, 'wrong-environment'],
    ] as const)
      for (const path of [`incidents/${incidentId}`, `anomalies/${ids[0] ?? ''}`]) {
        const answer = await api.call('PUT', `/api/v1/${path}/label`, { token, body: { label: 'noise' } });
        expect(answer.json).toMatchObject({ code });
      }
    expect(await precisionOf('refused')).toBeUndefined();
    expect((await api.call('PUT', `/api/v1/incidents/${incidentId}/label`, { token: operator, body: {} })).status).toBe(
      400,
    );
    expect(await precisionOf('refused')).toBeUndefined();
  });

  it('is not seen from another environment or another workspace', async () => {
    const { incidentId } = await anIncident('private');
    await api.call('PUT', `/api/v1/incidents/${incidentId}/label`, { token: operator, body: { label: 'useful' } });
    expect(await precisionOf('private')).toMatchObject({ useful: 1 });
    expect(await precisionOf('private', await api.token('viewer', { environments: ['prod'] }))).toBeUndefined();
    const stranger = await api.token('admin', { workspaceId: api.otherWorkspaceId });
    expect(await precisionOf('private', stranger)).toBeUndefined();
    expect((await api.call('GET', `/api/v1/incidents/${incidentId}/labels`, { token: stranger })).status).toBe(404);
  });
});
