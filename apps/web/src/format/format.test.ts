import { describe, expect, it } from 'vitest';
import { amountText, exhaustionText, moneyText, oneInText, recordText, shortRange, unbroken } from './numbers.ts';
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
    expect(countdownText('2026-01-16T14:08:37Z', now)).toBe('23\u00A0h 58\u00A0min');
  });
});

describe('numbers', () => {
  it('keeps numbers with their units and nothing else', () => {
    expect(unbroken('back at 0.0 %. 3 s earlier, 17 workers, 2 min')).toBe(
      'back at 0.0\u202F%. 3\u00A0s earlier, 17 workers, 2\u00A0min',
    );
    expect(unbroken('EUR 49 booked, INC 5, gone in 21–40 min, P10–P90')).toBe(
      'EUR\u00A049 booked, INC 5, gone in 21–\u206040\u00A0min, P10–P90',
    );
  });
  it('writes an exhaustion with its interval, and none where it is not in sight', () => {
    expect(exhaustionText({ p10: 1140, p50: 1620, p90: 2460 })).toEqual({ main: '27 min', range: '19–41 min' });
    expect(exhaustionText({ p10: null, p50: null, p90: null })).toEqual({ main: 'no end in sight', range: '' });
    expect(exhaustionText({ p10: 0, p50: 0, p90: 60 }).main).toBe('gone');
  });
  it('keeps both units where they differ', () => {
    expect(shortRange('50 s', '3 min')).toBe('50 s–3 min');
  });
  it('prints a loss as negative and no price as such', () => {
    expect(moneyText({ amount: '-1200.00', currency: 'USD' })).toBe('USD\u00A0\u22121\u202F200');
    expect(moneyText(undefined)).toBe('not priced');
  });
  it('prints cents with two digits or not at all', () => {
    expect(['0', '0.5', '-12.5', '99.996', '100.4'].map((amount) => amountText(Number(amount)))).toEqual([
      '0',
      '0.50',
      '\u221212.50',
      '100',
      '100',
    ]);
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
