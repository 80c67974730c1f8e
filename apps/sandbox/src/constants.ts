/**
 * The shop's physics, as tried on real processes. A retry storm feeds itself while
 * 1 / utilisation < max over p of (1 - p)(1 + k(p + p^2 + p^3)), k = (service + duplicate check) / service (p = share of failed
 * attempts; Bronson et al., HotOS 2021). Here k = 4, the maximum is 2.28, and healthy utilisation is
 * 7.9/s x 0.81 s / 12 slots = 0.53: 1 / 0.53 = 1.87 with 4 replicas (a storm lives on) and 2.81 with 6 (it dies).
 * The fold is at 14.7 slots, midway between 12 and 18. Whoever changes a number measures again (src/measure.ts).
 */
export const ENVIRONMENTS = ['staging', 'prod'] as const;

export const DATABASE = {
  /** 6 x 3 checkout + 1 orders + 2 throttled reindex + 1 spare. */
  connectionLimit: 22,
  settings: {
    scram_iterations: '1',
    synchronous_commit: 'off',
    jit: 'off',
    log_min_messages: 'panic', // a refused connection is the fault at work, not news: the server would write a line for each
    log_connections: 'off',
    max_connections: '80',
    autovacuum_naptime: '30s',
  },
} as const;

export const CHECKOUT = {
  replicas: 4,
  maximumReplicas: 6,
  slots: 3,
  connections: 3,
  /** Kept open without demand (healthy demand is 1.2 a replica): the job finds the rest free, so the onset is quick. */
  warmConnections: 2,
  connectBackOffMs: 250,
  /** Without recycling the noisy job could never take connections; at 2.5 s it costs 8 % more CPU. */
  connectionLifeMs: 4000,
  poolSpread: 0.4,
  slotWaitMs: 280,
  /** Slot and first connection together. */
  firstWaitMs: 450,
  secondWaitMs: 300,
  catalogueTimeoutMs: 1500,
  writeOneMs: 400,
  paymentMs: 200,
  writeTwoMs: 200,
  /** A retry first asks the payment provider whether the earlier attempt charged, with the slot held: this keeps a storm alive. */
  duplicateCheckMs: 2400,
  spread: 0.15,
  memoryCapBytes: 64 * 1024 * 1024,
  /** Kept per checkout by a leaking replica, by its ordinal (cyclic), so that they fill up one after the other. */
  leakBytes: [900, 660, 480, 360].map((kibibytes) => kibibytes * 1024),
} as const;

export const CATALOGUE = { serviceMs: 8, slowExtraMs: 700 } as const;

export const REINDEX = {
  concurrency: 2,
  noisyConcurrency: 17,
  connectBackOffMs: 40,
  batchEveryMs: 2000,
} as const;

export const ORDERS = {
  visibleAfterMs: 1000,
  pollEveryMs: 250,
  batch: 20,
  onTimeMs: 10_000,
  /** A message is poison when it has been visible this long and its order is still unpaid. */
  poisonAfterMs: 1500,
  parkAtMost: 50,
} as const;

export const BALANCER = {
  checkEveryMs: 3000,
  checkTimeoutMs: 1000,
  outAfter: 3,
  inAfter: 2,
  upstreamTimeoutMs: 5500,
} as const;

export const LOAD = {
  periodMs: 600_000,
  browse: { perSecond: 44, amplitude: 0.2 },
  checkout: { perSecond: 7.9, amplitude: 0.05 },
  /** Spacing of arrivals varies by this share around the schedule. */
  spacingSpread: 0.3,
  attempts: 4,
  backOffMs: 150,
  backOffSpread: 0.5,
  timeoutMs: 6000,
  retriedStatuses: [503, 504],
  /** Share of browsing that the storefront answers itself; the rest asks the catalogue. */
  answeredByStorefront: 0.6,
  lateStartMs: 50,
  surge: 1.7,
  readBackAfterMs: 10_000,
} as const;

/** Releases of checkout; the share of requests that a defect answers with 500. */
export const RELEASES: Readonly<Record<string, { readonly failing: number }>> = {
  '1.4.1': { failing: 0 },
  '1.4.2': { failing: 0 },
  '1.5.0': { failing: 0.4 },
};
export const GOOD_RELEASE = '1.4.2';
export const BAD_RELEASE = '1.5.0';

/** Server keep-alive longer than the clients' own, so that no client sends on a connection that is being closed. */
export const KEEP_ALIVE = { serverMs: 30_000, clientMs: 10_000 } as const;

export const MAXIMUM_PROCESSES = 20;
