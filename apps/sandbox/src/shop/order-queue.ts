import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { ORDERS } from '../constants.ts';

export type QueueState = { readonly depth: number; readonly oldestAgeSeconds: number; readonly parked: number };
/** Which messages an operation moves: poison ones, or whatever is due. */
export type Selection = 'poison' | 'due';

const SELECTED: Record<Selection, string> = {
  poison: `m.visible_at < now() - interval '${ORDERS.poisonAfterMs} ms' and o.paid_at is null`,
  due: 'm.visible_at <= now()',
};
const FROM = 'from order_messages m join orders o on o.id = m.order_id';

/** The controller's hands on the table queue and its parking lane; it works as the superuser, outside the role's limit. */
export class OrderQueue {
  readonly #admin: pg.Pool;

  constructor(admin: pg.Pool) {
    this.#admin = admin;
  }

  async state(): Promise<QueueState> {
    const { rows } = await this.#admin.query<QueueState>(
      `select count(*) filter (where visible_at <= now())::int as depth,
              greatest(0, coalesce(extract(epoch from now() - min(visible_at)), 0))::float8 as "oldestAgeSeconds",
              (select count(*)::int from parked_messages) as parked from order_messages`,
    );
    return rows[0] ?? { depth: 0, oldestAgeSeconds: 0, parked: 0 };
  }

  /** Counts what `park` would move. */
  async count(selection: Selection, max: number): Promise<number> {
    const { rows } = await this.#admin.query<{ count: number }>(
      `select count(*)::int as count from (select 1 ${FROM} where ${SELECTED[selection]} limit $1) selected`,
      [max],
    );
    return rows[0]?.count ?? 0;
  }

  /** Moves at most `max` messages, oldest first, to the parking lane; returns their ids. One statement: all or none. */
  async park(selection: Selection, max: number): Promise<string[]> {
    const { rows } = await this.#admin.query<{ id: string }>(
      `with selected as (select m.id ${FROM} where ${SELECTED[selection]} order by m.id limit $1 for update of m),
            moved as (delete from order_messages m using selected s where m.id = s.id returning m.id, m.order_id, m.written_at, m.visible_at)
       insert into parked_messages (id, order_id, written_at, visible_at) select id, order_id, written_at, visible_at from moved returning id`,
      [max],
    );
    return rows.map((row) => row.id);
  }

  /** Counts which of the ids are in the parking lane. */
  async countParked(ids: readonly string[]): Promise<number> {
    const { rows } = await this.#admin.query<{ count: number }>(
      'select count(*)::int as count from parked_messages where id = any($1::bigint[])',
      [ids],
    );
    return rows[0]?.count ?? 0;
  }

  /** Puts parked messages back where they were in the sequence; returns how many. */
  async unpark(ids: readonly string[]): Promise<number> {
    const { rowCount } = await this.#admin.query(
      `with moved as (delete from parked_messages where id = any($1::bigint[]) returning id, order_id, written_at, visible_at)
       insert into order_messages (id, order_id, written_at, visible_at) overriding system value
       select id, order_id, written_at, visible_at from moved`,
      [ids],
    );
    return rowCount ?? 0;
  }

  /** Writes a message whose order was never paid, due at once; returns the order's id. */
  async poison(): Promise<string> {
    const orderId = randomUUID();
    await this.#admin.query('insert into orders (id) values ($1)', [orderId]);
    await this.#admin.query('insert into order_messages (order_id, visible_at) values ($1, now())', [orderId]);
    return orderId;
  }

  /** True while the order's message waits in the queue. */
  async waits(orderId: string): Promise<boolean> {
    const { rowCount } = await this.#admin.query('select 1 from order_messages where order_id = $1', [orderId]);
    return (rowCount ?? 0) > 0;
  }

  /** Deletes half-written orders with their messages (an order being written now is visible for less than 0.5 s unpaid). */
  async removeHalfWritten(): Promise<void> {
    await this.#admin.query(
      `with gone as (delete from order_messages m using orders o
                     where o.id = m.order_id and o.paid_at is null and m.visible_at < now() - interval '500 ms' returning m.order_id)
       delete from orders where id in (select order_id from gone)`,
    );
  }

  async emptyParking(): Promise<void> {
    await this.#admin.query('delete from parked_messages');
  }

  /** Forgets orders that were confirmed long ago, so that the tables stay small. */
  async prune(): Promise<void> {
    await this.#admin.query(`delete from orders where confirmed_at < now() - interval '10 minutes'`);
  }

  /** Connections to this cluster's databases, by database and holder. */
  async connections(): Promise<readonly { database: string; holder: string; count: number }[]> {
    const { rows } = await this.#admin.query<{ database: string; holder: string; count: number }>({
      name: 'connections',
      text: `select datname as database, application_name as holder, count(*)::int as count from pg_stat_activity
             where backend_type = 'client backend' and usename like 'shop\\_%' group by 1, 2`,
    });
    return rows;
  }
}
