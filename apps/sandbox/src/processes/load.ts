/** The load generator of all environments: open loop, on an absolute schedule. */
import { Counter, Histogram, Registry } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOAD } from '../constants.ts';
import { arrivalRate, spacingMs, type Flow } from '../load-schedule.ts';
import { seededRandom, varied } from '../random.ts';
import { answerSupervisor } from './channel.ts';
import { answer, answerMetrics, call, listen } from './http.ts';
import { ReadBack } from './read-back.ts';

export type LoadEnvironment = {
  readonly environment: string;
  readonly port: number;
  readonly phaseMs: number;
  readonly seed: string;
};
type Operation = 'browse' | 'checkout';
type Shoppers = { rising(): void; surge(factor: number): void; dropRetries(forMs: number): void };

const shoppersOf = new Map<string, Shoppers>();

/** Starts the clients of one environment; returns the port of their metrics. */
async function startShoppers(settings: LoadEnvironment): Promise<number> {
  const registry = new Registry();
  const registers = [registry];
  const operations = new Counter({
    name: 'shop_client_operations_total',
    help: 'Operations ended, by the service called; a checkout counts under storefront and under checkout',
    labelNames: ['service', 'outcome', 'replica'],
    registers,
  });
  const duration = new Histogram({
    name: 'shop_client_operation_duration_seconds',
    help: 'Time from the intended start to the end, all attempts included',
    labelNames: ['service'],
    buckets: [0.01, 0.05, 0.1, 0.3, 0.6, 0.8, 0.9, 1, 1.2, 1.6, 2.5, 4, 5, 6, 10, 15, 25],
    registers,
  });
  const lateStarts = new Counter({
    name: 'shop_load_late_starts_total',
    help: 'Operations started more than 50 ms late',
    registers,
  });
  const readBack = new ReadBack(settings.port, registry);
  const backOff = seededRandom(`${settings.seed}/back-off`);
  let cycleStart = performance.now() - settings.phaseMs;
  let factor = 1;
  let generation = 0; // a reset drops what waits to be retried by starting a new one
  let retryAgainAt = 0;

  async function operate(operation: Operation, intended: number): Promise<void> {
    const born = generation;
    let ok = false;
    let replica = 'none';
    for (let attempt = 1; attempt <= LOAD.attempts; attempt += 1) {
      const path = operation === 'browse' ? '/browse' : '/checkout';
      const reply = await call(settings.port, operation === 'browse' ? 'GET' : 'POST', path, LOAD.timeoutMs, {
        'x-attempt': String(attempt),
      });
      if (generation !== born) return;
      replica = typeof reply === 'string' ? 'none' : (reply.replica ?? 'none');
      if (typeof reply !== 'string' && reply.status === 200) {
        ok = true;
        if (operation === 'checkout') readBack.expect((JSON.parse(reply.body) as { orderId: string }).orderId);
        break;
      }
      const retried =
        reply === 'timed-out' ||
        (typeof reply !== 'string' && LOAD.retriedStatuses.some((status) => status === reply.status));
      if (!retried || attempt === LOAD.attempts || performance.now() < retryAgainAt) break;
      await sleep(varied(backOff, LOAD.backOffMs, LOAD.backOffSpread));
      if (generation !== born) return;
    }
    const outcome = ok ? 'ok' : 'failed';
    const seconds = (performance.now() - intended) / 1000;
    operations.inc({ service: 'storefront', outcome, replica: 'front-1' });
    duration.observe({ service: 'storefront' }, seconds);
    if (operation === 'checkout') {
      operations.inc({ service: 'checkout', outcome, replica });
      duration.observe({ service: 'checkout' }, seconds);
    }
  }

  function drive(operation: Operation, flow: Flow): void {
    const random = seededRandom(`${settings.seed}/${operation}`);
    let next = performance.now();
    const step = (): void => {
      const now = performance.now();
      while (next <= now) {
        if (now - next > LOAD.lateStartMs) lateStarts.inc();
        void operate(operation, next);
        next += spacingMs(arrivalRate(flow, next - cycleStart, factor), random);
      }
      setTimeout(step, Math.max(1, next - performance.now()));
    };
    step();
  }

  shoppersOf.set(settings.environment, {
    rising: () => void (cycleStart = performance.now()),
    surge: (by) => void (factor = by),
    dropRetries(forMs) {
      generation += 1;
      retryAgainAt = performance.now() + forMs;
      readBack.forget();
    },
  });
  const { port } = await listen((incoming, outgoing) => {
    if (incoming.url === '/metrics') return answerMetrics(outgoing, registry);
    answer(outgoing, 404, { detail: 'only /metrics is here' });
  });
  drive('browse', LOAD.browse);
  drive('checkout', LOAD.checkout);
  return port;
}

function shoppers(environment: string): Shoppers {
  const found = shoppersOf.get(environment);
  if (found === undefined) throw new Error(`no load runs for ${environment}`);
  return found;
}

answerSupervisor({
  start: startShoppers,
  rising: ({ environment }: { environment: string }) => shoppers(environment).rising(),
  surge: ({ environment, factor }: { environment: string; factor: number }) => shoppers(environment).surge(factor),
  dropRetries: ({ environment, forMs }: { environment: string; forMs: number }) =>
    shoppers(environment).dropRetries(forMs),
});
