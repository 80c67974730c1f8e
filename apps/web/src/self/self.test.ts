import { describe, expect, it } from 'vitest';
import { budgetText } from '../value/value-block.tsx';
import { quarterOf } from '../value/value-page.tsx';
import { basisText } from './self-page.tsx';

describe('own figures', () => {
  it('say how many cases they stand on, and claim no interval from one', () => {
    expect(basisText({ n: 0, low: null, high: null, unit: 's' })).toBe('none yet');
    expect(basisText({ n: 1, low: 4, high: 4, unit: 's' })).toBe('n = 1, few cases');
    expect(basisText({ n: 40, low: 4, high: 9, unit: 's' })).toMatch(/^n = 40, 80 %: 4.s to 9.s$/);
  });
});

describe('a share of the budget', () => {
  it('is told in budgets once it may be more than one', () => {
    expect(budgetText({ p10: 0.24, p50: 0.4, p90: 0.73 })).toBe('24–73\u00A0%');
    expect(budgetText({ p10: 0.24, p50: 0.9, p90: 2.73 })).toBe('0.2–2.7\u00A0budgets');
  });
});

describe('quarters', () => {
  it('are named as the API names them', () => {
    expect(quarterOf(new Date('2026-12-31T23:59:59Z'))).toBe('2026-Q4');
    expect(quarterOf(new Date('2027-01-01T00:00:00Z'))).toBe('2027-Q1');
  });
});
