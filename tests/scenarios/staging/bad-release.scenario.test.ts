import { afterAll, beforeAll, describe, it } from 'vitest';
import { Shop } from '../shop.ts';
import { expectVerified } from '../verified.ts';

describe('bad-release in staging', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('staging');
  });
  afterAll(() => shop.close());

  it('is found, repaired by undo-release and verified by an independent signal', async () => {
    await expectVerified(shop, { fault: 'bad-release', runbooks: ['undo-release'], incidentWithin: 45 });
  });
});
