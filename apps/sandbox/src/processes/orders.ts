import pg from 'pg';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Logger } from 'pino';
import { ORDERS } from '../constants.ts';

type Due = { id: string; order_id: string; age: number; paid: boolean };
type Waiting = { depth: number; oldest: number; late: number; newest_late: string | null };

export type OrdersConsumer = {
  readonly registry: Registry;
  readonly connected: boolean;
  confirmed(orderIds: readonly string[]): Promise<string[]>;
};

/**
 * Starts the consumer of the table queue. It works strictly in sequence: it stops at the first order that is not paid,
 * because a later message may depend on an earlier one. A message is late once 10 s have passed since it was written,
 * done or not, and counts once. It keeps one connection for life, and only ever one.
 */
export function startOrders(connection: pg.ClientConfig, log: Logger): OrdersConsumer {
  const registry = new Registry();
  const registers = [registry];
  const processed = new Counter({ name: 'shop_queue_processed_total', help: 'Messages done', registers });
  const onTime = new Counter({ name: 'shop_queue_on_time_total', help: 'Messages done within 10 s', registers });
  const late = new Counter({ name: 'shop_queue_late_total', help: 'Messages not done within 10 s', registers });
  const depth = new Gauge({ name: 'shop_queue_depth', help: 'Messages due and not done', registers });
  const age = new Gauge({
    name: 'shop_queue_oldest_age_seconds',
    help: 'How long the oldest due message has waited',
    registers,
  });

  let client: pg.Client | undefined;
  let newestLate = '0'; // messages up to this id were counted as late already
  let oldestSince: number | undefined; // performance.now() at which the oldest due message became visible
  let blockedBy: string | undefined;

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client(connection);
    next.on('error', () => (client = undefined));
    await next.connect();
    return next;
  }

  async function work(database: pg.Client): Promise<void> {
    const due = await database.query<Due>({
      name: 'due',
      text: `select m.id, m.order_id, extract(epoch from now() - m.written_at)::float8 as age, o.paid_at is not null as paid
             from order_messages m join orders o on o.id = m.order_id
             where m.visible_at <= now() order by m.id limit $1`,
      values: [ORDERS.batch],
    });
    const stop = due.rows.findIndex((message) => !message.paid);
    const done = stop < 0 ? due.rows : due.rows.slice(0, stop);
    if (done.length > 0) {
      await database.query({
        name: 'done',
        text: 'select confirm_orders($1::bigint[])',
        values: [done.map((message) => message.id)],
      });
      processed.inc(done.length);
      const inTime = done.filter(
        (message) => BigInt(message.id) > BigInt(newestLate) && message.age * 1000 <= ORDERS.onTimeMs,
      ).length;
      const uncounted = done.filter(
        (message) => BigInt(message.id) > BigInt(newestLate) && message.age * 1000 > ORDERS.onTimeMs,
      ).length;
      onTime.inc(inTime);
      late.inc(uncounted);
    }
    const blocker = stop < 0 ? undefined : due.rows[stop]?.order_id;
    if (blocker !== undefined && blocker !== blockedBy)
      log.warn({ orderId: blocker }, 'orders waits: the next order is not paid');
    blockedBy = blocker;
  }

  async function measure(database: pg.Client): Promise<void> {
    const { rows } = await database.query<Waiting>({
      name: 'waiting',
      text: `select count(*) filter (where visible_at <= now())::int as depth,
                    coalesce(extract(epoch from now() - min(visible_at)), 0)::float8 as oldest,
                    count(*) filter (where id > $1 and written_at <= now() - $2::float8 * interval '1 ms')::int as late,
                    max(id) filter (where written_at <= now() - $2::float8 * interval '1 ms') as newest_late
             from order_messages`,
      values: [newestLate, ORDERS.onTimeMs],
    });
    const [waiting] = rows;
    if (waiting === undefined) return;
    depth.set(waiting.depth);
    oldestSince = waiting.depth > 0 ? performance.now() - Math.max(0, waiting.oldest) * 1000 : undefined;
    late.inc(waiting.late);
    if (waiting.newest_late !== null && BigInt(waiting.newest_late) > BigInt(newestLate))
      newestLate = waiting.newest_late;
  }

  let round = 0;
  const tick = async (): Promise<void> => {
    try {
      client ??= await connect();
      await work(client);
      if (round % 4 === 0) await measure(client);
    } catch (error) {
      log.warn(`orders cannot work: ${String(error)}`);
      client?.end().catch(() => undefined);
      client = undefined;
    }
    round += 1;
    // Without a database the message still waits: its age is real, and so it keeps growing.
    age.set(oldestSince === undefined ? 0 : (performance.now() - oldestSince) / 1000);
    setTimeout(() => void tick(), ORDERS.pollEveryMs);
  };
  void tick();

  return {
    registry,
    get connected() {
      return client !== undefined;
    },
    async confirmed(orderIds) {
      if (client === undefined) throw new Error('orders has no database connection');
      const { rows } = await client.query<{ id: string }>({
        name: 'confirmed',
        text: 'select id from orders where id = any($1::uuid[]) and confirmed_at is not null',
        values: [orderIds],
      });
      return rows.map((row) => row.id);
    },
  };
}
