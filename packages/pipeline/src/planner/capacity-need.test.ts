import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityNeed, stormFactor } from './capacity-need.ts';

const shop = { attempts: 4, cost: 4, headroom: 1.2 };
const healthy = { replicas: 4, expectedSaturation: 0.53, attemptRate: 7.9, retryRatio: 0, expectedAttemptRate: 7.9 };

describe('stormFactor', () => {
  it('is 2.29 for 4 attempts of which a retry costs 4 times a first one, and 1 without retries', () => {
    expect(stormFactor({ attempts: 4, cost: 4 })).toBeCloseTo(2.288, 3);
    expect(stormFactor({ attempts: 1, cost: 4 })).toBe(1);
  });

  it('never falls with more attempts or dearer retries', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.double({ min: 0.1, max: 10, noNaN: true }), (attempts, cost) => {
        const factor = stormFactor({ attempts, cost });
        expect(stormFactor({ attempts: attempts + 1, cost })).toBeGreaterThanOrEqual(factor);
        expect(stormFactor({ attempts, cost: cost + 1 })).toBeGreaterThanOrEqual(factor);
      }),
    );
  });
});

describe('capacityNeed', () => {
  it('is 6 replicas for the shop at its usual load, however loud the storm is', () => {
    expect(capacityNeed(healthy, shop)).toBe(6);
    expect(capacityNeed({ ...healthy, attemptRate: 20.8, retryRatio: 0.62 }, shop)).toBe(6);
  });

  it('grows with first attempts, and never shrinks below the usual load', () => {
    expect(capacityNeed({ ...healthy, attemptRate: 13.4 }, shop)).toBe(10);
    expect(capacityNeed({ ...healthy, attemptRate: 1 }, shop)).toBe(6);
  });

  it('is not known without a saturation to start from', () => {
    expect(capacityNeed({ ...healthy, expectedSaturation: undefined }, shop)).toBeUndefined();
  });
});
