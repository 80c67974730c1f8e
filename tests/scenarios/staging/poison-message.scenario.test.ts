import { afterAll, beforeAll, describe, it } from 'vitest';
import { Shop } from '../shop.ts';
import { expectVerified } from '../verified.ts';

describe('poison-message in staging', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('staging');
  });
  afterAll(() => shop.close());

  it('is found, repaired by park-poison and verified by an independent signal', async () => {
    await expectVerified(shop, { fault: 'poison-message', runbooks: ['park-poison'], incidentWithin: 45 });
  });
});
