import { ServiceForecast, Sources } from '@autoops/contracts';
import { startTestPostgres } from '@autoops/local-postgres';
import { parseIndicators, rulesForUnknownEnvironment } from '@autoops/pipeline';
import { FakeClock } from '@autoops/pipeline/fakes';
import { openStore, prepareDatabase, type Store } from '@autoops/store';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConfigurationSnapshot } from '../reading/configuration.ts';
import { ServiceForecaster, type ServiceForecastDeps } from './service-forecasts.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 300_000;
const START = Date.UTC(2026, 0, 15);
const at = (hours: number): Date => new Date(START + hours * HOUR_MS);

const configuration: ConfigurationSnapshot = {
  topology: {
    apiVersion: 'autoops.dev/v1',
    kind: 'Topology',
    services: [{ name: 'orders', title: 'Orders', owner: 'shop', dependsOn: [], usesResources: [], scalable: false }],
    jobs: [],
    resources: [],
  },
  sources: Sources.parse({
    apiVersion: 'autoops.dev/v1',
    kind: 'Sources',
    sources: [{ name: 'shop', type: 'push', intervalSeconds: 300, latenessSeconds: 0, seasonSeconds: [14_400] }],
  }).sources,
  indicators: parseIndicators({
    apiVersion: 'autoops.dev/v1',
    kind: 'Indicators',
    defaults: { source: 'shop', interval: 300, window: 300 },
    indicators: [
      {
        name: 'request_rate',
        unit: '1/s',
        view: 'service',
        services: ['orders'],
        kind: 'rate',
        counter: { metric: 'operations_total' },
        bad: 'none',
        noticeable: 1,
        help: 'Operations per second.',
      },
      {
        name: 'disk_used',
        unit: 'n',
        view: 'service',
        services: ['orders'],
        kind: 'gauge',
        gauge: { metric: 'disk_used' },
        by: ['device'],
        limit: 200,
        bad: 'up',
        noticeable: 1,
        help: 'Gigabytes used.',
      },
    ],
  }),
  slos: [],
  runbooks: [],
  rateCards: [],
  rules: new Map([['staging', rulesForUnknownEnvironment('staging')]]),
};

let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let admin: pg.Pool;
let store: Store;
let workspaceId: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const database = await postgres.createDatabase({
    name: 'autoops_worker_template',
    prepare: async (url) => void (await prepareDatabase({ adminUrl: url })),
  });
  const { appUrl } = await prepareDatabase({ adminUrl: database.url });
  admin = new pg.Pool({ connectionString: database.url, max: 1 });
  store = await openStore({ databaseUrl: appUrl });
  workspaceId = (await store.access.workspaceByName('default')) ?? '';
});
afterAll(async () => {
  await store.close();
  await admin.end();
  await postgres.stop();
});

/** Stores a tick every five minutes from one hour to another. */
async function measure(indicator: string, labels: object, from: number, to: number, value: (hours: number) => number) {
  await admin.query('select ensure_partitions($1::date, $2::date)', [at(from - 24), at(to)]);
  const series = await admin.query<{ id: string }>(
    `insert into indicator_series (workspace_id, environment, service, indicator, labels, label_hash, source, unit, view, interval_ms)
     values ($1, 'staging', 'orders', $2, $3, $4, 'shop', 'n', 'service', ${STEP_MS})
     on conflict (workspace_id, environment, service, indicator, label_hash) do update set source = excluded.source returning id`,
    [workspaceId, indicator, labels, Object.keys(labels).length === 0 ? '' : 'device'],
  );
  const times: Date[] = [];
  for (let ms = at(from).getTime() + STEP_MS; ms <= at(to).getTime(); ms += STEP_MS) times.push(new Date(ms));
  await admin.query(
    `insert into indicator_points (workspace_id, series_id, at, value, expected, band_low, band_high, score)
     select $1, $2, t, v, 0, 0, 0, 0 from unnest($3::timestamptz[], $4::float8[]) as p (t, v)`,
    [workspaceId, series.rows[0]?.id, times, times.map((time) => value((time.getTime() - START) / HOUR_MS))],
  );
}

const depsAt = (clock: FakeClock): ServiceForecastDeps => ({
  configuration: { of: async () => configuration },
  histories: { of: async () => ({ timestampMs: [], seconds: [], total: [], bad: [] }) },
  store,
  clock,
});

