import { afterAll, beforeAll, describe, it } from 'vitest';
import { Shop } from '../shop.ts';
import { expectVerified } from '../verified.ts';

describe('crashed-replica in prod', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('prod');
  });
  afterAll(() => shop.close());

  it('is found, repaired by replace-replica and park-poison and verified by an independent signal', async () => {
    await expectVerified(shop, {
      fault: 'crashed-replica',
      runbooks: ['replace-replica', 'park-poison'],
      incidentWithin: 45,
    });
  });
});
