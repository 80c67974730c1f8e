import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endedAsExpected } from '../faults.ts';
import { Shop } from '../shop.ts';
import { tell } from '../story.ts';

describe('two faults at once in staging', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('staging');
  });
  afterAll(() => shop.close());

  it('become two incidents, or one that says why, and both are mended', async () => {
    const stories = await tell(shop, 'two-at-once');
    const told = stories.map(({ runbooks, outcome, run }) => ({ runbooks, outcome, reason: run?.verification.reason }));
    expect(endedAsExpected('two-at-once', stories), JSON.stringify(told)).toBe(true);
    const [first, ...others] = stories;
    if (others.length === 0) expect(first.incident.correlation.length).toBeGreaterThan(0);
  });
});
