import { afterAll, beforeAll, describe, it } from 'vitest';
import { Shop } from '../shop.ts';
import { expectVerified } from '../verified.ts';

describe('memory-leak in prod', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('prod');
  });
  afterAll(() => shop.close());

  it('is found, repaired by rolling-restart and verified by an independent signal', async () => {
    await expectVerified(shop, { fault: 'memory-leak', runbooks: ['rolling-restart'], incidentWithin: 150 });
  });
});
