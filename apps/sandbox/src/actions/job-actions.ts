import { z } from 'zod';
import { targetKeys } from '../shop/state.ts';
import { action, type ActionContext } from './action.ts';

const ttlSeconds = z.number().positive().max(86_400).optional();
const job = z.literal('reindex');

function targetOf({ shop, identity }: ActionContext) {
  const target = targetKeys.job(shop.environment);
  return { target, targetUid: identity.uidOf(target) };
}

/** Cuts the job to a share of the connections it wishes; 100 lifts the throttle. */
export const throttleJob = action({
  args: z.strictObject({ job, percent: z.number().int().min(1).max(100), ttlSeconds }),
  async prepare({ percent, ttlSeconds: ttl }, context) {
    const { shop, expiries } = context;
    const before = shop.job.percent;
    const { target, targetUid } = targetOf(context);
    const expiry = `${target}#percent`;
    return {
      target,
      targetUid,
      before: { throttlePercent: before },
      after: { throttlePercent: percent },
      inverse: { kind: 'throttle-job', args: { job: 'reindex', percent: before } },
      already: before === percent && ttl === undefined,
      async apply() {
        expiries.cancel(expiry);
        await shop.setJob({ percent }, 'autoops');
        if (ttl !== undefined && percent !== before)
          expiries.schedule(expiry, target, ttl, () => shop.setJob({ percent: before }));
        return undefined;
      },
    };
  },
});

function suspension(suspended: boolean) {
  return action({
    args: z.strictObject({ job, ttlSeconds }),
    async prepare({ ttlSeconds: ttl }, context) {
      const { shop, expiries } = context;
      const before = shop.job.suspended;
      const { target, targetUid } = targetOf(context);
      const expiry = `${target}#suspended`;
      return {
        target,
        targetUid,
        before: { suspended: before },
        after: { suspended },
        inverse: { kind: before ? 'suspend-job' : 'resume-job', args: { job: 'reindex' } },
        already: before === suspended,
        async apply() {
          expiries.cancel(expiry);
          await shop.setJob({ suspended }, 'autoops');
          if (ttl !== undefined) expiries.schedule(expiry, target, ttl, () => shop.setJob({ suspended: before }));
          return undefined;
        },
      };
    },
  });
}

/** Stops the job; its connections are given back. */
export const suspendJob = suspension(true);
/** Lets a suspended job work again. */
export const resumeJob = suspension(false);
