import { z } from 'zod';
import { CHECKOUT, RELEASES } from '../constants.ts';
import type { Replica } from '../shop/checkout-replicas.ts';
import { targetKeys } from '../shop/state.ts';
import { action, NOTHING_TO_RESTORE, refuse, type ActionContext, type Prepared, type Refusal } from './action.ts';

const service = z.literal('checkout');
const replica = z.string().regex(/^checkout-\d+$/);

function setOf({ shop, identity }: ActionContext) {
  const target = targetKeys.checkout(shop.environment);
  return { target, targetUid: identity.uidOf(target) };
}

async function withReplica(
  name: string,
  { shop }: ActionContext,
  then: (found: Replica) => Prepared | Refusal,
): Promise<Prepared | Refusal> {
  const found = shop.replicas.find(name);
  return found === undefined
    ? refuse(422, 'no-such-replica', `There is no replica ${name} in ${shop.environment}.`)
    : then(found);
}

/** How many replicas serve if `name` does not. */
function servingWithout(name: string, { shop }: ActionContext): number {
  return shop.replicas.ready.filter((other) => !other.ejected && other.name !== name).length;
}

/** Sets the number of replicas; added ones take their share as soon as they are healthy. */
export const scale = action({
  args: z.strictObject({ service, replicas: z.number().int().min(1).max(CHECKOUT.maximumReplicas) }),
  async prepare({ replicas }, context) {
    const { shop } = context;
    const before = shop.desired;
    return {
      ...setOf(context),
      before: { replicas: before },
      after: { replicas },
      inverse: { kind: 'scale', args: { service: 'checkout', replicas: before } },
      already: before === replicas,
      async apply() {
        await shop.scale(replicas);
        return undefined;
      },
    };
  },
});

/** Restarts one replica, or all of them one by one; refuses where nobody would serve meanwhile. */
export const restart = action({
  args: z.strictObject({ service, replica: replica.optional() }),
  async prepare({ replica: name }, context) {
    const { shop } = context;
    const chosen = name === undefined ? shop.replicas.all : shop.replicas.all.filter((one) => one.name === name);
    const [only] = chosen;
    if (only === undefined)
      return refuse(422, 'no-such-replica', `There is no replica ${name} in ${shop.environment}.`);
    if (chosen.some((one) => servingWithout(one.name, context) === 0)) {
      return refuse(409, 'last-replica', 'It is the only replica that serves: scale or replace first.');
    }
    const uids = () => Object.fromEntries(chosen.map((one) => [one.name, shop.replicas.find(one.name)?.uid]));
    const target =
      name === undefined
        ? setOf(context)
        : { target: targetKeys.replica(shop.environment, only.name), targetUid: only.uid };
    return {
      ...target,
      before: { restarted: [], uids: uids() },
      after: { restarted: chosen.map((one) => one.name) },
      inverse: NOTHING_TO_RESTORE,
      async apply() {
        for (const one of chosen) {
          const fresh = await shop.replicas.renew(one.name, shop.version);
          if (one.ejected) await shop.replicas.eject(fresh.name, true);
        }
        return { after: { restarted: chosen.map((one) => one.name), uids: uids() } };
      },
    };
  },
});

/** Puts a new process in the place of a replica, dead or alive. */
export const replace = action({
  args: z.strictObject({ service, replica }),
  prepare: ({ replica: name }, context) =>
    withReplica(name, context, (found) => ({
      target: targetKeys.replica(context.shop.environment, name),
      targetUid: found.uid,
      before: { uid: found.uid, version: found.version, ejected: found.ejected },
      after: { version: context.shop.version, ejected: false },
      inverse: NOTHING_TO_RESTORE,
      async apply() {
        const fresh = await context.shop.replicas.renew(name, context.shop.version);
        return { after: { uid: fresh.uid, version: fresh.version, ejected: false } };
      },
    })),
});

function versionChange() {
  return action({
    args: z.strictObject({ service, version: z.string(), replica: replica.optional() }),
    async prepare({ version, replica: name }, context) {
      const { shop } = context;
      if (RELEASES[version] === undefined)
        return refuse(
          422,
          'no-such-version',
          `checkout has no release ${version}; there are ${Object.keys(RELEASES).join(', ')}.`,
        );
      if (name !== undefined) {
        return withReplica(name, context, (found) => ({
          target: targetKeys.replica(shop.environment, name),
          targetUid: found.uid,
          before: { version: found.version },
          after: { version },
          inverse: { kind: 'set-version', args: { service: 'checkout', version: found.version, replica: name } },
          already: found.version === version && found.process.alive,
          async apply() {
            await shop.deployReplica(name, version, 'autoops');
            return { after: { version, uid: shop.replicas.find(name)?.uid } };
          },
        }));
      }
      const before = shop.version;
      return {
        ...setOf(context),
        before: { version: before },
        after: { version },
        inverse: { kind: 'set-version', args: { service: 'checkout', version: before } },
        already: before === version && shop.replicas.all.every((one) => one.version === version),
        async apply() {
          await shop.deploy(version, 'autoops');
          return undefined;
        },
      };
    },
  });
}
/** Rolls all replicas back to a version, one by one, or only one of them (a canary). */
export const rollbackVersion = versionChange();
/** The same in the other direction: its inverse. */
export const setVersion = versionChange();

function ejection(ejected: boolean) {
  return action({
    args: z.strictObject({ service, replica }),
    prepare: ({ replica: name }, context) =>
      withReplica(name, context, (found) => {
        if (ejected && servingWithout(name, context) === 0)
          return refuse(409, 'last-replica', 'It is the only replica that serves: scale or replace first.');
        return {
          target: targetKeys.replica(context.shop.environment, name),
          targetUid: found.uid,
          before: { ejected: found.ejected },
          after: { ejected },
          inverse: { kind: found.ejected ? 'eject' : 'readmit', args: { service: 'checkout', replica: name } },
          already: found.ejected === ejected,
          async apply() {
            await context.shop.replicas.eject(name, ejected);
            return undefined;
          },
        };
      }),
  });
}
/** Takes a replica out of the balancer; its process lives on. */
export const eject = ejection(true);
/** Takes it in again. */
export const readmit = ejection(false);
