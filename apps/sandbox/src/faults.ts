import { BAD_RELEASE, GOOD_RELEASE } from './constants.ts';
import type { SandboxIdentity } from './identity.ts';
import type { Shop } from './shop/shop.ts';

export const FAULTS = [
  'noisy-job',
  'poison-message',
  'bad-release',
  'slow-dependency',
  'memory-leak',
  'crashed-replica',
  'traffic-surge',
  'lying-health-check',
  'two-at-once',
] as const;
export type Fault = (typeof FAULTS)[number];
export type ActiveFault = { readonly fault: Fault; readonly environment: string; readonly startedAt: string };

/** What starting a fault leaves: whether its cause is still there, and how to take the cause (not its consequences) away. */
type Cause = { stillThere(): Promise<boolean>; remove(): Promise<void> };

/** Breaks the shop on command. A fault changes a cause only; every effect comes from the running processes. */
export class Faults {
  readonly #shops: ReadonlyMap<string, Shop>;
  readonly #identity: SandboxIdentity;
  #active: (ActiveFault & { cause: Cause })[] = [];

  constructor(shops: ReadonlyMap<string, Shop>, identity: SandboxIdentity) {
    this.#shops = shops;
    this.#identity = identity;
  }

  /** Starts a fault; undefined when there is no such environment. */
  async start(fault: Fault, environment: string): Promise<ActiveFault | undefined> {
    const shop = this.#shops.get(environment);
    if (shop === undefined) return undefined;
    this.#identity.rememberBroken();
    shop.stopCleaning();
    const started = { fault, environment, startedAt: new Date().toISOString() };
    const cause = await CAUSES[fault](shop);
    this.#active.push({ ...started, cause });
    return started;
  }

  /** The faults whose cause is still there. */
  async active(): Promise<readonly ActiveFault[]> {
    const there = await Promise.all(this.#active.map(({ cause }) => cause.stillThere()));
    this.#active = this.#active.filter((_, index) => there[index]);
    return this.#active.map(({ fault, environment, startedAt }) => ({ fault, environment, startedAt }));
  }

  /** Takes the causes away, in one environment or in all; the consequences stay until somebody heals them. */
  async remove(environment?: string): Promise<void> {
    const chosen = this.#active.filter((one) => environment === undefined || one.environment === environment);
    this.#active = this.#active.filter((one) => !chosen.includes(one));
    for (const { cause } of chosen) await cause.remove();
  }

  /** Forgets an environment's faults after a reset has healed them. */
  forget(environment: string): void {
    this.#active = this.#active.filter((one) => one.environment !== environment);
  }
}

const CAUSES: Readonly<Record<Fault, (shop: Shop) => Promise<Cause>>> = {
  async 'noisy-job'(shop) {
    await shop.setNoisy(true);
    return { stillThere: async () => shop.job.noisy, remove: () => shop.setNoisy(false) };
  },
  async 'poison-message'(shop) {
    const orderId = await shop.queue.poison();
    return { stillThere: () => shop.queue.waits(orderId), remove: () => shop.queue.removeHalfWritten() };
  },
  async 'bad-release'(shop) {
    await shop.deploy(BAD_RELEASE);
    return { stillThere: async () => shop.version === BAD_RELEASE, remove: () => shop.deploy(GOOD_RELEASE) };
  },
  async 'slow-dependency'(shop) {
    await shop.setSlow(true);
    return { stillThere: async () => shop.slow, remove: () => shop.setSlow(false) };
  },
  async 'memory-leak'(shop) {
    for (const replica of shop.replicas.ready) await shop.replicas.behave(replica, { leaking: true });
    const leaking = () => shop.replicas.ready.filter((replica) => replica.leaking);
    return {
      stillThere: async () => leaking().length > 0,
      async remove() {
        for (const replica of leaking()) await shop.replicas.behave(replica, { leaking: false });
      },
    };
  },
  async 'crashed-replica'(shop) {
    const victim = shop.replicas.ready[1] ?? shop.replicas.ready[0];
    victim?.process.crash();
    await victim?.process.ended;
    const stillDead = () => victim !== undefined && shop.replicas.find(victim.name) === victim;
    return {
      stillThere: async () => stillDead(),
      async remove() {
        if (victim !== undefined && stillDead()) await shop.replicas.renew(victim.name, shop.version);
      },
    };
  },
  async 'traffic-surge'(shop) {
    await shop.setSurge(true);
    return { stillThere: async () => shop.surging, remove: () => shop.setSurge(false) };
  },
  async 'lying-health-check'(shop) {
    const liar = shop.replicas.ready[2] ?? shop.replicas.ready[0];
    if (liar !== undefined) await shop.replicas.behave(liar, { lying: true });
    const stillLies = () =>
      liar !== undefined && shop.replicas.find(liar.name) === liar && liar.process.alive && liar.lying && !liar.ejected;
    return {
      stillThere: async () => stillLies(),
      async remove() {
        if (liar !== undefined && stillLies()) await shop.replicas.behave(liar, { lying: false });
      },
    };
  },
  /** Two independent faults on different services: `orders` is blocked by poison while checkout has a bad release. */
  async 'two-at-once'(shop) {
    const causes = [await CAUSES['poison-message'](shop), await CAUSES['bad-release'](shop)];
    return {
      async stillThere() {
        return (await Promise.all(causes.map((cause) => cause.stillThere()))).includes(true);
      },
      async remove() {
        for (const cause of causes) await cause.remove();
      },
    };
  },
};
