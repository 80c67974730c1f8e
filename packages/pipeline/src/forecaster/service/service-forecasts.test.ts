import { ServiceForecast } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import { demandForecast, demandGrid } from './demand-forecast.ts';
import { judge, type Outcome } from './judge.ts';
import { resourceForecast, resourceSubject } from './resource-forecast.ts';
import { riskForecast } from './risk-forecast.ts';
import { ResourceHistory } from '../hazard/resource-history.ts';

const START = Date.UTC(2026, 0, 15);
const id = '0190d3f0-0000-7000-8000-000000000001';
const place = { id, service: 'orders', environment: 'staging' };
const nothing = { n: 0, covered: 0, nominal: 0.8 };
const STEP = 12;
const SEASON = 600;

/** Demand with a season of 50 steps and noise, `steps` of them, those of `left` out. */
function demandOf(steps: number, left: (step: number) => boolean = () => false, seed = 'demand') {
  const random = seededRandom(seed);
  const values = Array.from({ length: steps }, (_, i) => 40 + 10 * Math.sin((2 * Math.PI * i) / 50) + random.normal());
  const kept = values.map((value, i) => ({ at: START + (i + 1) * STEP * 1000, value })).filter((_, i) => !left(i));
  const until = START + steps * STEP * 1000;
  return demandForecast({
    ...place,
    subject: 'request_rate',
    unit: '1/s',
    at: kept.map(({ at }) => at),
    value: kept.map(({ value }) => value),
    until,
    seasonSeconds: SEASON,
    stepSeconds: STEP,
    judgedAfterSeconds: 300,
    trackRecord: nothing,
    now: new Date(until + 5000).toISOString(),
  });
}

describe('demandForecast', () => {
  it('continues two seasons or more by a season, with members that say what they carry', () => {
    const forecast = demandOf(300);
    expect(ServiceForecast.parse(forecast)).toEqual(forecast);
    expect(forecast.sufficientHistory).toBe(true);
    expect(forecast.fan).toHaveLength(50);
    forecast.fan.forEach(({ p10, p50, p90 }, h) => {
      expect(Math.abs(p50 - (40 + 10 * Math.sin((2 * Math.PI * (300 + h)) / 50)))).toBeLessThan(4);
      expect(p10).toBeLessThan(p50);
      expect(p90).toBeGreaterThan(p50);
    });
    expect(forecast.members.length).toBeGreaterThan(1);
    expect(forecast.evidence[0]).toBe('6 seasons observed');
    // It is judged by a point of the fan.
    expect(forecast.fan.map(({ at }) => at)).toContain(forecast.dueAt);
  });

  it('says that history is insufficient: at first, and after a gap as long as a season', () => {
    for (const forecast of [demandOf(0), demandOf(99), demandOf(300, (i) => i >= 150 && i < 210)])
      expect(forecast).toMatchObject({ sufficientHistory: false, fan: [], members: [] });
    expect(demandOf(300, (i) => i >= 150 && i < 210).evidence).toEqual([
      '18 min of 2 seasons (20 min) observed without a long gap',
    ]);
    expect(demandOf(300, (i) => i >= 60 && i < 70)).toMatchObject({ sufficientHistory: true });
  });

  it('restarts from what came after a long gap: what was before changes nothing', () => {
    const gap = (i: number) => i >= 100 && i < 160;
    const first = demandOf(400, gap);
    const other = demandOf(400, (i) => i < 160);
    expect(first.fan).toEqual(other.fan);
    expect(first.sufficientHistory).toBe(true);
  });

  it('takes a 48th of the season in whole ticks of the source', () => {
    expect(demandGrid(86_400, 15)).toEqual({ stepSeconds: 1800, historySeconds: 28 * 86_400 });
    expect(demandGrid(600, 1)).toEqual({ stepSeconds: 13, historySeconds: 16_800 });
    expect(demandGrid(60, 15)).toEqual({ stepSeconds: 15, historySeconds: 1680 });
  });
});

const level = (hours: number, value: (hour: number) => number): ResourceHistory => {
  const history = new ResourceHistory(100);
  for (let t = 0; t < hours * 12; t++) history.push(t * 300, value(t / 12));
  return history;
};
const resource = (history: ResourceHistory) =>
  resourceForecast({
    ...place,
    indicator: 'disk_used',
    unit: 'ratio',
    labels: { device: 'data', array: 'a' },
    history,
    calibration: undefined,
    trackRecord: nothing,
    now: new Date(START).toISOString(),
  });

