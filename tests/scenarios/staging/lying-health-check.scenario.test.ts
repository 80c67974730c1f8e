import { afterAll, beforeAll, describe, it } from 'vitest';
import { Shop } from '../shop.ts';
import { expectVerified } from '../verified.ts';

describe('lying-health-check in staging', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('staging');
  });
  afterAll(() => shop.close());

  it('is found, repaired by eject-replica and verified by an independent signal', async () => {
    await expectVerified(shop, { fault: 'lying-health-check', runbooks: ['eject-replica'], incidentWithin: 60 });
  });
});
