import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import { forecastBreach } from './forecast-breach.ts';
import { HISTORY_STEPS, ResourceHistory } from './resource-history.ts';

describe('ResourceHistory', () => {
  it('keeps the mean of each step, and what nobody observed as unknown', () => {
    const history = new ResourceHistory(256);
    for (const [seconds, value] of [
      [600, 32],
      [700, 96],
      [1500, 128],
    ] as const)
      expect(history.push(seconds, value)).toBe(true);
    expect([...history.values()]).toEqual([0.25, Number.NaN, Number.NaN, 0.5]);
    expect(history.hours).toBe(0.25);
  });

  it('leaves out what is too old or no number, and lets its time pass', () => {
    const history = new ResourceHistory(10);
    history.push(900, 5);
    expect(history.push(300, 9)).toBe(false);
    for (const [i, value] of [Number.NaN, Number.POSITIVE_INFINITY, 1e308].entries())
      expect(history.push(1200 + 300 * i, value)).toBe(false);
    expect(history.push(Number.NaN, 5)).toBe(false);
    expect([...history.values()]).toEqual([0.5, Number.NaN, Number.NaN, Number.NaN]);
  });

  it('holds fourteen days, however long it runs or is silent', () => {
    const history = new ResourceHistory(1);
    for (let t = 0; t < 3 * HISTORY_STEPS; t++) history.push(t * 300, (t % 100) / 200);
    expect(history.values()).toHaveLength(HISTORY_STEPS);
    expect(history.values().at(-1)).toBe(((3 * HISTORY_STEPS - 1) % 100) / 200);
    history.push(1e12, 0.5);
    expect(history.values().filter((value) => !Number.isNaN(value))).toHaveLength(1);
  });

  it('goes on after a restart as if nothing had been between, byte for byte', () => {
    const random = seededRandom('restart');
    const whole = new ResourceHistory(100);
    let restarted = new ResourceHistory(100);
    for (let t = 0; t < 2000; t++) {
      const value = 40 + t / 60 + random.normal();
      whole.push(t * 130, value);
      restarted.push(t * 130, value);
      if (t % 97 === 0) restarted = ResourceHistory.restore(restarted.snapshot());
    }
    expect(restarted.snapshot()).toEqual(whole.snapshot());
    expect(forecastBreach(restarted)).toEqual(forecastBreach(whole));
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the limit %d', (limit) => {
    expect(() => new ResourceHistory(limit)).toThrow(RangeError);
  });

  it('refuses a snapshot of another version', () => {
    const bytes = new ResourceHistory(1).snapshot();
    bytes[0] = 9;
    expect(() => ResourceHistory.restore(bytes)).toThrow(/version/);
  });
});
