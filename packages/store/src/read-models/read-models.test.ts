import { randomUUID } from 'node:crypto';
import type { Forecast, IncidentValue, SloResource } from '@autoops/contracts';
import type { IndicatorTick } from '@autoops/pipeline/ports';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aBatch, seen } from '../signals/test-batches.ts';
import { anEntry, anIncident, aPlan, storeARun } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';
import { quantileInterval, wilson } from './intervals.ts';
import { add, periodBounds } from './value.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const DIGEST = 'c'.repeat(64);
const start = Math.floor(Date.now() / 1000) * 1000 - 120_000;

const topology = {
  apiVersion: 'autoops.dev/v1',
  kind: 'Topology',
  jobs: [],
  resources: [],
  services: [
    {
      name: 'storefront',
      title: 'Storefront',
      owner: 'web',
      dependsOn: ['checkout'],
      usesResources: [],
      scalable: true,
    },
    { name: 'checkout', title: 'Checkout', owner: 'payments', dependsOn: [], usesResources: [], scalable: true },
  ],
};
const environment = (name: string) => ({
  environment: name,
  autonomy: { default: 'suggest', rules: [{ runbook: 'scale-replicas', level: 'auto' }] },
  toggles: { rules: {}, runbooks: name === 'prod' ? { 'scale-replicas': 'shadow' } : {} },
});
function aForecast(service: string, incidentId: string, issuedAt: string): Forecast {
  return {
    id: randomUUID(),
    incidentId,
    service,
    environment: 'staging',
    slo: service,
    target: 0.99,
    windowSeconds: 21_600,
    issuedAt,
    frozenAt: issuedAt,
    hash: DIGEST,
    engine: 'burn',
    version: '1',
    inputDigest: DIGEST,
    sufficientHistory: true,
    observedSeconds: 60,
    budgetLeft: 0.5,
    budgetSpent: 0.5,
    currentBadRatio: 0.1,
    burnRates: [],
    exhaustionSeconds: { p10: null, p50: null, p90: null },
    exhaustionProbability: 0.5,
    fan: [],
    risk: { within1h: 0, within4h: 0, within24h: 0 },
    trackRecord: { n: 0, covered: 0, nominal: 0.8 },
    evidence: [],
  };
}
const document = (name: string, body: unknown, digest = DIGEST) => ({ name, body, text: `# ${name}`, digest });

async function ticks(
  service: string,
  count: number,
  changes: Partial<IndicatorTick> = {},
  from = start,
): Promise<void> {
  const labels = { environment: 'staging', service };
  await test.store.signals.accept(test.workspaceId, aBatch([{ labels, at: Date.now(), metric: randomUUID() }]));
  const [shard] = await test.admin<{ id: string }>('select id from shards where service = $1', [service]);
  await test.store.signals.workShard(shard!.id, undefined, async (work) => ({
    ...seen(work),
    ticks: Array.from({ length: count }, (_, n): IndicatorTick => ({
      service,
      environment: 'staging',
      indicator: 'error_ratio',
      labels: {},
      unit: '1',
      source: 'push',
      view: 'service',
      intervalMs: 1000,
      timestampMs: from + n * 1000,
      value: n === 3 ? Number.NaN : n / 100,
      expected: 0.01,
      bandLow: Number.NaN,
      bandHigh: 0.05,
      score: 0,
      ...changes,
    })),
  }));
}

