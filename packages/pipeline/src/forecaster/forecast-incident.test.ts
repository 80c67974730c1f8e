import { Forecast } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import { describe, expect, it } from 'vitest';
import type { SloHistory } from '../slo/history.ts';
import type { Objective } from '../slo/objective.ts';
import { forecastIncident, type IncidentForecastInput } from './forecast-incident.ts';

const START = Date.UTC(2026, 0, 15, 12);
const objective: Objective = {
  name: 'storefront-operations',
  title: 'Storefront operations succeed',
  service: 'storefront',
  target: 0.995,
  windowSeconds: 6 * 3600,
  source: 'sandbox',
  total: [{ metric: 'shop_operations_total', match: {}, not: {} }],
  counted: { kind: 'good', selectors: [{ metric: 'shop_operations_total', match: { outcome: 'ok' }, not: {} }] },
};

/** `healthy` seconds without errors, then `sick` seconds at this ratio, at 52 operations a second. */
function history(healthy: number, sick: number, ratio: number): SloHistory {
  const at = Array.from({ length: healthy + sick }, (_, i) => START + (i + 1) * 1000);
  return {
    timestampMs: at,
    seconds: at.map(() => 1),
    total: at.map(() => 52),
    bad: at.map((_, i) => (i < healthy ? 0 : Math.round(52 * ratio) + (i % 3) - 1)),
  };
}

function input(
  healthy: number,
  sick: number,
  ratio: number,
  over: Partial<IncidentForecastInput> = {},
): IncidentForecastInput {
  const nowMs = START + (healthy + sick) * 1000;
  return {
    id: '0190d3f0-0000-7000-8000-000000000001',
    incident: {
      id: '0190d3f0-0000-7000-8000-000000000002',
      service: 'storefront',
      environment: 'staging',
      openedAt: new Date(nowMs - Math.min(sick, 10) * 1000).toISOString(),
      kind: 'level',
    },
    objective,
    history: history(healthy, sick, ratio),
    intervalSeconds: 1,
    seasonSeconds: [600],
    trackRecord: { n: 0, covered: 0 },
    untreated: { p50: 2700, p90: 7200, source: 'demo rate card' },
    now: new Date(nowMs).toISOString(),
    seed: 'seed',
    ...over,
  };
}

describe('forecastIncident', () => {
  it('says when the budget is gone, with an interval, and is a valid forecast', () => {
    const { forecast, outcome } = forecastIncident(input(900, 15, 0.1));
    expect(Forecast.parse(forecast)).toEqual(forecast);
    expect(outcome).toMatchObject({ kind: 'advance', reason: 'forecast-frozen' });
    // 5616 bad events are the budget; 5.2 a second use it up after 18 min.
    const { p10, p50, p90 } = forecast.exhaustionSeconds;
    expect(p50).toBeGreaterThan(13 * 60);
    expect(p50).toBeLessThan(24 * 60);
    expect(p10 ?? 0).toBeLessThan((p50 ?? 0) * 0.85);
    expect(p90 ?? Infinity).toBeGreaterThan((p50 ?? 0) * 1.15);
    expect(forecast.exhaustionProbability).toBeGreaterThan(0.4);
    expect(forecast.fan).toHaveLength(120);
    expect(forecast.fan[0]?.badRatio.p50).toBeCloseTo(0.1, 1);
    expect(forecast.fan.at(-1)?.budgetLeft.p50).toBe(0);
    expect(forecast.evidence).toContain('no history yet (n = 0)');
  });

  it('gives the same bytes for the same input, also from what was stored with it', () => {
    const first = forecastIncident(input(900, 15, 0.1));
    const again = forecastIncident(JSON.parse(JSON.stringify(first.inputs)) as IncidentForecastInput);
    expect(again.forecast).toEqual(first.forecast);
    const { id: _id, hash, ...body } = first.forecast;
    expect(hash).toBe(digestOf(body));
    expect(forecastIncident(input(900, 15, 0.1, { seed: 'other' })).forecast.hash).not.toBe(hash);
  });

  it('says that its history is too short, and still forecasts', () => {
    const { forecast, outcome } = forecastIncident(input(70, 8, 0.1));
    expect(outcome).toMatchObject({ kind: 'advance', reason: 'insufficient-history' });
    expect(forecast).toMatchObject({ sufficientHistory: false, observedSeconds: 78 });
    expect(forecast.exhaustionSeconds.p50).not.toBeNull();
  });

  it('claims nothing where nothing is bad or nothing was observed', () => {
    const healthy = forecastIncident(input(900, 0, 0)).forecast;
    expect(healthy.exhaustionSeconds).toEqual({ p10: null, p50: null, p90: null });
    expect(healthy.fan[0]?.badRatio.p90).toBeLessThan(0.02);
    const empty = { timestampMs: [], seconds: [], total: [], bad: [] };
    const blind = forecastIncident(input(0, 0, 0, { history: empty, untreated: undefined })).forecast;
    expect(Forecast.parse(blind)).toMatchObject({ sufficientHistory: false, exhaustionProbability: 0, budgetLeft: 1 });
  });
});
