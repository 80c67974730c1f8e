import { describe, expect, it } from 'vitest';
import { quarterOf } from '../value/value-page.tsx';
import { basisText } from './self-page.tsx';

describe('own figures', () => {
  it('say how many cases they stand on, and claim no interval from one', () => {
    expect(basisText({ n: 0, low: null, high: null, unit: 's' })).toBe('none yet');
    expect(basisText({ n: 1, low: 4, high: 4, unit: 's' })).toBe('n = 1, few cases');
    expect(basisText({ n: 40, low: 4, high: 9, unit: 's' })).toMatch(/^n = 40, 80 %: 4.s to 9.s$/);
  });
});

describe('quarters', () => {
  it('are named as the API names them', () => {
    expect(quarterOf(new Date('2026-12-31T23:59:59Z'))).toBe('2026-Q4');
    expect(quarterOf(new Date('2027-01-01T00:00:00Z'))).toBe('2027-Q1');
  });
});
