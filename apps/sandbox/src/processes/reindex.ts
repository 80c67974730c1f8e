import type pg from 'pg';
import type { Logger } from 'pino';
import { REINDEX } from '../constants.ts';
import { seededRandom } from '../random.ts';
import { ConnectionPool } from './connection-pool.ts';

export type ReindexState = { readonly noisy: boolean; readonly percent: number; readonly suspended: boolean };

/** Returns how many connections the job works with: its wish, cut to `percent` of it (at least one), none while suspended. */
export function reindexConcurrency(state: ReindexState): number {
  if (state.suspended) return 0;
  const wished = state.noisy ? REINDEX.noisyConcurrency : REINDEX.concurrency;
  return Math.max(1, Math.ceil((wished * state.percent) / 100));
}

export type Reindex = { readonly open: number; apply(state: ReindexState): number };

/** Starts the job: every worker holds a connection of checkout's database and reads a batch of orders now and then. */
export function startReindex(connection: pg.ClientConfig, seed: string, log: Logger): Reindex {
  let state: ReindexState = { noisy: false, percent: 100, suspended: false };
  const pool = new ConnectionPool({
    connection,
    size: reindexConcurrency(state),
    warm: REINDEX.noisyConcurrency,
    backOffMs: REINDEX.connectBackOffMs,
    spread: 0.4,
    random: seededRandom(`${seed}/reindex`),
  });
  let cursor = '00000000-0000-0000-0000-000000000000';

  async function readBatch(): Promise<void> {
    const worker = await pool.acquire(REINDEX.batchEveryMs);
    if (worker === undefined) return;
    try {
      const { rows } = await worker.query<{ id: string }>({
        name: 'batch',
        text: 'select id from orders where id > $1 order by id limit 20',
        values: [cursor],
      });
      cursor = rows.at(-1)?.id ?? '00000000-0000-0000-0000-000000000000';
    } catch (error) {
      log.warn(`reindex could not read a batch: ${String(error)}`);
    } finally {
      pool.release(worker);
    }
  }
  setInterval(() => {
    for (let worker = 0; worker < pool.open; worker += 1) void readBatch();
  }, REINDEX.batchEveryMs);

  return {
    get open() {
      return pool.open;
    },
    apply(next) {
      state = next;
      const wanted = reindexConcurrency(state);
      pool.resize(wanted);
      log.info({ ...state, connections: wanted }, 'reindex set');
      return wanted;
    },
  };
}
