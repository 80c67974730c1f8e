import { Anomaly, type Incident, type Topology } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { openFromForecast } from '../incident/open-forecast.ts';
import { seededRandom } from '../random/seeded.ts';
import { forecastEnded, forecastService, type CapacityForecast } from './forecast-service.ts';

const START = Date.UTC(2026, 0, 15, 12);

/** The sandbox's checkout: 7.9/s on twelve slots for .81 s; demand times `factor` from second 300 on, `slots` from second 360 on. */
function at(
  second: number,
  factor: number,
  options: { slots?: number; retries?: number; seed?: string } = {},
): CapacityForecast {
  const random = seededRandom(options.seed ?? 'surge');
  const timestampMs: number[] = [];
  const demand: number[] = [];
  const saturation: number[] = [];
  for (let s = 1; s <= second; s++) {
    const offered = 7.9 * (1 + 0.05 * Math.sin((2 * Math.PI * s) / 600)) * (s > 300 ? factor : 1);
    const slots = s > 360 ? (options.slots ?? 12) : 12;
    const busy = (offered * (s > 300 ? (options.retries ?? 1) : 1) * 0.81) / slots;
    timestampMs.push(START + s * 1000);
    demand.push(offered * (1 + 0.06 * random.normal()));
    saturation.push(Math.min(1, Math.max(0, busy + 0.08 * random.normal())));
  }
  const now = new Date(START + second * 1000);
  return forecastService({
    workspaceId: 'default',
    service: 'checkout',
    environment: 'staging',
    source: 'sandbox',
    intervalMs: 1000,
    demand: { timestampMs, value: demand },
    saturation: { timestampMs, value: saturation },
    now,
  });
}

describe('forecastService', () => {
  it('sees a surge of 1.7 within 15 s, before it tips after 18 s or more', () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const seen = Array.from({ length: 30 }, (_, i) => 301 + i).find(
        (second) => at(second, 1.7, { seed }).state === 'heading-up',
      );
      expect(seen).toBeDefined();
      expect((seen ?? 0) - 300).toBeLessThanOrEqual(15);
    }
    const forecast = at(315, 1.7);
    expect(Anomaly.parse(forecast.anomaly)).toMatchObject({
      kind: 'forecast',
      service: 'checkout',
      indicator: 'saturation',
    });
    expect(forecast.projected.p50).toBeGreaterThan(0.85);
  });

  it('stays calm in health, in a smaller swell and in a storm of retries, which is no demand', () => {
    for (const seed of ['a', 'b', 'c']) {
      for (let second = 200; second <= 600; second += 5) {
        expect(at(second, 1, { seed }).state).toBe('calm');
        expect(at(second, 1.2, { seed }).state).not.toBe('heading-up');
        expect(at(second, 1, { seed, retries: 1.8 }).state).not.toBe('heading-up');
      }
    }
  });

  it('has ended once capacity was added', () => {
    expect(forecastEnded(at(350, 1.7))).toBe(false);
    expect(forecastEnded(at(420, 1.7, { slots: 18 }))).toBe(true);
  });

  it('says that it has not seen enough', () => {
    expect(at(30, 1).state).toBe('insufficient-history');
  });
});

describe('openFromForecast', () => {
  const topology: Topology = { apiVersion: 'autoops.dev/v1', kind: 'Topology', services: [], jobs: [], resources: [] };
  const { anomaly, snapshot } = at(315, 1.7);
  const base = {
    workspaceId: 'default',
    service: 'checkout',
    environment: 'staging',
    anomaly,
    snapshot,
    ended: false,
    title: 'checkout will run out of capacity',
    openAnomalies: [] as Anomaly[],
    openIncidents: [] as Incident[],
    topology,
    now: new Date(START + 315_000),
  };

  it('opens an incident of source forecast, once', () => {
    const [transition, ...others] = openFromForecast(base);
    expect(others).toEqual([]);
    const [write] = transition?.writes ?? [];
    expect(write).toMatchObject({
      kind: 'incident.insert',
      incident: { source: 'forecast', kind: 'forecast', state: 'detected', service: 'checkout' },
    });
    expect(transition?.outbox).toMatchObject([{ queue: 'forecaster' }]);
    const standing = { ...(anomaly as Anomaly), incidentId: '0190d3f0-0000-7000-8000-000000000002' };
    expect(openFromForecast({ ...base, openAnomalies: [standing] })).toEqual([]);
    const [closing] = openFromForecast({ ...base, openAnomalies: [standing], ended: true });
    expect(closing?.writes).toMatchObject([
      { kind: 'anomaly.upsert', anomaly: { id: standing.id, closedAt: expect.any(String) } },
    ]);
  });
});
