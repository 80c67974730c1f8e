import { describe, expect, it } from 'vitest';
import { Ledger } from './__fixtures__/shop-config.ts';
import { SimulatedShop, START } from './__fixtures__/shop.ts';
import { detectShard, type DetectorCache } from './detect-shard.ts';
import { togetherText } from './together.ts';

/** A shop whose noisy job runs twice, 30 s each, worked second by second. */
function twice() {
  const faults = [190, 300].map((second) => ({
    kind: 'noisy-job' as const,
    fromMs: START + second * 1000,
    toMs: START + (second + 30) * 1000,
  }));
  const shop = new SimulatedShop('checkout', faults, 'together');
  const ledger = new Ledger();
  let cached: DetectorCache | undefined;
  for (let sequence = 1; sequence <= 380; sequence++) {
    const work = shop.work([shop.batch(sequence)], { sequence: sequence - 1, state: undefined });
    const result = detectShard(work, ledger.config(new Date(START + 3_600_000)), cached);
    cached = result.cache;
    ledger.commit(result);
  }
  const anomalies = [...ledger.anomalies.values()].sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1));
  return { anomalies, ledger };
}

describe('the context of an anomaly', () => {
  const { anomalies } = twice();
  const errors = anomalies.filter(({ indicator }) => indicator === 'error_ratio');

  it('names the indicators of the service that depart at the same time, furthest first', () => {
    const together = errors[0]?.context.together;
    expect(together?.indicators.length).toBeGreaterThan(2);
    expect(together?.of).toBeGreaterThanOrEqual(together?.indicators.length ?? 0);
    expect(together?.indicators.map(({ indicator }) => indicator)).toContain('error_ratio');
    const deviations = together?.indicators.map(({ deviation }) => deviation) ?? [];
    expect(deviations).toEqual(deviations.toSorted((a, b) => b - a));
    expect(together?.leading).toBe(together?.indicators[0]?.indicator);
    expect(new Set(together?.indicators.map(({ indicator }) => indicator)).size).toBe(together?.indicators.length);
    const text = togetherText({
      service: 'checkout',
      context: errors[0]?.context ?? { labelsDiffering: [], changesBefore: [] },
    });
    expect(text).toMatch(/^ \d+ of \d+ indicators of checkout depart together\.$/);
  });

  it('says that nothing was like it at first, and the second time when it was and how much alike', () => {
    const [first, second] = errors;
    expect(first?.context.nearestPast?.distance).toBeGreaterThan(0.8);
    const past = second?.context.nearestPast;
    expect(Date.parse(past?.at ?? '')).toBeGreaterThanOrEqual(START + 190_000);
    expect(Date.parse(past?.at ?? '')).toBeLessThan(START + 240_000);
    expect(past?.distance).toBeLessThan(0.5);
    expect(past?.observed).toBeGreaterThan(0.02);
    expect(second?.context.measuredAgainst?.samples).toBeGreaterThan(250);
  });

  it('has axes within their bounds, and a view of the engine', () => {
    for (const { novelty, deviation, winningView, kind } of anomalies) {
      expect(novelty).toBeGreaterThanOrEqual(0);
      expect(novelty).toBeLessThanOrEqual(6);
      expect(deviation).toBeGreaterThanOrEqual(0);
      if (kind === 'level') expect(winningView).toMatch(/^(shingle|mean)-\d+$/);
    }
  });
});
