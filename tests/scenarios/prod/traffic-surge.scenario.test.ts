import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runbooksOf, Shop } from '../shop.ts';

describe('traffic-surge in prod', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('prod');
  });
  afterAll(() => shop.close());

  it('is forecast before users feel it, and replicas are added in time; once tipped, retries are shed', async () => {
    await shop.heal();
    await shop.break('traffic-surge');
    const incident = await shop.incident(90);
    const plan = await shop.planOf(incident.id, 40);
    if (incident.source === 'forecast') expect(runbooksOf(plan)).toEqual(['scale-replicas']);
    else expect(runbooksOf(plan)).toContain('shed-load');
    const run = await shop.execute(plan);
    const ended = await shop.ended(run.id, 150);
    expect(ended.verification.verdict).toBe('verified');
  });
});
