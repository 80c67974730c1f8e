import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Shop, until } from '../shop.ts';

describe('two faults at once in staging', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('staging');
  });
  afterAll(() => shop.close());

  it('become two incidents, or one that says why', async () => {
    await shop.heal();
    await shop.break('two-at-once');
    const first = await shop.incident(60);
    const answer = await until('two incidents or a reason for one', 60, async () => {
      const rows = await shop.incidents();
      if (rows.length >= 2) return 'two';
      const incident = await shop.load(first.id);
      return incident.anomalies.length >= 2 && incident.correlation.length > 0 ? 'one' : undefined;
    });
    expect(['one', 'two']).toContain(answer);
  });
});