describe('services and series', () => {
  beforeAll(async () => {
    const { configWriter, status } = test.store;
    await configWriter.replace(test.workspaceId, 'topology', [document('topology', topology)]);
    await configWriter.replace(test.workspaceId, 'environment', [
      document('staging', environment('staging')),
      document('prod', environment('prod')),
    ]);
    const indicators = [{ name: 'error_ratio', opens: true }, { name: 'request_rate' }];
    await configWriter.replace(test.workspaceId, 'indicators', [document('shop', { indicators })]);
    await ticks('checkout', 100);
    await ticks('checkout', 5, { indicator: 'db_connections', labels: { holder: 'reindex' } });
    const slo = {
      id: 'staging:checkout',
      name: 'checkout',
      service: 'checkout',
      environment: 'staging',
      state: 'healthy',
      burnDown: [],
    } as unknown as SloResource;
    await status.putSlo(test.workspaceId, { ...slo, id: 'staging:checkout-latency', state: 'at-risk' });
    await status.putSlo(test.workspaceId, slo);
    await status.putRisk(test.workspaceId, 'checkout', 'staging', { within1h: 0.1, within4h: 0.2, within24h: 0.3 });
  });

  it('shows every service in every environment, with what is known of it', async () => {
    const { readModels } = test.store;
    const services = await readModels.services(test.workspaceId, {});
    expect(services.map((one) => `${one.id} ${one.state}`)).toEqual([
      'prod:storefront no-data',
      'prod:checkout no-data',
      'staging:storefront no-data',
      'staging:checkout at-risk',
    ]);
    const checkout = await readModels.service(test.workspaceId, 'staging:checkout');
    expect(checkout).toMatchObject({
      title: 'Checkout',
      owner: 'payments',
      dependents: ['storefront'],
      risk: { within4h: 0.2 },
      slos: [{ state: 'healthy' }, { state: 'at-risk' }],
      openIncidentIds: [],
    });
    expect(checkout).not.toHaveProperty('learning');
    const [indicator] = checkout!.indicators;
    expect(indicator).toMatchObject({
      indicator: 'error_ratio',
      latest: 0.99,
      expected: 0.01,
      bandHigh: 0.05,
      at: new Date(start + 99_000).toISOString(),
    });
    expect(indicator).not.toHaveProperty('bandLow');
    expect(indicator!.sparkline).toHaveLength(60);
    await ticks('catalogue', 12, {}, start + 100_000);
    await ticks('catalogue', 20, { indicator: 'request_rate' }, start + 100_000);
    expect(await readModels.service(test.workspaceId, 'staging:catalogue')).toMatchObject({
      title: 'catalogue',
      state: 'learning',
      learning: { samples: 11, of: 60 },
    });
    expect(await readModels.service(test.workspaceId, 'staging:none')).toBeUndefined();
  });

  it('thins points to the last of each bucket and keeps gaps as null', async () => {
    const { readModels } = test.store;
    const all = await readModels.seriesById(test.workspaceId, 'staging:checkout:error_ratio', {
      from: new Date(start),
      to: new Date(start + 300_000),
    });
    expect(all?.points).toHaveLength(100);
    expect(all?.points[3]).toEqual({
      at: new Date(start + 3000).toISOString(),
      value: null,
      expected: 0.01,
      bandHigh: 0.05,
    });
    const thin = await readModels.seriesById(test.workspaceId, 'staging:checkout:error_ratio', {
      from: new Date(start),
      to: new Date(start + 100_000),
      maxPoints: 10,
    });
    expect(thin!.points.length).toBeLessThanOrEqual(11);
    expect(thin!.points.at(-1)?.value).toBe(0.99);
    const labelled = (await readModels.series(test.workspaceId, { indicator: 'db_connections' })).items[0]!;
    expect(labelled.labels).toEqual({ holder: 'reindex' });
    expect(
      (
        await readModels.seriesById(test.workspaceId, labelled.id, {
          from: new Date(start),
          to: new Date(start + 300_000),
        })
      )?.points,
    ).toHaveLength(5);
    const first = await readModels.series(test.workspaceId, { environment: 'staging', limit: 1 });
    const second = await readModels.series(test.workspaceId, { environment: 'staging', limit: 1, cursor: first.next });
    expect(second.items[0]!.id).not.toBe(first.items[0]!.id);
    expect(await readModels.seriesById(test.workspaceId, 'raw:999999', {})).toBeUndefined();
    expect(await readModels.seriesById(test.workspaceId, 'nonsense', {})).toBeUndefined();
  });

  it('reads windows for SLIs and evidence', async () => {
    const windows = await test.store.indicators.window(test.workspaceId, {
      environment: 'staging',
      service: 'checkout',
      indicator: 'error_ratio',
      from: new Date(start),
      to: new Date(start + 4000),
    });
    expect(windows).toMatchObject([
      {
        service: 'checkout',
        intervalMs: 1000,
        timestampMs: [0, 1, 2, 3, 4].map((n) => start + n * 1000),
        value: [0, 0.01, 0.02, Number.NaN, 0.04],
      },
    ]);
  });
});

