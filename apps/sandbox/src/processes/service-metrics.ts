import { Counter, Histogram, Registry } from 'prom-client';
import { LOAD } from '../constants.ts';

/** Buckets that resolve a page (milliseconds) and a checkout (0.8 s healthy, up to 5.5 s in a storm). */
const BUCKETS = {
  page: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.5, 2.5, 4, 6],
  checkout: [0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 4, 5, 6],
} as const;

export type ServiceMetrics = {
  readonly registry: Registry;
  /** Records one answered attempt, and the operation when this attempt ended it. */
  answered(status: number, attempt: number, startedAt: number): void;
};

/**
 * Counters every service has. An operation is counted once: at success, at a status that clients do not retry, or at
 * their last attempt; a retried attempt is only an attempt. `labels` are put on every series (for processes whose
 * target carries none).
 */
export function serviceMetrics(
  kind: keyof typeof BUCKETS,
  labels: Readonly<Record<string, string>> = {},
): ServiceMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ ...labels });
  const registers = [registry];
  const operations = new Counter({
    name: 'shop_operations_total',
    help: 'Operations ended, counted once',
    labelNames: ['outcome'],
    registers,
  });
  const attempts = new Counter({
    name: 'shop_attempts_total',
    help: 'Requests answered, retries included',
    labelNames: ['code', 'retry'],
    registers,
  });
  const duration = new Histogram({
    name: 'shop_request_duration_seconds',
    help: 'Time to answer an attempt',
    buckets: [...BUCKETS[kind]],
    registers,
  });
  operations.inc({ outcome: 'ok' }, 0);
  operations.inc({ outcome: 'failed' }, 0);
  attempts.inc({ code: '200', retry: 'false' }, 0);
  return {
    registry,
    answered(status, attempt, startedAt) {
      attempts.inc({ code: String(status), retry: attempt > 1 ? 'true' : 'false' });
      duration.observe((performance.now() - startedAt) / 1000);
      const retried = LOAD.retriedStatuses.some((code) => code === status) && attempt < LOAD.attempts;
      if (!retried) operations.inc({ outcome: status < 400 ? 'ok' : 'failed' });
    },
  };
}

/** The number of the attempt that a request carries, 1 when it carries none. */
export function attemptOf(header: string | string[] | undefined): number {
  const attempt = typeof header === 'string' ? Number.parseInt(header, 10) : 1;
  return Number.isFinite(attempt) && attempt > 0 ? attempt : 1;
}
