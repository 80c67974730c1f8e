import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runbooksOf, Shop, until } from '../shop.ts';

/** How long it storms before the person acts: about ten samples of the clients to compare with. */
const STORM_S = 15;
/**
 * A checkout takes 1.51 s now: 7.9/s of them fill 0.79 of 5 replicas' 15 slots, and the storm lives on where that is above 0.61
 * (apps/sandbox/src/constants.ts, k = 2.6). Six replicas would be at 0.66, too near to be sure of.
 */
const REPLICAS = 5;

describe('a slow dependency in prod that a person scales against', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open('prod');
  });
  afterAll(() => shop.close());

  it('is not helped by it: ineffective, and the replicas are gone again', async () => {
    await shop.heal();
    await shop.break('slow-dependency');
    const incident = await shop.incident(60);
    // Before a storm is at its height, a run that changes nothing would look like the one that made it worse.
    let stormingSince = Number.NaN;
    await until('storm of retries that lasts', 90, async () => {
      const storming = ((await shop.indicator('storefront', 'client_error_ratio')) ?? 0) > 0.02;
      if (!storming) stormingSince = Number.NaN;
      else if (Number.isNaN(stormingSince)) stormingSince = shop.sinceBreak();
      return shop.sinceBreak() - stormingSince > STORM_S ? true : undefined;
    });

    const plan = await shop.guide(incident.id, [{ name: 'scale-replicas', parameters: { replicas: REPLICAS } }]);
    expect(runbooksOf(plan)).toEqual(['scale-replicas']);
    expect(plan.requester).toMatchObject({ kind: 'person' });
    expect(plan.because).toEqual([]);

    const run = await shop.execute(plan);
    await until(`${REPLICAS} replicas`, 30, async () =>
      (await shop.indicator('checkout', 'ready_replicas')) === REPLICAS ? true : undefined,
    );
    const ended = await shop.ended(run.id, 150);
    expect({ state: ended.state, verdict: ended.verification.verdict }).toEqual({
      state: 'rolled-back',
      verdict: 'ineffective',
    });
    expect((await shop.closed(incident.id, 30)).outcome).toBe('ineffective');
    // Once there and once back, each under its own key.
    const scales = (await shop.effects()).filter(({ kind }) => kind === 'scale');
    expect(scales).toMatchObject([{ target: expect.stringContaining('checkout') }, { target: scales[0]?.target }]);
    expect(new Set(scales.map(({ opId }) => opId)).size).toBe(2);
    await until('4 replicas again', 20, async () =>
      (await shop.indicator('checkout', 'ready_replicas')) === 4 ? true : undefined,
    );
  });
});