describe('incidents', () => {
  it('pages newest first without repeating or losing one, and filters', async () => {
    const { store, otherWorkspaceId: workspaceId } = test;
    for (let n = 0; n < 7; n += 1) {
      const incident = anIncident({
        openedAt: new Date(start + Math.floor(n / 2) * 1000).toISOString(),
        service: n % 2 ? 'orders' : 'checkout',
        title: n === 3 ? '100%_sure' : `number ${n}`,
      });
      await store.state.commit({ workspaceId, writes: [{ kind: 'incident.insert', incident }], audit: [] });
    }
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.readModels.incidents(workspaceId, { limit: 3, cursor });
      names.push(...page.items.map((one) => one.name));
      cursor = page.next;
    } while (cursor);
    expect(new Set(names).size).toBe(7);
    expect(names[0]).toBe('INC-0007');
    const found = async (query: object) => (await store.readModels.incidents(workspaceId, query)).items.length;
    expect([
      await found({ service: 'orders' }),
      await found({ open: true }),
      await found({ open: false }),
      await found({ q: '100%_' }),
      await found({ q: 'inc-0002' }),
      await found({ q: '%' }),
    ]).toEqual([3, 7, 0, 1, 1, 1]);
    for (const bad of [
      'x',
      Buffer.from('["incidents","x","y","z"]').toString('base64url'),
      Buffer.from(JSON.stringify(['incidents', workspaceId, "'; drop", 'z'])).toString('base64url'),
    ])
      await expect(store.readModels.incidents(workspaceId, { cursor: bad })).rejects.toMatchObject({
        code: 'bad-cursor',
      });
  });

  it('answers one by id or name with all that hangs on it, and its timeline from the log', async () => {
    const { store, workspaceId } = test;
    const { incident, plan, run } = await storeARun(store, workspaceId, { createdAt: new Date().toISOString() });
    const value: IncidentValue = {
      incidentId: incident.id,
      computedAt: incident.openedAt,
      claim: true,
      reason: '',
      grade: 'B',
      indicative: false,
      badMinutesAvoided: { p10: 1, p50: 2, p90: null },
      failedRequestsAvoided: { p10: 10, p50: 20, p90: 30 },
      budgetShareAvoided: { p10: 0, p50: 0.1, p90: 0.2 },
      observed: { badMinutes: 1, failedRequests: 5, requests: 50, budgetShare: 0.1 },
      money: {
        currency: 'EUR',
        p10: { amount: '10.50', currency: 'EUR' },
        p50: { amount: '20', currency: 'EUR' },
        p90: { amount: '30', currency: 'EUR' },
        booked: { amount: '10.50', currency: 'EUR' },
      },
      comparables: 9,
      method: '',
      formula: '',
      seed: '',
      draws: 0,
      inputs: [],
      excluded: [],
    };
    const startedAt = new Date().toISOString();
    await store.state.commit({
      workspaceId,
      writes: [
        {
          kind: 'incident.update',
          id: incident.id,
          expectedVersion: 0,
          set: { state: 'closed', outcome: 'verified', planId: plan.id, closedAt: new Date().toISOString() },
        },
        {
          kind: 'run.update',
          id: run.id,
          expectedVersion: 0,
          set: { state: 'succeeded', startedAt, finishedAt: new Date().toISOString() },
        },
        { kind: 'value.upsert', value },
      ],
      audit: [
        anEntry(incident.id, {
          incidentId: incident.id,
          stage: 'explainer',
          reason: 'value-computed',
          lane: 'decision',
          evidence: ['E1'],
        }),
      ],
    });
    expect((await store.readModels.service(workspaceId, 'staging:checkout'))?.lastChange).toEqual({
      at: startedAt,
      summary: `AutoOps: ${plan.title}`,
    });
    const found = await store.readModels.incident(workspaceId, incident.id);
    expect(found).toMatchObject({ state: 'closed', runIds: [run.id], value: { grade: 'B' }, anomalies: [] });
    expect(await store.readModels.incident(workspaceId, found!.name)).toEqual(found);
    const timeline = await store.readModels.timeline(workspaceId, incident.id, {});
    expect(timeline.items.map((entry) => entry.reason)).toEqual([undefined, 'value-computed']);
    const newest = await store.readModels.timeline(workspaceId, incident.id, { order: 'newest', limit: 1 });
    expect(newest.items).toEqual([timeline.items[1]]);
    const older = await store.readModels.timeline(workspaceId, incident.id, { order: 'newest', cursor: newest.next });
    expect(older).toEqual({ items: [timeline.items[0]] });
    const mixed = store.readModels.timeline(workspaceId, incident.id, { cursor: newest.next });
    await expect(mixed).rejects.toMatchObject({ code: 'bad-cursor' });
    expect(timeline.items[1]).toMatchObject({
      stage: 'explainer',
      evidence: ['E1'],
      reference: `incident:${incident.id}`,
    });
    expect((await store.readModels.incidents(workspaceId, {})).items[0]).toMatchObject({
      booked: { amount: '10.50', currency: 'EUR' },
      badMinutesAvoided: 1,
      outcome: 'verified',
    });
    const summary = await store.readModels.value(workspaceId, '30d');
    expect(summary).toMatchObject({
      incidents: 1,
      booked: { amount: '10.50', currency: 'EUR' },
      grades: { B: 1 },
      badMinutesAvoided: { p10: 1, p50: 2, p90: null },
    });
    await expect(store.readModels.value(workspaceId, 'lately')).rejects.toMatchObject({ code: 'bad-period' });
    const figures = (await store.readModels.ownFigures(workspaceId)).figures;
    expect(figures.find((one) => one.id === 'automation-success')).toMatchObject({ value: 1, n: 1, high: 1 });
    expect(figures.find((one) => one.id === 'cost-avoided')).toMatchObject({
      value: 10.5,
      low: 10.5,
      high: 30,
      unit: 'EUR',
    });
    expect(figures.find((one) => one.labels.stage === 'explainer')).toMatchObject({ n: 1 });
    expect((await store.readModels.runs(workspaceId, { runbook: 'throttle-noisy-job' })).items).toMatchObject([
      { id: run.id, steps: [{ index: 0 }, { index: 1 }] },
    ]);
    expect((await store.readModels.runs(workspaceId, { runbook: 'eject-replica' })).items).toEqual([]);
    expect(await store.history.runbookRecord(workspaceId, 'throttle-noisy-job', 'checkout', 'staging')).toMatchObject({
      n: 1,
      succeeded: 1,
    });
    expect(await store.records.inputsOf(workspaceId, 'plan', plan.id)).toEqual({ candidates: [] });
  });

  it('keeps plan versions apart and moves a plan only from the states expected', async () => {
    const { store, workspaceId } = test;
    const incident = anIncident();
    const plans = [1, 2].map((version) => aPlan(incident.id, { version }));
    await store.state.commit({
      workspaceId,
      writes: [
        { kind: 'incident.insert', incident },
        ...plans.map((plan) => ({ kind: 'plan.insert', plan, inputs: {} }) as const),
      ],
      audit: [],
    });
    expect((await store.records.plansOf(workspaceId, incident.id)).map((plan) => plan.version)).toEqual([1, 2]);
    const move = () =>
      store.state.commit({
        workspaceId,
        writes: [{ kind: 'plan.update', id: plans[0]!.id, expectedStates: ['draft'], set: { state: 'superseded' } }],
        audit: [],
      });
    expect(await move()).toMatchObject({ ok: true });
    expect(await move()).toMatchObject({ ok: false, refusal: 'conflict' });
    expect(
      (await store.readModels.plans(workspaceId, { incidentId: incident.id, state: 'draft' })).items.map(
        (plan) => plan.version,
      ),
    ).toEqual([2]);
    expect(await store.readModels.plans(workspaceId, { incidentId: 'nonsense' })).toEqual({ items: [] });
  });
});

