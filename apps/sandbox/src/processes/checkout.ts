/** One replica of checkout. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Gauge } from 'prom-client';
import { CHECKOUT, RELEASES } from '../constants.ts';
import { seededRandom, varied } from '../random.ts';
import { answerSupervisor } from './channel.ts';
import { ConnectionPool } from './connection-pool.ts';
import { answer, answerMetrics, call, listen } from './http.ts';
import { createLog } from './log.ts';
import { attemptOf, serviceMetrics } from './service-metrics.ts';
import { Slots } from './slots.ts';

export type CheckoutStart = {
  readonly environment: string;
  readonly replica: string;
  readonly ordinal: number;
  readonly uid: string;
  readonly version: string;
  readonly cataloguePort: number;
  readonly connection: pg.ClientConfig;
  readonly seed: string;
};
export type CheckoutBehaviour = { readonly lying?: boolean; readonly leaking?: boolean };

/** How an attempt ended: the status that is answered and, unless it went well, why. */
type Outcome = { status: number; detail?: string; orderId?: string };

function start(settings: CheckoutStart): Promise<{ port: number }> {
  const log = createLog({ service: 'checkout', environment: settings.environment, replica: settings.replica });
  const release = RELEASES[settings.version];
  if (release === undefined) throw new Error(`checkout has no release ${settings.version}`);
  const random = seededRandom(`${settings.seed}/service-times`);
  const slots = new Slots(CHECKOUT.slots);
  const pool = new ConnectionPool({
    connection: settings.connection,
    size: CHECKOUT.connections,
    warm: CHECKOUT.warmConnections,
    backOffMs: CHECKOUT.connectBackOffMs,
    lifeMs: CHECKOUT.connectionLifeMs,
    spread: CHECKOUT.poolSpread,
    random: seededRandom(`${settings.seed}/pool-lives`),
  });
  const { registry, answered } = serviceMetrics('checkout');
  const registers = [registry];
  const retained: Buffer[] = []; // what a leaking replica never lets go
  let lying = false;
  let leaking = false;
  let memoryBytes = memoryNow();

  const busyGauge = new Gauge({
    name: 'shop_slots_busy',
    help: 'Busy request slots, mean over the last second',
    registers,
  });
  const memoryGauge = new Gauge({ name: 'shop_memory_bytes', help: 'Heap and buffers in use', registers });
  new Gauge({ name: 'shop_slots', help: 'Request slots', registers }).set(CHECKOUT.slots);
  new Gauge({ name: 'shop_memory_cap_bytes', help: 'Memory cap of a replica', registers }).set(CHECKOUT.memoryCapBytes);
  new Gauge({ name: 'shop_replica_ready', help: '1 while the replica says that it is ready', registers }).set(1);
  let measuredAt = performance.now();
  setInterval(() => {
    const now = performance.now();
    busyGauge.set(slots.meanBusySinceLastCall(now - measuredAt));
    measuredAt = now;
    memoryBytes = memoryNow();
    memoryGauge.set(memoryBytes);
  }, 1000);

  const lasting = (meanMs: number) => sleep(varied(random, meanMs, CHECKOUT.spread));

  async function checkout(attempt: number, startedAt: number): Promise<Outcome> {
    if (lying) return { status: 500, detail: 'wedged: the replica answers health checks and nothing else' };
    if (memoryBytes >= CHECKOUT.memoryCapBytes) return { status: 500, detail: 'out of memory: the cap is reached' };
    if (!(await slots.acquire(CHECKOUT.slotWaitMs))) return { status: 503, detail: 'no free slot' };
    try {
      return await inSlot(attempt, performance.now() - startedAt);
    } finally {
      slots.release();
    }
  }

  async function inSlot(attempt: number, waitedMs: number): Promise<Outcome> {
    if (attempt > 1) await lasting(CHECKOUT.duplicateCheckMs);
    const item = await call(settings.cataloguePort, 'GET', '/items/1', CHECKOUT.catalogueTimeoutMs);
    if (typeof item === 'string' || item.status !== 200) return { status: 503, detail: 'catalogue did not answer' };
    if (release !== undefined && random() < release.failing)
      return { status: 500, detail: `release ${settings.version}: cannot read the cart` };
    if (leaking)
      retained.push(Buffer.alloc(CHECKOUT.leakBytes[(settings.ordinal - 1) % CHECKOUT.leakBytes.length] ?? 0, 1));

    const first = await pool.acquire(CHECKOUT.firstWaitMs - waitedMs);
    if (first === undefined) return { status: 503, detail: 'no database connection for the order' };
    const orderId = randomUUID();
    try {
      await first.query({ name: 'write-one', text: 'select write_order($1)', values: [orderId] });
      await lasting(CHECKOUT.writeOneMs);
    } catch (error) {
      return { status: 500, detail: `order not written: ${String(error)}` };
    } finally {
      pool.release(first);
    }
    await lasting(CHECKOUT.paymentMs);
    const second = await pool.acquire(CHECKOUT.secondWaitMs);
    if (second === undefined)
      return { status: 504, detail: `no database connection to confirm the payment: order ${orderId} is half-written` };
    try {
      await second.query({
        name: 'write-two',
        text: 'update orders set paid_at = now() where id = $1',
        values: [orderId],
      });
      await lasting(CHECKOUT.writeTwoMs);
    } catch (error) {
      return { status: 500, detail: `payment not written: ${String(error)}` };
    } finally {
      pool.release(second);
    }
    return { status: 200, orderId };
  }

  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (incoming.url === '/healthz') return answer(outgoing, 200, { status: 'ok', uid: settings.uid });
    if (incoming.url === '/metrics') return answerMetrics(outgoing, registry);
    const startedAt = performance.now();
    const attempt = attemptOf(incoming.headers['x-attempt']);
    checkout(attempt, startedAt).then(
      ({ status, detail, orderId }) => {
        if (outgoing.destroyed) return; // the balancer gave up and answered in our place: it has counted the attempt
        answered(status, attempt, startedAt);
        if (detail !== undefined)
          log[status === 503 ? 'warn' : 'error']({ status, attempt }, `checkout failed: ${detail}`);
        answer(outgoing, status, orderId === undefined ? { detail } : { orderId }, { 'x-replica': settings.replica });
      },
      (error: unknown) => {
        answered(500, attempt, startedAt);
        log.error({ attempt }, `checkout failed: ${String(error)}`);
        answer(outgoing, 500, { detail: 'internal error' }, { 'x-replica': settings.replica });
      },
    );
  }

  behave = (behaviour) => {
    if (behaviour.lying !== undefined) lying = behaviour.lying;
    if (behaviour.leaking !== undefined) leaking = behaviour.leaking;
  };
  busy = () => slots.busy;
  return listen(handle).then(({ port }) => {
    log.info({ port, version: settings.version }, 'replica ready');
    return { port };
  });
}

/** Heap and buffers in use, in bytes; resident memory would count the runtime's own 40 MB. */
function memoryNow(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

let behave: (behaviour: CheckoutBehaviour) => void = () => undefined;
let busy: () => number = () => 0;
answerSupervisor({ start, behave: (behaviour: CheckoutBehaviour) => behave(behaviour), busy: () => busy() });
