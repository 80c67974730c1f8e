import { Counter, Gauge } from 'prom-client';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { BALANCER } from '../constants.ts';
import { answer, answerMetrics, call, listen } from './http.ts';
import { attemptOf, serviceMetrics } from './service-metrics.ts';

export type Backend = {
  readonly replica: string;
  readonly uid: string;
  readonly port: number;
  readonly ejected: boolean;
};
type Watched = Backend & { up: boolean; failures: number; successes: number };

export type Balancer = { readonly port: number; route(backends: readonly Backend[]): void };

/**
 * Starts the balancer before checkout: round robin over the replicas that are up and not ejected, with a shallow health
 * check every 3 s. Its series carry `service` and `replica` themselves.
 */
export async function startBalancer(log: Logger): Promise<Balancer> {
  let watched: Watched[] = [];
  let turn = 0;
  const { registry, answered } = serviceMetrics('checkout', { service: 'checkout' });
  const registers = [registry];
  const requests = new Counter({
    name: 'shop_balancer_requests_total',
    help: 'Requests by replica and answer',
    labelNames: ['replica', 'code'],
    registers,
  });
  const up = new Gauge({
    name: 'shop_balancer_replica_up',
    help: '1 while the health checks count the replica as up',
    labelNames: ['replica'],
    registers,
  });

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const startedAt = performance.now();
    const attempt = attemptOf(incoming.headers['x-attempt']);
    const serving = watched.filter((backend) => backend.up && !backend.ejected);
    turn += 1;
    const backend = serving[turn % Math.max(1, serving.length)];
    // What the balancer answers itself no replica has counted, so it is counted here.
    const refuse = (status: number, detail: string) => {
      answered(status, attempt, startedAt);
      requests.inc({ replica: backend?.replica ?? 'none', code: String(status) });
      log.warn({ status, attempt, replica: backend?.replica }, `checkout failed at the balancer: ${detail}`);
      answer(outgoing, status, { detail }, backend === undefined ? {} : { 'x-replica': backend.replica });
    };
    if (backend === undefined) return refuse(502, 'no replica is up');
    void call(backend.port, 'POST', '/checkout', BALANCER.upstreamTimeoutMs, { 'x-attempt': String(attempt) }).then(
      (reply) => {
        if (reply === 'timed-out') return refuse(504, 'the replica did not answer in time');
        if (reply === 'unreachable') return refuse(502, 'the replica cannot be reached');
        requests.inc({ replica: backend.replica, code: String(reply.status) });
        if (outgoing.destroyed) return undefined;
        outgoing.writeHead(reply.status, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(reply.body),
          'x-replica': reply.replica ?? backend.replica,
        });
        return void outgoing.end(reply.body);
      },
    );
  }

  async function check(backend: Watched): Promise<void> {
    const reply = await call(backend.port, 'GET', '/healthz', BALANCER.checkTimeoutMs);
    const well = typeof reply !== 'string' && reply.status === 200 && reply.body.includes(backend.uid);
    backend.failures = well ? 0 : backend.failures + 1;
    backend.successes = well ? backend.successes + 1 : 0;
    if (backend.up && backend.failures >= BALANCER.outAfter) {
      backend.up = false;
      log.warn({ replica: backend.replica }, 'replica taken out after failed health checks');
    } else if (!backend.up && backend.successes >= BALANCER.inAfter) {
      backend.up = true;
      log.info({ replica: backend.replica }, 'replica taken in again');
    }
    if (watched.includes(backend)) up.set({ replica: backend.replica }, backend.up && !backend.ejected ? 1 : 0);
  }
  setInterval(() => watched.forEach((backend) => void check(backend)), BALANCER.checkEveryMs);

  const { port } = await listen((incoming, outgoing) =>
    incoming.url === '/metrics' ? answerMetrics(outgoing, registry) : forward(incoming, outgoing),
  );
  return {
    port,
    route(backends) {
      const known = new Map(watched.map((backend) => [backend.uid, backend]));
      watched = backends.map((backend) => {
        const before = known.get(backend.uid);
        // A process that is new here has just answered its first health check to the supervisor.
        return {
          ...backend,
          up: before?.up ?? true,
          failures: before?.failures ?? 0,
          successes: before?.successes ?? 0,
        };
      });
      up.reset();
      for (const backend of watched) up.set({ replica: backend.replica }, backend.up && !backend.ejected ? 1 : 0);
    },
  };
}
