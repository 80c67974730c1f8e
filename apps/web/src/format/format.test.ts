import { describe, expect, it } from 'vitest';
import { exhaustionText, moneyText, oneInText, recordText, shortRange, unbroken } from './numbers.ts';
import { countdownText, relativeText, timeText } from './time.ts';

const now = new Date('2026-01-15T14:10:00Z');

describe('times', () => {
  it('shows UTC with its name, and the date only on another day', () => {
    expect(timeText('2026-01-15T14:02:07Z', 'utc', now)).toBe('14:02:07 UTC');
    expect(timeText('2026-01-14T14:02:07Z', 'utc', now)).toBe('2026-01-14 14:02:07 UTC');
  });
  it('says how long ago, and how long until', () => {
    expect(relativeText('2026-01-15T14:02:00Z', now)).toBe('8 min ago');
    expect(relativeText('2026-01-15T14:10:30Z', now)).toBe('in 30 s');
  });
  it('counts down and stops at zero', () => {
    expect(countdownText('2026-01-15T14:38:41Z', now)).toBe('28:41');
    expect(countdownText('2026-01-15T14:00:00Z', now)).toBe('0:00');
  });
});

describe('numbers', () => {
  it('keeps numbers with their units and nothing else', () => {
    expect(unbroken('back at 0.0 %. 3 s earlier, 17 workers, 2 min')).toBe(
      'back at 0.0\u00A0%. 3\u00A0s earlier, 17 workers, 2\u00A0min',
    );
  });
  it('writes an exhaustion with its interval, and none where it is not in sight', () => {
    expect(exhaustionText({ p10: 1140, p50: 1620, p90: 2460 })).toEqual({ main: '27 min', range: '19–41 min' });
    expect(exhaustionText({ p10: null, p50: null, p90: null })).toEqual({ main: 'not in sight', range: '' });
    expect(exhaustionText({ p10: 0, p50: 0, p90: 60 }).main).toBe('gone');
  });
  it('keeps both units where they differ', () => {
    expect(shortRange('50 s', '3 min')).toBe('50 s–3 min');
  });
  it('prints a loss as negative and no price as such', () => {
    expect(moneyText({ amount: '-1200.00', currency: 'USD' })).toBe('USD \u22121\u202F200');
    expect(moneyText(undefined)).toBe('not priced');
  });
  it('never shows a record without its count', () => {
    expect(recordText({ n: 0, succeeded: 0 })).toBe('no history yet (n = 0)');
    expect(recordText({ n: 41, succeeded: 37 })).toBe('worked 37 of 41 times');
  });
  it('turns a ratio into one in so many', () => {
    expect(oneInText(0.047)).toBe('≈ 1 in 21');
    expect(oneInText(0)).toBeUndefined();
  });
});
