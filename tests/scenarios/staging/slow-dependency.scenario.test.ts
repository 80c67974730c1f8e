import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runbooksOf, Shop } from '../shop.ts';

describe('slow-dependency in staging', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('staging');
  });
  afterAll(() => shop.close());

  it('ends with retries shed and verified, or honestly without a safe plan', async () => {
    await shop.heal();
    await shop.break('slow-dependency');
    const incident = await shop.incident(60);
    const outcome = await shop.planOf(incident.id, 40).catch(() => undefined);
    if (outcome === undefined) {
      const closed = await shop.closed(incident.id, 30);
      expect(closed.outcome).toBe('no-safe-plan');
      expect(await shop.effects()).toEqual([]);
      return;
    }
    expect(runbooksOf(outcome)).toEqual(['shed-load']);
    const run = await shop.execute(outcome);
    const ended = await shop.ended(run.id, 150);
    expect(['verified', 'ineffective']).toContain(ended.verification.verdict);
    if (ended.verification.verdict === 'ineffective')
      expect(ended.steps.every((step) => step.state === 'compensated')).toBe(true);
  });
});