describe('untreated forecasts', () => {
  it('are the first of each closed incident without a run, with what it showed', async () => {
    const { store, workspaceId } = test;
    const issue = async (service: string, p10: number | null, p90: number | null, closedAfterSeconds: number) => {
      const issuedAt = new Date(Date.now() - 1000).toISOString();
      const closedAt = new Date(Date.now() + closedAfterSeconds * 1000).toISOString();
      const incident = anIncident({ service, state: 'closed', outcome: 'self-healed', openedAt: issuedAt, closedAt });
      const forecast = { ...aForecast(service, incident.id, issuedAt), exhaustionSeconds: { p10, p50: p10, p90 } };
      const result = await store.state.commit({
        workspaceId,
        writes: [
          { kind: 'incident.insert', incident },
          { kind: 'forecast.insert', forecast, inputs: { points: [1, 2] } },
        ],
        audit: [],
      });
      expect(result.ok).toBe(true);
      expect(await store.records.inputsOf(workspaceId, 'forecast', forecast.id)).toEqual({ points: [1, 2] });
      expect(await store.records.latestForecast(workspaceId, incident.id)).toEqual(forecast);
    };
    const found = async () =>
      (await store.history.untreatedForecasts(workspaceId, 'ledger'))
        .map(({ low, high, exhausted }) => ({
          low,
          high,
          exhausted: exhausted === null ? null : Math.round(exhausted),
        }))
        .toSorted((a, b) => (a.low ?? 0) - (b.low ?? 0));
    await issue('ledger', 60, 120, 10);
    await issue('ledger', 1, 5, 100);
    expect(await found()).toEqual([
      { low: 1, high: 5, exhausted: null },
      { low: 60, high: 120, exhausted: null },
    ]);
    const slo = { id: 'staging:ledger', name: 'ledger', service: 'ledger', environment: 'staging', burnDown: [] };
    for (const state of ['burning', 'exhausted', 'exhausted'] as const)
      await store.status.putSlo(workspaceId, { ...slo, state } as unknown as SloResource);
    expect(await test.admin("select count(*)::integer n from slo_exhaustions where slo = 'ledger'")).toEqual([
      { n: 1 },
    ]);
    // Both incidents were open when it ran out, within seconds of the issue.
    expect((await found()).map(({ exhausted }) => exhausted !== null && exhausted < 60)).toEqual([true, true]);
  });
});

