import { z } from 'zod';
import { ORDERS } from '../constants.ts';
import type { Selection } from '../shop/order-queue.ts';
import { targetKeys } from '../shop/state.ts';
import { action, NOTHING_TO_RESTORE } from './action.ts';

const queue = z.literal('orders');
const max = z.number().int().min(1).max(ORDERS.parkAtMost).default(ORDERS.parkAtMost);

function moving(selection: Selection) {
  return action({
    args: z.strictObject({ queue, max }),
    async prepare({ max: atMost }, { shop, identity }) {
      const target = targetKeys.queue(shop.environment);
      const count = await shop.queue.count(selection, atMost);
      return {
        target,
        targetUid: identity.uidOf(target),
        before: { selection, max: atMost, parked: 0 },
        after: { selection, max: atMost, parked: count },
        inverse: NOTHING_TO_RESTORE,
        already: count === 0,
        async apply() {
          const messageIds = await shop.queue.park(selection, atMost);
          return {
            after: { selection, max: atMost, parked: messageIds.length, messageIds },
            inverse:
              messageIds.length === 0 ? NOTHING_TO_RESTORE : { kind: 'unpark', args: { queue: 'orders', messageIds } },
          };
        },
      };
    },
  });
}
/** Moves messages whose order is not paid although they have been due for 1.5 s to the parking lane, oldest first. */
export const park = moving('poison');
/** Moves whatever is due to the parking lane, oldest first. */
export const drain = moving('due');

/** Puts parked messages back in their places in the sequence: the inverse of park and drain. */
export const unpark = action({
  args: z.strictObject({ queue, messageIds: z.array(z.string().regex(/^\d+$/)).min(1).max(ORDERS.parkAtMost) }),
  async prepare({ messageIds }, { shop, identity }) {
    const target = targetKeys.queue(shop.environment);
    const count = await shop.queue.countParked(messageIds);
    return {
      target,
      targetUid: identity.uidOf(target),
      before: { parked: count },
      after: { parked: 0, replayed: count },
      inverse: { kind: 'drain', args: { queue: 'orders', max: Math.max(1, count) } },
      already: count === 0,
      async apply() {
        return { after: { parked: 0, replayed: await shop.queue.unpark(messageIds) } };
      },
    };
  },
});
