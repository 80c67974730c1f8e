/** The storefront, and on a second port the balancer before checkout. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CHECKOUT, LOAD } from '../constants.ts';
import { seededRandom } from '../random.ts';
import { startBalancer, type Backend } from './balancer.ts';
import { answerSupervisor } from './channel.ts';
import { answer, answerMetrics, call, listen, type Reply } from './http.ts';
import { createLog } from './log.ts';
import { attemptOf, serviceMetrics } from './service-metrics.ts';

export type FrontStart = {
  readonly environment: string;
  readonly cataloguePort: number;
  readonly ordersPort: number;
  readonly seed: string;
};
/** Shares (0-100) of retries and of browsing that the storefront refuses with 429, which no client retries. */
export type Shed = { readonly retries: number; readonly browse: number };

let route: (backends: readonly Backend[]) => void = () => undefined;
let shed: Shed = { retries: 0, browse: 0 };

async function start(settings: FrontStart): Promise<{ port: number; balancerPort: number }> {
  const log = createLog({ service: 'storefront', environment: settings.environment, replica: 'front-1' });
  const random = seededRandom(`${settings.seed}/storefront`);
  const { registry, answered } = serviceMetrics('page');
  const balancer = await startBalancer(log);
  route = balancer.route;

  function relay(outgoing: ServerResponse, reply: Reply, attempt: number, startedAt: number): void {
    const status = reply === 'timed-out' ? 504 : reply === 'unreachable' ? 502 : reply.status;
    answered(status, attempt, startedAt);
    if (typeof reply === 'string') return answer(outgoing, status, { detail: reply });
    if (outgoing.destroyed) return;
    outgoing.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(reply.body),
      ...(reply.replica !== undefined && { 'x-replica': reply.replica }),
    });
    outgoing.end(reply.body);
  }

  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const url = incoming.url ?? '/';
    if (url === '/metrics') return answerMetrics(outgoing, registry);
    const startedAt = performance.now();
    if (url.startsWith('/orders?')) {
      // Reading an order's state back is the clients' probe, not an operation of the shop.
      void call(settings.ordersPort, 'GET', url, 2000).then((reply) =>
        typeof reply === 'string'
          ? answer(outgoing, 502, { detail: reply })
          : answer(outgoing, reply.status, JSON.parse(reply.body)),
      );
      return;
    }
    const attempt = attemptOf(incoming.headers['x-attempt']);
    const shedPercent = url === '/browse' ? shed.browse : attempt > 1 ? shed.retries : 0;
    if (shedPercent > 0 && random() * 100 < shedPercent) {
      answered(429, attempt, startedAt);
      return answer(outgoing, 429, { detail: 'refused to protect the shop: try again later' });
    }
    if (url === '/browse') {
      if (random() < LOAD.answeredByStorefront) {
        answered(200, attempt, startedAt);
        return answer(outgoing, 200, { page: 'home' });
      }
      void call(settings.cataloguePort, 'GET', '/items/1', CHECKOUT.catalogueTimeoutMs).then((reply) =>
        relay(outgoing, reply, attempt, startedAt),
      );
      return;
    }
    void call(balancer.port, 'POST', '/checkout', LOAD.timeoutMs, { 'x-attempt': String(attempt) }).then((reply) =>
      relay(outgoing, reply, attempt, startedAt),
    );
  }

  const { port } = await listen(handle);
  log.info({ port, balancerPort: balancer.port }, 'storefront ready');
  return { port, balancerPort: balancer.port };
}

answerSupervisor({
  start,
  route: (backends: readonly Backend[]) => route(backends),
  shed: (next: Shed) => void (shed = next),
});