describe('configuration', () => {
  it('makes a version only of a change, drops what is gone, audits both, and shows a failed reload', async () => {
    const { configReader, configWriter, readModels } = test.store;
    const workspaceId = test.otherWorkspaceId;
    expect(await configWriter.replace(workspaceId, 'slo', [document('a', { n: 1 }), document('b', { n: 1 })])).toEqual([
      'a',
      'b',
    ]);
    expect(
      await configWriter.replace(workspaceId, 'slo', [
        document('a', { n: 1 }),
        document('b', { n: 2 }, 'd'.repeat(64)),
      ]),
    ).toEqual(['b']);
    expect(await configWriter.replace(workspaceId, 'slo', [document('b', { n: 2 }, 'd'.repeat(64))])).toEqual(['a']);
    expect(await configReader.current(workspaceId, 'slo')).toMatchObject([
      { name: 'b', version: 2, body: { n: 2 }, text: '# b' },
    ]);
    // The same file, of which the installation now fills in something else.
    expect(await configWriter.replace(workspaceId, 'slo', [document('b', { n: 3 }, 'd'.repeat(64))])).toEqual(['b']);
    expect(await configReader.current(workspaceId, 'slo')).toMatchObject([{ name: 'b', version: 3, body: { n: 3 } }]);
    const audit = await readModels.audit(workspaceId, {});
    expect(audit.items.map((entry) => `${entry.verb} ${entry.subject.id}`)).toEqual([
      'config.loaded b',
      'config.removed a',
      'config.loaded b',
      'config.loaded b',
      'config.loaded a',
    ]);
    await configWriter.reportProblem(workspaceId, { file: 'slos/a.yaml', message: 'line 3' });
    expect(await readModels.configProblem(workspaceId)).toEqual({ file: 'slos/a.yaml', message: 'line 3' });
    await configWriter.reportProblem(workspaceId, undefined);
    expect(await readModels.configProblem(workspaceId)).toBeUndefined();
  });

  it('shows a runbook with its strictest toggle and its autonomy per environment', async () => {
    const runbook = {
      metadata: { name: 'scale-replicas', version: 3, title: 'Scale', summary: 'Adds replicas' },
      spec: { riskClass: 'low', steps: [{ irreversible: true }] },
    };
    await test.store.configWriter.replace(test.workspaceId, 'runbook', [document('scale-replicas', runbook)]);
    expect(await test.store.readModels.runbooks(test.workspaceId)).toMatchObject([
      {
        name: 'scale-replicas',
        version: 3,
        reversible: false,
        runs: 0,
        toggle: 'shadow',
        autonomy: { prod: 'auto', staging: 'auto' },
        yaml: '# scale-replicas',
      },
    ]);
  });

  it('lists sources that are configured, heard of, or have sent something', async () => {
    const { configWriter, status, readModels } = test.store;
    await configWriter.replace(test.workspaceId, 'sources', [
      document('sources', {
        sources: [
          { name: 'prom', type: 'prometheus-server', intervalSeconds: 15, seasonSeconds: [600], latenessSeconds: 2 },
        ],
      }),
    ]);
    const source = {
      name: 'shop',
      type: 'prometheus-http-sd',
      lagSeconds: 0.4,
      intervalSeconds: 1,
      seasonSeconds: [600],
    };
    const before = Date.now();
    await status.putSource(test.workspaceId, { ...source, error: 'refused' });
    const after = Date.now();
    await status.putSource(test.workspaceId, { ...source, error: undefined });
    const integrations = await readModels.integrations(test.workspaceId);
    expect(integrations.map((one) => one.name)).toEqual(['prom', 'push', 'shop']);
    expect(integrations[1]!.received).toBeGreaterThan(0);
    expect(integrations[2]).toMatchObject({ lagSeconds: 0.4, errors: 1, lastError: 'refused', intervalSeconds: 1 });
    const failedAt = Date.parse(integrations[2]!.lastErrorAt ?? '');
    expect(failedAt).toBeGreaterThanOrEqual(before);
    expect(failedAt).toBeLessThanOrEqual(after);
  });
});