async function newest<Kind extends ServiceForecast['kind']>(kind: Kind) {
  const all = await store.readModels.serviceForecasts(workspaceId, { environment: 'staging', service: 'orders' });
  for (const forecast of all) expect(ServiceForecast.parse(forecast)).toEqual(forecast);
  return all.find((forecast) => forecast.kind === kind) as Extract<ServiceForecast, { kind: Kind }> | undefined;
}

// Fills by 3.4 GB an hour and is full after 50 hours; nothing of it is random.
const disk = (hours: number): number => 30 + 3.4 * hours;
const demand = (hours: number): number => 40 + 10 * Math.sin((2 * Math.PI * hours) / 4);

it('forecasts a disk and the demand of a service, stores both, judges them, and is the same after a restart', async () => {
  await measure('disk_used', { device: 'data' }, 0, 20, disk);
  await measure('request_rate', {}, 0, 20, demand);
  const clock = new FakeClock(at(20));
  await new ServiceForecaster(depsAt(clock)).round(workspaceId);
  expect(await newest('breach')).toMatchObject({
    subject: 'disk_used{device=data}',
    limit: 200,
    sufficientHistory: false,
    evidence: ['19 h 55 min of 23 h observed'],
  });
  expect((await newest('breach'))?.probability).toBeUndefined();

  await measure('disk_used', { device: 'data' }, 20, 40, disk);
  await measure('request_rate', {}, 20, 40, demand);
  clock.advance(20 * HOUR_MS);
  const running = new ServiceForecaster(depsAt(clock));
  await running.round(workspaceId);
  const forecast = await newest('breach');
  expect(forecast).toMatchObject({ sufficientHistory: true, unit: 'n', labels: { device: 'data' }, safeVisits: 0 });
  expect(forecast?.level).toBeCloseTo(disk(40) / 200, 1);
  expect(forecast?.probability?.[24]).toBeGreaterThan(0.5);
  expect(forecast?.probability?.[1]).toBeLessThan(0.05);
  expect((forecast?.timeToBreach?.q50 ?? 0) / 3600).toBeGreaterThan(5);
  expect((forecast?.timeToBreach?.q50 ?? 0) / 3600).toBeLessThan(15);
  expect(forecast?.evidence).toContain('never came back from this level before');
  expect(forecast?.trackRecord).toEqual({ n: 0, covered: 0, nominal: 0.8 });

  const ahead = await newest('demand');
  expect(ahead).toMatchObject({ sufficientHistory: true, subject: 'request_rate', stepSeconds: 300 });
  expect(ahead?.fan).toHaveLength(48);
  for (const point of ahead?.fan ?? [])
    expect(Math.abs(point.p50 - demand((Date.parse(point.at) - START) / HOUR_MS))).toBeLessThan(2);

  // Another process in the same slot of the clock makes the same forecast, and it is not stored again.
  await new ServiceForecaster(depsAt(new FakeClock(at(40)))).round(workspaceId);
  expect((await newest('breach'))?.id).toBe(forecast?.id);
  expect((await newest('breach'))?.evidence).toEqual(forecast?.evidence);

  // Two days on it is known what came: the disk was full after 50 hours.
  await measure('disk_used', { device: 'data' }, 40, 89, (hours) => Math.min(200, disk(hours)));
  await measure('request_rate', {}, 40, 89, demand);
  clock.advance(49 * HOUR_MS);
  await running.round(workspaceId);
  const known = await store.serviceForecasts.judged(workspaceId, { kind: 'breach', indicator: 'disk_used', limit: 10 });
  expect(known.map(({ judgement }) => judgement)).toEqual([
    expect.objectContaining({ because: 'insufficient history' }),
    expect.objectContaining({ came: true, held: true, observed: 10 * 3600, probability: forecast?.probability?.[24] }),
  ]);
  const [, judgedDemand] = await store.serviceForecasts.judged(workspaceId, { kind: 'demand', limit: 10 });
  expect(judgedDemand?.judgement).toMatchObject({ held: true });
  expect((await newest('breach'))?.trackRecord).toMatchObject({ n: 1, covered: 1, since: at(40).toISOString() });
});

it('looks at no resource that nobody measures any more', async () => {
  const before = await newest('breach');
  await new ServiceForecaster(depsAt(new FakeClock(at(95)))).round(workspaceId);
  expect((await newest('breach'))?.id).toBe(before?.id);
});
