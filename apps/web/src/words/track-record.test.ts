import { describe, expect, it } from 'vitest';
import { eventsText, intervalsText } from './track-record.ts';

const record = (n: number, covered: number) => ({ n, covered, nominal: 0.8 });

describe('track record in words', () => {
  it('says a share only of enough judged forecasts', () => {
    expect(intervalsText(record(0, 0))).toBe('no history yet (n = 0)');
    expect(intervalsText(record(3, 3))).toBe('not judged yet: needs 5 more (n = 3)');
    expect(intervalsText({ ...record(143, 116), since: '2026-01-15T12:00:00.000Z' })).toBe(
      '80 % intervals held 81 % of 143 times, since 2026-01-15',
    );
  });

  it('holds what came against what was expected', () => {
    expect(eventsText(record(0, 0))).toBe('no history yet (n = 0)');
    expect(eventsText({ ...record(0, 0), events: { n: 5, expected: 1, came: 0 } })).toBe(
      'not judged yet: needs 3 more (n = 5)',
    );
    expect(eventsText({ ...record(0, 0), events: { n: 40, expected: 2.61, came: 3 } })).toBe(
      'came 3 of 40 times, 2.6 expected',
    );
  });
});
