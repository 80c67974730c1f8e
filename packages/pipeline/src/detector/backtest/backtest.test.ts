import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import type { Preset } from '../engine/alarm-policy.ts';
import { readDeepSeries, writeDeepSeries } from '../engine/deep-snapshot.ts';
import { emptyDeepScore } from '../engine/deep-score.ts';
import { DeepSeries } from '../engine/deep-series.ts';
import { Backtest } from './backtest.ts';
import { medianEstimate, rateOf, shareOf } from './intervals.ts';
import { judgeAlarms } from './judge-alarms.ts';

const HOUR = 3_600_000;
const STEP = 5 * 60_000;
const FAULTS = [700, 900, 1150];

/** Four days of five-minute rows with a daily swing; after the first two days three faults of 2 rows each, labelled. */
function rows() {
  const random = seededRandom('backtest');
  return Array.from({ length: 1200 }, (_, row) => {
    const label = FAULTS.some((from) => row >= from && row < from + 2);
    const value = 100 + 20 * Math.sin((row / 288) * 2 * Math.PI) + random.normal() + (label ? 90 : 0);
    return { at: row * STEP, value: row % 170 === 0 ? Number.NaN : value, label };
  });
}

describe.each<Preset>(['early', 'precise'])('a back-test, %s', (preset) => {
  it('equals a live replay in batches, with the state written and read between them', () => {
    const all = rows();
    const backtest = new Backtest({ preset });
    for (const { at, value, label } of all) backtest.take(at, value, label);
    const report = backtest.report();

    let live = new DeepSeries({ preset });
    const out = emptyDeepScore();
    const alarms: { at: number; score: number }[] = [];
    let last: unknown;
    for (let from = 0, size = 1; from < all.length; from += size, size = 1 + ((size * 7) % 53)) {
      for (const { at, value } of all.slice(from, from + size)) {
        live.step(at, value, out);
        if (out.alarm) alarms.push({ at, score: out.score });
      }
      live = readDeepSeries(writeDeepSeries(live));
      last = live.episode.read();
    }
    expect(alarms.length).toBeGreaterThan(0);
    expect(report.alarms.map(({ at, score }) => ({ at, score }))).toEqual(alarms);
    expect(report.alarms.at(-1)?.episode).toEqual(last);
    expect(writeDeepSeries(live)).toEqual(writeDeepSeries(backtest.series));
  });

  it('finds the labelled faults and says how late, how often and how surely', () => {
    const backtest = new Backtest({ preset });
    for (const { at, value, label } of rows()) backtest.take(at, value, label);
    const { labels, alarms, alarmsPerDay, judgedDays, lost, judgedFrom } = backtest.report();
    expect(labels?.found).toBe(3);
    expect(labels?.recall).toMatchObject({ value: 1, high: 1, method: 'Wilson 95 %' });
    expect(labels?.delaySeconds.value).toBeLessThanOrEqual(STEP / 1000);
    expect(judgedFrom).toBeGreaterThanOrEqual(24 * HOUR);
    expect(judgedDays).toBeCloseTo((1199 * STEP - (judgedFrom ?? 0)) / (24 * HOUR), 6);
    expect(lost).toBe(8);
    expect(alarmsPerDay.value).toBeCloseTo(alarms.filter(({ at }) => at >= (judgedFrom ?? 0)).length / judgedDays, 9);
    const hit = alarms.find(({ verdict }) => verdict === 'hit');
    expect(hit?.episode.view).not.toBe('');
    expect(hit?.episode.endedAt).toBeLessThan((hit?.at ?? 0) + 3 * HOUR);
  });

  it('judges nothing without labels, and nothing while learning', () => {
    const backtest = new Backtest({ preset });
    for (const { at, value } of rows().slice(0, 100)) backtest.take(at, value);
    expect(backtest.report()).toMatchObject({ labels: undefined, judgedFrom: null, judgedDays: 0 });
    expect(backtest.report().alarmsPerDay).toMatchObject({ value: null, low: null, high: null });
    expect(new Backtest({ preset }).report()).toMatchObject({ rows: 0, from: null, alarms: [] });
  });
});

describe('judgeAlarms', () => {
  const segments = [
    { from: 2 * HOUR, to: 4 * HOUR },
    { from: 10 * HOUR, to: 10 * HOUR },
    { from: 20 * HOUR, to: 20 * HOUR },
  ];
  it('counts an alarm as right from 5 min before a segment to its end, or to 15 min after its start', () => {
    const minutes = (hours: number, more: number) => hours * HOUR + more * 60_000;
    const alarms = [minutes(3, 59), minutes(9, 55), minutes(10, 15), minutes(19, 54), minutes(20, 16)];
    const { verdicts, comparison } = judgeAlarms(alarms, segments, 0, 24 * HOUR, 60_000);
    expect(verdicts).toEqual(['hit', 'hit', 'hit', 'false', 'false']);
    expect(comparison).toMatchObject({ segments: 3, found: 2, hits: 3, falseAlarms: 2, missed: [segments[2]] });
    expect(comparison.delaySeconds.value).toBe((119 * 60 + 0) / 2);
    expect(comparison.falseAlarmsPerDay.value).toBe(2);
  });

  it('judges neither alarms nor segments from before it had learned', () => {
    const { verdicts, comparison } = judgeAlarms([3 * HOUR, 3.5 * HOUR], segments, 3.2 * HOUR, HOUR, 60_000);
    expect(verdicts).toEqual(['unjudged', 'unjudged']);
    expect(comparison).toMatchObject({ segments: 2, found: 0, hits: 0, falseAlarms: 0 });
    expect(comparison.precision).toMatchObject({ value: null, low: null });
  });
});

describe('intervals', () => {
  it('are those of the tables', () => {
    // Wilson: Newcombe 1998, table I, 81 of 263 and 0 of 20.
    expect(shareOf(81, 263).low).toBeCloseTo(0.2553, 4);
    expect(shareOf(81, 263).high).toBeCloseTo(0.3662, 4);
    expect(shareOf(0, 20).high).toBeCloseTo(0.1611, 4);
    // Exact Poisson limits: 0 -> 3.689, 10 -> 4.795 to 18.39; Byar's approximation is within half a percent.
    expect(rateOf(0, 1).low).toBe(0);
    expect(rateOf(0, 1).high).toBeCloseTo(3.689, 1);
    expect(rateOf(10, 1).low).toBeCloseTo(4.795, 1);
    expect(rateOf(10, 1).high).toBeCloseTo(18.39, 1);
    // Median of ten: the 2nd and the 9th (binomial, 97.9 %); of five: none at 95 %.
    expect(medianEstimate([9, 1, 2, 3, 4, 5, 6, 7, 8, 10])).toMatchObject({ value: 5.5, low: 2, high: 9 });
    expect(medianEstimate([1, 2, 3, 4, 5])).toMatchObject({ value: 3, low: null, high: null });
    const many = medianEstimate(Array.from({ length: 2001 }, (_, index) => index));
    expect(many).toMatchObject({ value: 1000, low: 955, high: 1045 });
  });
});
