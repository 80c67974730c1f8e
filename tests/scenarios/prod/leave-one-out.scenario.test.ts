import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meanErrors, recover } from '../leave-one-out.ts';
import { Shop } from '../shop.ts';

describe('the noisy job in prod without its throttle', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('prod');
  });
  afterAll(() => shop.close());

  it('does not recover: what was done is judged ineffective and undone', async () => {
    const recovery = await recover(shop, { name: 'no throttle', without: 'throttle-noisy-job' }, 40);
    expect(recovery.runbooks).toEqual(['scale-replicas', 'park-poison']);
    // The bound that the walk's plan keeps after its actions is 2 %.
    expect(meanErrors(recovery, 25, 40)).toBeGreaterThan(0.02);
    expect(['ineffective', 'harmful']).toContain(recovery.outcome);
    expect(recovery.states).toEqual(['compensated', 'compensated']);
    expect(await shop.indicator('checkout', 'desired_replicas')).toBe(4);
  });
});
