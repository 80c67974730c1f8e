import { describe, expect, it } from 'vitest';
import { columnsOf, earlierColumn, lonelyRows, pointsOf } from './dense-columns.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 15, 14);
const seriesOf = (values: readonly (number | null)[], from = START) => ({
  points: values.map((value, index) => ({ at: new Date(from + index * MINUTE_MS).toISOString(), value })),
});

describe('columnsOf', () => {
  it('breaks the line where more than two and a half steps are missing', () => {
    const points = pointsOf(seriesOf([1, 2, 3, 4, 5])).filter((_point, index) => index !== 2 && index !== 3);
    const [at, value] = columnsOf([...points, ...pointsOf(seriesOf([6, 7, 8], START + 5 * MINUTE_MS))]);
    expect(value).toEqual([1, 2, null, 5, 6, 7, 8]);
    expect(at[2]).toBe((START + MINUTE_MS + 1) / 1000);
  });
});

describe('lonelyRows', () => {
  it('are those that no line leads to', () => {
    expect(lonelyRows([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(lonelyRows([null, 7, undefined])).toEqual([1]);
    expect(lonelyRows([])).toEqual([]);
  });
});

describe('earlierColumn', () => {
  const day = 86_400_000;
  const at = [0, 1, 2, 3, 4].map((minute) => (START + minute * MINUTE_MS) / 1000);

  it('says at each instant what was measured so much earlier', () => {
    const { points } = seriesOf([1, 2, 3, 4, 5], START - day);
    expect(earlierColumn(at, { label: 'a day before', shiftMs: day, points })).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes the newest known value where the two were not measured at the same seconds', () => {
    const { points } = seriesOf([1, 2, 3, 4], START - day + 20_000);
    expect(earlierColumn(at, { label: 'a day before', shiftMs: day, points })).toEqual([null, 1, 2, 3, 4]);
  });

  it('says nothing where nothing was measured, before, within and after', () => {
    const { points } = seriesOf([1, 2, null, null, null, null, 7], START - day + MINUTE_MS);
    const longer = Array.from({ length: 12 }, (_none, minute) => (START + minute * MINUTE_MS) / 1000);
    expect(earlierColumn(longer, { label: 'a day before', shiftMs: day, points })).toEqual([
      null,
      1,
      2,
      2,
      2,
      null,
      null,
      7,
      7,
      7,
      null,
      null,
    ]);
  });

  it('is empty for a time of which nothing is known', () => {
    expect(earlierColumn(at, { label: 'a week before', shiftMs: 7 * day, points: [] })).toEqual(at.map(() => null));
  });
});
