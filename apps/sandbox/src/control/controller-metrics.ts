import type { Server } from 'node:http';
import { Gauge, Registry } from 'prom-client';
import { DATABASE } from '../constants.ts';
import { answer, answerMetrics, listen } from '../processes/http.ts';
import type { Shop } from '../shop/shop.ts';

const HOLDERS = ['checkout', 'orders', 'reindex'] as const;

export type ControllerMetrics = { readonly port: number; readonly server: Server };

/**
 * Serves what no shop process can say of itself, one port per environment: how many replicas there should be and are,
 * and who holds the connections of checkout's database (from the database server, read at most once a second).
 */
export async function serveControllerMetrics(shop: Shop, databaseName: string): Promise<ControllerMetrics> {
  const registry = new Registry();
  registry.setDefaultLabels({ service: 'checkout' });
  const registers = [registry];
  const desired = new Gauge({ name: 'shop_replicas_desired', help: 'Replicas that there should be', registers });
  const ready = new Gauge({
    name: 'shop_replicas_ready',
    help: 'Replicas whose process lives and is ready',
    registers,
  });
  const held = new Gauge({
    name: 'shop_database_connections',
    help: "Connections to checkout's database by holder",
    labelNames: ['holder'],
    registers,
  });
  new Gauge({ name: 'shop_database_connections_limit', help: 'Connections the shop may hold', registers }).set(
    DATABASE.connectionLimit,
  );
  let readAt = -Infinity;

  async function read(): Promise<void> {
    desired.set(shop.desired);
    ready.set(shop.replicas.ready.length);
    if (performance.now() - readAt < 900) return;
    readAt = performance.now();
    const connections = await shop.queue.connections();
    for (const holder of HOLDERS) {
      held.set(
        { holder },
        connections.find((one) => one.database === databaseName && one.holder === holder)?.count ?? 0,
      );
    }
  }
  const { server, port } = await listen((incoming, outgoing) => {
    if (incoming.url !== '/metrics') return answer(outgoing, 404, { detail: 'only /metrics is here' });
    read().then(
      () => answerMetrics(outgoing, registry),
      () => answer(outgoing, 503, { detail: 'the database does not answer' }),
    );
  });
  return { port, server };
}
