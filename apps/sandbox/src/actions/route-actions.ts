import { z } from 'zod';
import { targetKeys } from '../shop/state.ts';
import { action } from './action.ts';

const what = z.enum(['retries', 'browse']);
const service = z.literal('storefront');

/** Refuses a share of retries or of browsing with 429, which no client retries; 0 lifts it. */
export const shed = action({
  args: z.strictObject({
    service,
    what,
    percent: z.number().int().min(0).max(100),
    ttlSeconds: z.number().positive().max(86_400).optional(),
  }),
  async prepare({ what: part, percent, ttlSeconds }, { shop, identity, expiries }) {
    const target = targetKeys.route(shop.environment);
    const expiry = `${target}#${part}`;
    const before = shop.shed[part];
    return {
      target,
      targetUid: identity.uidOf(target),
      before: { what: part, percent: before },
      after: { what: part, percent },
      inverse:
        before === 0
          ? { kind: 'unshed', args: { service: 'storefront', what: part } }
          : { kind: 'shed', args: { service: 'storefront', what: part, percent: before } },
      already: before === percent && ttlSeconds === undefined,
      async apply() {
        expiries.cancel(expiry);
        await shop.setShed({ [part]: percent }, 'autoops');
        if (ttlSeconds !== undefined && percent !== before)
          expiries.schedule(expiry, target, ttlSeconds, () => shop.setShed({ [part]: before }));
        return undefined;
      },
    };
  },
});

/** Lets everything in again. */
export const unshed = action({
  args: z.strictObject({ service, what }),
  async prepare({ what: part }, { shop, identity, expiries }) {
    const target = targetKeys.route(shop.environment);
    const before = shop.shed[part];
    return {
      target,
      targetUid: identity.uidOf(target),
      before: { what: part, percent: before },
      after: { what: part, percent: 0 },
      inverse: { kind: 'shed', args: { service: 'storefront', what: part, percent: before } },
      already: before === 0,
      async apply() {
        expiries.cancel(`${target}#${part}`);
        await shop.setShed({ [part]: 0 }, 'autoops');
        return undefined;
      },
    };
  },
});
