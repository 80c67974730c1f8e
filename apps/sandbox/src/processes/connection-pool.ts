import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { varied, type Random } from '../random.ts';

export type PoolOptions = {
  readonly connection: pg.ClientConfig;
  readonly size: number;
  /** So many connections are kept open without being asked for; more, up to `size`, only while a request waits. */
  readonly warm: number;
  readonly backOffMs: number;
  readonly spread: number;
  /** Mean life of a connection; absent: kept until the pool shrinks. */
  readonly lifeMs?: number;
  readonly random: Random;
};

type Waiter = (client: pg.Client) => void;

/** An attempt that is under way when a wait is over is waited for so long: a machine that stalls is not a database that refuses. */
const UNDER_WAY_MS = 1_500;

/**
 * A pool with exactly one connector: a database at its connection limit refuses at once (53300), so asking is repeated
 * with a jittered back-off, by one asker per pool however many requests wait.
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #idle: pg.Client[] = [];
  readonly #open = new Set<pg.Client>();
  readonly #expired = new Set<pg.Client>();
  readonly #waiters: Waiter[] = [];
  #size: number;
  #connecting = false;
  /** Ends when the connection that is being opened or closed right now is. */
  #underWay: Promise<unknown> | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#size = options.size;
    void this.#connect();
  }

  /** Connections held now. */
  get open(): number {
    return this.#open.size;
  }

  /** Sets how many connections the pool wants; surplus ones are closed at once when idle, else at release. */
  resize(size: number): void {
    this.#size = size;
    while (this.#open.size - this.#expired.size > size) {
      const idle = this.#idle.shift();
      const surplus = idle ?? [...this.#open].find((client) => !this.#expired.has(client));
      if (surplus === undefined) break;
      if (idle === undefined) this.#expired.add(surplus);
      else this.#drop(idle);
    }
    void this.#connect();
  }

  /** Returns a connection, or undefined when none came free within `timeoutMs`. */
  acquire(timeoutMs: number): Promise<pg.Client | undefined> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return Promise.resolve(idle);
    return new Promise((resolve) => {
      const waiter: Waiter = (client) => {
        clearTimeout(timer);
        resolve(client);
      };
      const giveUp = (): void => {
        const at = this.#waiters.indexOf(waiter);
        if (at < 0) return;
        this.#waiters.splice(at, 1);
        resolve(undefined);
      };
      const timer = setTimeout(() => {
        if (this.#underWay === undefined) return giveUp();
        void Promise.race([this.#underWay, sleep(UNDER_WAY_MS, undefined, { ref: false })]).then(giveUp);
      }, timeoutMs);
      this.#waiters.push(waiter);
      void this.#connect();
    });
  }

  /** Gives a connection back; an expired or broken one is closed. */
  release(client: pg.Client): void {
    if (!this.#open.has(client)) return;
    if (this.#expired.has(client)) {
      this.#drop(client);
      return;
    }
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#idle.push(client);
    else waiter(client);
  }

  /** Closes every connection and asks for no more. */
  async close(): Promise<void> {
    this.#closed = true;
    const clients = [...this.#open];
    this.#open.clear();
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }

  #drop(client: pg.Client): void {
    if (!this.#open.delete(client)) return;
    this.#expired.delete(client);
    const at = this.#idle.indexOf(client);
    if (at >= 0) this.#idle.splice(at, 1);
    // Whoever waits asks at once; a place kept warm is refilled after the back-off, as after a refusal.
    void this.#meanwhile(client.end())
      .catch(() => undefined)
      .then(() => (this.#waiters.length > 0 ? undefined : this.#backOff()))
      .then(() => this.#connect());
  }

  get #wanting(): boolean {
    return (
      !this.#closed &&
      this.#open.size < this.#size &&
      (this.#open.size < this.#options.warm || this.#waiters.length > 0)
    );
  }

  async #connect(): Promise<void> {
    if (this.#connecting || !this.#wanting) return;
    this.#connecting = true;
    while (this.#wanting) {
      const client = new pg.Client(this.#options.connection);
      client.on('error', () => this.#drop(client));
      try {
        await this.#meanwhile(client.connect());
      } catch {
        await this.#backOff();
        continue;
      }
      this.#open.add(client);
      this.#age(client);
      this.release(client);
    }
    this.#connecting = false;
  }

  /** Lets waits know that a connection is being opened or closed. */
  #meanwhile<T>(doing: Promise<T>): Promise<T> {
    const over = (): void => {
      if (this.#underWay === settled) this.#underWay = undefined;
    };
    const settled = doing.then(over, over);
    this.#underWay = settled;
    return doing;
  }

  #backOff(): Promise<void> {
    const { backOffMs, spread, random } = this.#options;
    return new Promise((resolve) => setTimeout(resolve, varied(random, backOffMs, spread)));
  }

  #age(client: pg.Client): void {
    const { lifeMs, spread, random } = this.#options;
    if (lifeMs === undefined) return;
    setTimeout(
      () => {
        if (!this.#open.has(client)) return;
        if (this.#idle.includes(client)) this.#drop(client);
        else this.#expired.add(client);
      },
      varied(random, lifeMs, spread),
    );
  }
}