describe('figures', () => {
  it('adds money exactly', () => {
    const money = (amount: string, currency = 'EUR') => ({ amount, currency });
    expect(add('EUR', [money('0.1'), money('0.2'), money('5', 'USD'), undefined]).amount).toBe('0.30');
    expect(add('EUR', [money('-1.2345'), money('0.2345')]).amount).toBe('-1.00');
    expect(add('EUR', [money('0.0005')]).amount).toBe('0.0005');
  });

  it('reads periods in UTC', () => {
    const now = new Date('2026-11-21T02:00:00Z');
    expect(periodBounds('2026-Q4', now)).toEqual({
      from: new Date('2026-10-01T00:00:00Z'),
      to: new Date('2027-01-01T00:00:00Z'),
    });
    expect(periodBounds('2026-02', now).to).toEqual(new Date('2026-03-01T00:00:00Z'));
    expect(() => periodBounds('2026-13', now)).toThrow(/not a period/);
  });

  it('gives intervals that hold what they should', () => {
    expect(wilson(0, 0)).toBeUndefined();
    expect(wilson(8, 10)).toMatchObject({ value: 0.8, low: expect.closeTo(0.6, 1), high: expect.closeTo(0.91, 1) });
    expect(quantileInterval([], 0.5)).toBeUndefined();
    expect(quantileInterval([3, 1, 2], 0.5)).toEqual({ value: 2, low: 1, high: 3 });
    expect(
      quantileInterval(
        Array.from({ length: 100 }, (_, n) => n + 1),
        0.95,
      ),
    ).toMatchObject({ value: 95, low: 92, high: 99 });
  });
});