describe('resourceForecast', () => {
  it('says how likely, when, and on what evidence', () => {
    const forecast = resource(level(40, (hour) => 10 + 2 * hour));
    expect(ServiceForecast.parse(forecast)).toEqual(forecast);
    expect(forecast.subject).toBe('disk_used{array=a,device=data}');
    expect(forecast.probability?.[24]).toBeGreaterThan(0.3);
    expect(forecast.evidence).toEqual(
      expect.arrayContaining(['never came back from this level before', 'that line reaches the limit in 5 h']),
    );
  });

  it('has no numbers without a day of history', () => {
    const forecast = resource(level(5, () => 50));
    expect(forecast).toMatchObject({
      sufficientHistory: false,
      evidence: ['4 h 55 min of 23 h observed'],
      neededHours: 23,
    });
    expect([forecast.probability, forecast.timeToBreach, forecast.level]).toEqual([undefined, undefined, undefined]);
  });

  it('names a resource the same whatever the order of its labels', () => {
    expect(resourceSubject('d', { b: '2', a: '1' })).toBe(resourceSubject('d', { a: '1', b: '2' }));
    expect(resourceSubject('d', {})).toBe('d');
  });
});

describe('judge', () => {
  const at = new Date(START + 1).toISOString();
  const seen: Outcome = { observedShare: 1, opened: false, openAtIssue: false, treated: false };
  const demand = demandOf(300);
  const due = demand.fan.find((point) => point.at === demand.dueAt) ?? { p10: 0, p50: 0, p90: 0 };

  it('holds the point that is due against what was measured', () => {
    expect(judge(demand, { ...seen, value: due.p50 }, at)).toEqual({ at, held: true, observed: due.p50 });
    expect(judge(demand, { ...seen, value: due.p90 + 1 }, at)).toMatchObject({ held: false });
    expect(judge(demand, seen, at)).toEqual({ at, because: 'not observed' });
    expect(judge(demandOf(20), { ...seen, value: 40 }, at)).toEqual({ at, because: 'insufficient history' });
  });

  it('counts an incident that came, and none that was open already or that nobody would have seen', () => {
    const risk = riskForecast({
      ...place,
      history: { timestampMs: [], seconds: [], total: [], bad: [] },
      target: 0.99,
      seasonSeconds: [86_400],
      signs: { burn: 0, changes: 1, openAnomalies: 0 },
      burnWindow: '1h',
      trackRecord: nothing,
      now: new Date(START).toISOString(),
    });
    expect(ServiceForecast.parse(risk)).toEqual(risk);
    expect(risk).toMatchObject({ sufficientHistory: false, subject: 'incident' });
    const probability = risk.probability.within1h;
    expect(judge(risk, { ...seen, opened: true }, at)).toEqual({ at, came: true, probability });
    expect(judge(risk, seen, at)).toEqual({ at, came: false, probability });
    expect(judge(risk, { ...seen, openAtIssue: true }, at).came).toBeUndefined();
    expect(judge(risk, { ...seen, observedShare: 0.5 }, at).came).toBeUndefined();
  });

  it('judges a breach that came, and keeps silent where an action may have kept it away', () => {
    const forecast = resource(level(40, (hour) => 10 + 2 * hour));
    const q50 = forecast.timeToBreach?.q50 ?? 0;
    expect(judge(forecast, { ...seen, reachedSeconds: q50 }, at)).toMatchObject({ came: true, held: true });
    expect(judge(forecast, { ...seen, reachedSeconds: 47 * 3600 }, at)).toMatchObject({ came: false, held: false });
    expect(judge(forecast, seen, at)).toMatchObject({ came: false, probability: forecast.probability?.[24] });
    expect(judge(forecast, { ...seen, treated: true }, at)).toEqual({ at, because: 'an action came between' });
    expect(judge(forecast, { ...seen, observedShare: 0.8 }, at)).toEqual({ at, because: 'not observed' });
    expect(judge(resource(level(40, () => 100)), seen, at)).toMatchObject({ because: 'the limit was reached already' });
  });
});
