import { Counter, type Registry } from 'prom-client';
import { LOAD } from '../constants.ts';
import { call } from './http.ts';

/** Reads the clients' paid orders back through the storefront, 10 s after they were paid, in one request a second. */
export class ReadBack {
  readonly #port: number;
  readonly #confirmed: Counter<'service' | 'outcome'>;
  #expected: { orderId: string; dueAt: number }[] = [];

  constructor(port: number, registry: Registry) {
    this.#port = port;
    this.#confirmed = new Counter({
      name: 'shop_orders_confirmed_total',
      help: 'Paid orders by whether they were confirmed within 10 s, as their clients saw it',
      labelNames: ['service', 'outcome'],
      registers: [registry],
    });
    this.#confirmed.inc({ service: 'orders', outcome: 'on-time' }, 0);
    this.#confirmed.inc({ service: 'orders', outcome: 'late' }, 0);
    setInterval(() => void this.#read(), 1000);
  }

  /** Remembers a paid order until it is due. */
  expect(orderId: string): void {
    this.#expected.push({ orderId, dueAt: performance.now() + LOAD.readBackAfterMs });
  }

  /** Forgets the orders that are not yet due (after a reset they are nobody's). */
  forget(): void {
    this.#expected = [];
  }

  async #read(): Promise<void> {
    const now = performance.now();
    const due = this.#expected.filter((order) => order.dueAt <= now).map((order) => order.orderId);
    if (due.length === 0) return;
    this.#expected = this.#expected.filter((order) => order.dueAt > now);
    const reply = await call(this.#port, 'GET', `/orders?ids=${due.join(',')}`, 3000);
    // An order whose state cannot be read was not seen confirmed; an order service without an answer is no success.
    const confirmed =
      typeof reply === 'string' || reply.status !== 200
        ? 0
        : (JSON.parse(reply.body) as { confirmed: string[] }).confirmed.length;
    this.#confirmed.inc({ service: 'orders', outcome: 'on-time' }, confirmed);
    this.#confirmed.inc({ service: 'orders', outcome: 'late' }, due.length - confirmed);
  }
}
