import { describe, expect, it } from 'vitest';
import { sorted } from './service-charts.tsx';

const of = (...indicators: readonly string[]) => indicators.map((indicator) => ({ indicator }));

describe('the charts of a service', () => {
  it('opens those that tell most in their order and folds the others away', () => {
    expect(sorted(of('memory_ratio', 'error_ratio', 'attempt_rate', 'request_rate'))).toEqual({
      first: of('request_rate', 'error_ratio'),
      others: of('attempt_rate', 'memory_ratio'),
    });
  });
  it('opens some of a service that has none of those', () => {
    const { first, others } = sorted(of('h', 'g', 'f', 'e', 'd', 'c', 'b', 'a'));
    expect([first, others]).toEqual([of('a', 'b', 'c', 'd', 'e', 'f'), of('g', 'h')]);
  });
});
