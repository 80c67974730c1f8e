/** The orders consumer and the job reindex, in one process. */
import type pg from 'pg';
import { Gauge } from 'prom-client';
import { answerSupervisor } from './channel.ts';
import { answer, answerMetrics, listen } from './http.ts';
import { createLog } from './log.ts';
import { startOrders } from './orders.ts';
import { startReindex, type Reindex, type ReindexState } from './reindex.ts';

export type JobsStart = { readonly environment: string; readonly connection: pg.ClientConfig; readonly seed: string };

let reindex: Reindex | undefined;
let throttle: Gauge | undefined;

async function start(settings: JobsStart): Promise<{ port: number }> {
  const labels = { environment: settings.environment, replica: 'jobs-1' };
  const orders = startOrders(
    { ...settings.connection, application_name: 'orders' },
    createLog({ ...labels, service: 'orders' }),
  );
  reindex = startReindex(
    { ...settings.connection, application_name: 'reindex' },
    settings.seed,
    createLog({ ...labels, service: 'reindex' }),
  );
  throttle = new Gauge({
    name: 'shop_job_throttle_ratio',
    help: 'Share of its wish that the job may use',
    labelNames: ['job'],
    registers: [orders.registry],
  });
  throttle.set({ job: 'reindex' }, 1);
  const { port } = await listen((incoming, outgoing) => {
    if (incoming.url === '/metrics') return answerMetrics(outgoing, orders.registry);
    const ids = new URL(incoming.url ?? '/', 'http://localhost').searchParams.get('ids')?.split(',') ?? [];
    orders.confirmed(ids).then(
      (confirmed) => answer(outgoing, 200, { confirmed }),
      (error: unknown) => answer(outgoing, 503, { detail: String(error) }),
    );
  });
  return { port };
}

answerSupervisor({
  start,
  setReindex(state: ReindexState) {
    throttle?.set({ job: 'reindex' }, state.suspended ? 0 : state.percent / 100);
    return { connections: reindex?.apply(state) };
  },
  connections: () => ({ reindex: reindex?.open }),
});
