import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { call } from '../processes/http.ts';
import type { Backend } from '../processes/balancer.ts';
import type { CheckoutBehaviour, CheckoutStart } from '../processes/checkout.ts';
import { SupervisedProcess, type LogLine, type ProcessBudget } from '../supervised-process.ts';

export type Replica = {
  readonly name: string;
  readonly ordinal: number;
  readonly uid: string;
  readonly version: string;
  readonly startedAt: string;
  readonly process: SupervisedProcess;
  readonly port: number;
  ejected: boolean;
  lying: boolean;
  leaking: boolean;
  /** It has leaked at some time: what it keeps goes only with its process. */
  leaked: boolean;
};

export type ReplicasOptions = {
  readonly environment: string;
  readonly cataloguePort: number;
  readonly connection: pg.ClientConfig;
  readonly seed: string;
  readonly budget: ProcessBudget;
  readonly onLine: LogLine;
  readonly route: (backends: readonly Backend[]) => Promise<void>;
};

const DRAIN_AT_MOST_MS = 4000;

/** The replicas of checkout: real processes which never restart by themselves. */
export class CheckoutReplicas {
  readonly #options: ReplicasOptions;
  readonly #replicas = new Map<string, Replica>();
  readonly #drains = new Set<Promise<void>>();

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** All replicas in the order of their ordinals, dead ones included. */
  get all(): readonly Replica[] {
    return [...this.#replicas.values()].sort((a, b) => a.ordinal - b.ordinal);
  }

  get ready(): readonly Replica[] {
    return this.all.filter((replica) => replica.process.alive);
  }

  find(name: string): Replica | undefined {
    return this.#replicas.get(name);
  }

  /** Starts the lowest free ordinals until there are `count` replicas, or ends the highest ones. */
  async scale(count: number, version: string): Promise<void> {
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
      (ordinal) => !this.#replicas.has(`checkout-${ordinal}`),
    );
    const surplus = this.all.filter((replica) => replica.ordinal > count);
    await Promise.all(
      missing.map(async (ordinal) => {
        await this.#options.budget.take();
        const replica = await this.#start(ordinal, version);
        this.#replicas.set(replica.name, replica);
        await this.#route(); // each takes its share as soon as it can
      }),
    );
    for (const replica of surplus) this.#replicas.delete(replica.name);
    await this.#route();
    await Promise.all(surplus.map((replica) => this.#drain(replica)));
  }

  /** Puts a fresh process in a replica's place: it starts before the old one leaves where the process budget has room. */
  async renew(name: string, version: string): Promise<Replica> {
    const old = this.#replicas.get(name);
    if (old === undefined) throw new Error(`there is no replica ${name}`);
    const early = old.process.alive && this.#options.budget.tryTake();
    if (!early) {
      if (old.process.alive) {
        this.#replicas.delete(name);
        await this.#route();
        await this.#drain(old);
      }
      await this.#options.budget.take();
    }
    const fresh = await this.#start(old.ordinal, version);
    this.#replicas.set(name, fresh);
    await this.#route();
    if (early) this.#background(this.#drain(old));
    return fresh;
  }

  /** Takes a replica out of the balancer, or back in. */
  async eject(name: string, ejected: boolean): Promise<void> {
    const replica = this.#replicas.get(name);
    if (replica === undefined) throw new Error(`there is no replica ${name}`);
    replica.ejected = ejected;
    await this.#route();
  }

  /** Makes a replica misbehave, or behave again. */
  async behave(replica: Replica, behaviour: CheckoutBehaviour): Promise<void> {
    await replica.process.call('behave', behaviour);
    replica.lying = behaviour.lying ?? replica.lying;
    replica.leaking = behaviour.leaking ?? replica.leaking;
    replica.leaked ||= replica.leaking;
  }

  /** Ends all processes at once. */
  async end(): Promise<void> {
    await Promise.all([...this.all.map((replica) => replica.process.end()), ...this.#drains]);
  }

  /** Resolves when every replaced replica has finished its last requests. */
  async drained(): Promise<void> {
    await Promise.all(this.#drains);
  }

  async #start(ordinal: number, version: string): Promise<Replica> {
    const { environment, cataloguePort, connection, seed, budget, onLine } = this.#options;
    const name = `checkout-${ordinal}`;
    const uid = randomUUID();
    const child = new SupervisedProcess('checkout', budget, onLine);
    try {
      const settings: CheckoutStart = {
        environment,
        replica: name,
        ordinal,
        uid,
        version,
        cataloguePort,
        connection: { ...connection, application_name: 'checkout' },
        seed: `${seed}/${name}`,
      };
      const { port } = await child.call<{ port: number }>('start', settings);
      // Only an answer of this very process counts: a port may have belonged to another a moment ago.
      const health = await call(port, 'GET', '/healthz', 2000);
      if (typeof health === 'string' || !health.body.includes(uid)) throw new Error(`${name} did not become healthy`);
      return {
        name,
        ordinal,
        uid,
        version,
        startedAt: new Date().toISOString(),
        process: child,
        port,
        ejected: false,
        lying: false,
        leaking: false,
        leaked: false,
      };
    } catch (error) {
      await child.end();
      throw error;
    }
  }

  async #drain(replica: Replica): Promise<void> {
    const until = performance.now() + DRAIN_AT_MOST_MS;
    await sleep(50); // what was sent just before the balancer let go
    while (replica.process.alive && performance.now() < until) {
      if ((await replica.process.call<number>('busy').catch(() => 0)) === 0) break;
      await sleep(50);
    }
    await sleep(20);
    await replica.process.end();
  }

  #background(work: Promise<void>): void {
    const tracked = work.finally(() => this.#drains.delete(tracked));
    this.#drains.add(tracked);
  }

  async #route(): Promise<void> {
    await this.#options.route(this.all.map(({ name, uid, port, ejected }) => ({ replica: name, uid, port, ejected })));
  }
}
