import { describe, expect, it } from 'vitest';
import { exhaustionRecord, oncePerDay, trackRecordOf } from './track-record.ts';

const day = (n: number): string => new Date(Date.UTC(2026, 0, n)).toISOString();

describe('trackRecordOf', () => {
  it('counts what could be judged alone, and says since when', () => {
    const judged = [
      { issuedAt: day(3), judgement: { held: true } },
      { issuedAt: day(2), judgement: { held: false, came: true, probability: 0.5 } },
      { issuedAt: day(4), judgement: { came: false, probability: 0.25 } },
      { issuedAt: day(1), judgement: {} },
    ];
    const record = { n: 2, covered: 1, nominal: 0.8, since: day(2), events: { n: 2, expected: 0.75, came: 1 } };
    expect(trackRecordOf(judged)).toEqual(record);
    expect(trackRecordOf(judged.toReversed())).toEqual(record);
  });

  it('has no numbers where nothing was judged', () => {
    expect(trackRecordOf([])).toEqual({ n: 0, covered: 0, nominal: 0.8 });
    expect(trackRecordOf([{ issuedAt: day(1), judgement: {} }])).toEqual({ n: 0, covered: 0, nominal: 0.8 });
  });
});

describe('exhaustionRecord', () => {
  const issuedAt = day(1);
  it.each([
    ['ran out within the interval', { low: 60, high: 120, exhausted: 90, lasted: 200 }, 1, 1],
    ['ran out before it', { low: 60, high: 120, exhausted: 30, lasted: 200 }, 1, 0],
    ['ran out after it', { low: 60, high: 120, exhausted: 130, lasted: 200 }, 1, 0],
    ['ran out within one without an end', { low: 60, high: null, exhausted: 900, lasted: 1000 }, 1, 1],
    ['ran out though no end was forecast', { low: null, high: null, exhausted: 90, lasted: 200 }, 1, 0],
    ['outlived it', { low: 60, high: 120, exhausted: null, lasted: 200 }, 1, 0],
    ['ended before anything could show', { low: 60, high: 120, exhausted: null, lasted: 100 }, 0, 0],
  ])('judges a budget that %s', (_name, one, n, covered) => {
    expect(exhaustionRecord([{ issuedAt, ...one }])).toMatchObject({ n, covered, nominal: 0.8 });
  });
});

describe('oncePerDay', () => {
  it('keeps the first look of a day at each resource', () => {
    const at = (hour: number, subject: string) => ({
      issuedAt: `2026-01-15T${String(hour).padStart(2, '0')}:00`,
      subject,
    });
    const looks = [at(1, 'a'), at(1, 'b'), at(2, 'a'), { issuedAt: day(16), subject: 'a' }];
    expect(oncePerDay(looks)).toEqual([looks[0], looks[1], looks[3]]);
  });
});
