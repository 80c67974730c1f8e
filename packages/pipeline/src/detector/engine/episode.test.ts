import { describe, expect, it } from 'vitest';
import { AlarmPolicy, type Preset } from './alarm-policy.ts';
import { CONSTANTS } from './constants.ts';
import { CounterRate } from './counter-rate.ts';
import { emptyDeepScore } from './deep-score.ts';
import { EpisodeTracker } from './episode.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Deviations that depart for 2 rows every `every` minutes, a row a minute; what the policy and the tracker make of them. */
function departures(every: number, minutes: number, from = 0) {
  const policy = new AlarmPolicy('precise');
  const tracker = new EpisodeTracker('precise');
  const out = emptyDeepScore();
  const alarms: number[] = [];
  const flapping: number[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const strong = minute >= from && (minute - from) % every < 2;
    out.deviation = strong ? 10 + (minute - from) / 1e4 : 0.5;
    policy.decide(minute * MINUTE, 0, out.deviation, 0, out);
    tracker.follow(minute * MINUTE, out.deviation, out);
    if (out.alarm) alarms.push(minute);
    if (out.flapping) flapping.push(minute);
  }
  return { alarms, flapping, episode: tracker.read(), open: tracker.open };
}

describe('one event per episode', () => {
  it('alarms on the first row, counts what follows within the hour to it, and ends it when it is calm', () => {
    const { alarms, episode } = departures(30, 50, 10);
    expect(alarms).toEqual([10]);
    expect(episode).toMatchObject({ openedAt: 10 * MINUTE, endedAt: 11 * MINUTE, peakAt: 11 * MINUTE, flaps: 0 });
  });

  it('does not alarm again for what only goes on', () => {
    const policy = new AlarmPolicy('precise');
    const out = emptyDeepScore();
    let alarms = 0;
    for (let minute = 0; minute < 300; minute += 1) {
      policy.decide(minute * MINUTE, 0, 10, 0, out);
      if (out.alarm) alarms += 1;
      else expect(out.score).toBeLessThan(0.5);
    }
    expect(alarms).toBe(1);
  });

  it('calls it flapping when departures come too often, and alarms again when they have become rare', () => {
    const { departures: most, calms } = CONSTANTS.flap;
    const often = departures(61, 20 * 60);
    expect(often.alarms).toHaveLength(most);
    expect(often.flapping.length).toBeGreaterThan(0);
    expect(often.open).toBe(true);
    expect(often.episode?.flaps).toBeGreaterThan(10);
    const rare = departures(calms * 60, 48 * 60);
    expect(rare.alarms).toHaveLength(8);
    expect(rare.flapping).toEqual([]);
  });
});

describe.each<Preset>(['early', 'precise'])('a clock that was wrong once, %s', (preset) => {
  it('neither silences the alarms after it nor raises one', () => {
    const policy = new AlarmPolicy(preset);
    const out = emptyDeepScore();
    const alarms: number[] = [];
    for (let minute = 0; minute < 900; minute += 1) {
      const at = minute === 200 ? Date.UTC(2099, 0, 1) : minute * MINUTE;
      const strong = minute === 150 || minute === 700;
      policy.decide(at, strong ? 6 : 0.2, strong ? 10 : 0.5, 0, out);
      if (out.alarm) alarms.push(minute);
    }
    expect(alarms).toEqual([150, 700]);
  });
});

describe('CounterRate', () => {
  it('turns a counter into its rate; a reset begins anew, a repeated or backward sample says nothing', () => {
    const counter = new CounterRate();
    const rates = [
      [0, 100],
      [10_000, 150],
      [10_000, 150],
      [5_000, 120],
      [20_000, 150],
      [30_000, 30],
      [40_000, Number.NaN],
      [50_000, 70],
    ].map(([at = 0, value = 0]) => counter.rate(at, value));
    expect(rates).toEqual([Number.NaN, 5, Number.NaN, Number.NaN, 0, 3, Number.NaN, 2]);
  });

  it('counts hours of a gap as hours', () => {
    const counter = new CounterRate();
    counter.rate(0, 0);
    expect(counter.rate(2 * HOUR, 7200)).toBe(1);
  });
});
