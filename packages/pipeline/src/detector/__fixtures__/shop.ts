import type { ShardBatch, SeriesRow, ShardWork } from '../../ports/shard-store.ts';
import { seededRandom, type SeededRandom } from '../../random/seeded.ts';

/** What is wrong with the simulated checkout from a moment on. */
export interface ShopFault {
  readonly fromMs: number;
  readonly toMs?: number;
  readonly kind: 'noisy-job' | 'crashed-replica' | 'traffic-surge' | 'single-failure' | 'bad-release-inside';
}

export const START = Date.UTC(2026, 0, 15, 12, 0, 0);
const PERIOD = 600_000;
const BUCKETS = [0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 4, 5, 6];

/**
 * A seeded simulation of the counters that the sandbox's processes show, at its rates (sandbox.md): checkout 7.9/s over four
 * replicas, browse 44/s with a 10 min cycle. Only counters and gauges are simulated; every indicator is computed from them.
 */
export class SimulatedShop {
  private readonly random: SeededRandom;
  private readonly counters = new Map<string, number>();
  private readonly carry = new Map<string, number>();
  private at = START;
  readonly rows: SeriesRow[] = [];
  private readonly rowOf = new Map<string, SeriesRow>();

  constructor(
    readonly service: 'storefront' | 'checkout' | 'orders',
    private readonly faults: readonly ShopFault[],
    seed: string,
    readonly environment = 'staging',
  ) {
    this.random = seededRandom(`${service}/${seed}`);
  }

  private row(metric: string, labels: Record<string, string>): SeriesRow {
    const key = `${metric}${JSON.stringify(labels)}`;
    const known = this.rowOf.get(key);
    if (known !== undefined) return known;
    const row: SeriesRow = {
      id: `${this.service}-${key}`,
      metric,
      labels: { service: this.service, environment: this.environment, ...labels },
      source: 'sandbox',
    };
    this.rowOf.set(key, row);
    this.rows.push(row);
    return row;
  }

  private fault(kind: ShopFault['kind']): ShopFault | undefined {
    return this.faults.find(
      (fault) => fault.kind === kind && this.at >= fault.fromMs && this.at < (fault.toMs ?? Number.POSITIVE_INFINITY),
    );
  }

  /** Events of a nearly regular stream in one second: rate plus jitter, whole numbers. */
  private events(stream: string, rate: number): number {
    const due = (this.carry.get(stream) ?? 0) + rate * (1 + 0.05 * this.random.normal());
    const whole = Math.max(0, Math.floor(due));
    this.carry.set(stream, due - whole);
    return whole;
  }

  private count(samples: Map<SeriesRow, number>, metric: string, labels: Record<string, string>, by: number): void {
    const row = this.row(metric, labels);
    const value = (this.counters.get(row.id) ?? 0) + by;
    this.counters.set(row.id, value);
    samples.set(row, value);
  }

  private checkout(samples: Map<SeriesRow, number>): void {
    const cycle = Math.sin((2 * Math.PI * (this.at % PERIOD)) / PERIOD);
    const surge = this.fault('traffic-surge') === undefined ? 1 : 1.7;
    const noisy = this.fault('noisy-job');
    const storm = noisy === undefined ? 0 : Math.min(0.7, ((this.at - noisy.fromMs) / 3000) * 0.7);
    const crashed = this.fault('crashed-replica') !== undefined;
    const replicas = crashed ? ['r1', 'r2', 'r3'] : ['r1', 'r2', 'r3', 'r4'];
    const slower = this.fault('bad-release-inside') === undefined ? 1 : 1.13;
    const offered = 7.9 * (1 + 0.05 * cycle) * surge * (1 + 2 * storm);
    for (const replica of replicas) {
      const attempts = this.events(replica, offered / replicas.length);
      let failed = 0;
      for (let i = 0; i < attempts; i++) if (this.random.uniform() < storm) failed++;
      if (
        this.fault('single-failure') !== undefined &&
        replica === 'r1' &&
        this.at === this.fault('single-failure')?.fromMs
      )
        failed = 1;
      this.count(samples, 'shop_attempts_total', { replica, code: '200', retry: 'false' }, attempts - failed);
      if (
        failed > 0 ||
        this.counters.has(`checkout-shop_attempts_total${JSON.stringify({ replica, code: '503', retry: 'false' })}`)
      ) {
        this.count(samples, 'shop_attempts_total', { replica, code: '503', retry: 'false' }, failed);
      }
      this.count(samples, 'shop_operations_total', { replica, outcome: 'ok' }, attempts - failed);
      this.count(samples, 'shop_operations_total', { replica, outcome: 'failed' }, Math.floor(failed / 4));
      const latencies = Array.from({ length: attempts }, (_, i) =>
        i < failed ? 0.45 + 4 * this.random.uniform() * storm : 0.81 * slower * (1 + 0.08 * this.random.normal()),
      );
      for (const bound of [...BUCKETS, Number.POSITIVE_INFINITY]) {
        const le = Number.isFinite(bound) ? String(bound) : '+Inf';
        this.count(
          samples,
          'shop_request_duration_seconds_bucket',
          { replica, le },
          latencies.filter((value) => value <= bound).length,
        );
      }
      const utilisation = Math.min(1, (offered * 0.81) / (3 * replicas.length));
      const busy = Math.max(0, Math.min(3, 3 * utilisation + 0.25 * this.random.normal()));
      samples.set(this.row('shop_slots_busy', { replica }), busy);
      samples.set(this.row('shop_slots', { replica }), 3);
      samples.set(this.row('shop_memory_bytes', { replica }), 2e7 + 1e6 * this.random.uniform());
      samples.set(this.row('shop_memory_cap_bytes', { replica }), 67_108_864);
    }
    samples.set(this.row('shop_replicas_ready', {}), replicas.length);
    samples.set(this.row('shop_replicas_desired', {}), 4);
    for (const [holder, held] of [
      ['checkout', 12],
      ['orders', 1],
      ['reindex', noisy === undefined ? 2 : 17],
    ] as const) {
      samples.set(
        this.row('shop_database_connections', { holder }),
        Math.max(0, Math.round(held + 0.4 * this.random.normal())),
      );
    }
  }

  private storefront(samples: Map<SeriesRow, number>): void {
    const cycle = Math.sin((2 * Math.PI * (this.at % PERIOD)) / PERIOD);
    const noisy = this.fault('noisy-job');
    const storm = noisy === undefined ? 0 : Math.min(0.7, Math.max(0, ((this.at - noisy.fromMs - 1000) / 3000) * 0.7));
    const browse = this.events('browse', 44 * (1 + 0.2 * cycle));
    const checkouts = this.events('checkout', 7.9 * (1 + 0.05 * cycle) * (1 + 2 * storm));
    let failed = 0;
    for (let i = 0; i < checkouts; i++) if (this.random.uniform() < storm) failed++;
    this.count(samples, 'shop_attempts_total', { code: '200', retry: 'false' }, browse + checkouts - failed);
    this.count(samples, 'shop_attempts_total', { code: '503', retry: 'false' }, failed);
    this.count(samples, 'shop_operations_total', { outcome: 'ok' }, browse + checkouts - failed);
    this.count(samples, 'shop_operations_total', { outcome: 'failed' }, Math.floor(failed / 4));
  }

  private orders(samples: Map<SeriesRow, number>): void {
    const noisy = this.fault('noisy-job');
    const stuckSince = noisy === undefined ? undefined : noisy.fromMs + 4000;
    const stuck = stuckSince !== undefined && this.at > stuckSince;
    const age = stuck ? (this.at - stuckSince) / 1000 : 0.25 * this.random.uniform();
    samples.set(this.row('shop_queue_oldest_age_seconds', {}), age);
    samples.set(this.row('shop_queue_depth', {}), stuck ? 8 * age : Math.floor(2 * this.random.uniform()));
    this.count(samples, 'shop_queue_processed_total', {}, stuck ? 0 : this.events('orders', 7.9));
  }

  /** One scrape: all series of the service one second later, a few ms apart. */
  scrape(): { row: SeriesRow; at: number; value: number }[] {
    this.at += 1000;
    const samples = new Map<SeriesRow, number>();
    this[this.service](samples);
    const at = this.at + 5 + Math.floor(20 * this.random.uniform());
    return [...samples].map(([row, value]) => ({ row, at, value }));
  }

  /** `seconds` scrapes as one batch. */
  batch(sequence: number, seconds = 1): ShardBatch {
    const samples = Array.from({ length: seconds }, () => this.scrape()).flat();
    return toBatch(sequence, samples);
  }

  /** A shard's work of these batches. */
  work(batches: readonly ShardBatch[], checkpoint: ShardWork['checkpoint']): ShardWork {
    const { service, environment, rows } = this;
    return {
      workspaceId: 'default',
      shardId: `${environment}-${service}`,
      service,
      environment,
      checkpoint,
      batches,
      series: rows,
      logs: [],
    };
  }
}

/** Samples in columns. */
export function toBatch(
  sequence: number,
  samples: readonly { row: SeriesRow; at: number; value: number }[],
): ShardBatch {
  const ids = [...new Set(samples.map(({ row }) => row.id))];
  const index = new Map(ids.map((id, i) => [id, i]));
  return {
    sequence,
    source: 'sandbox',
    seriesIds: ids,
    seriesIndex: Uint32Array.from(samples, ({ row }) => index.get(row.id) as number),
    timestampMs: Float64Array.from(samples, ({ at }) => at),
    value: Float64Array.from(samples, ({ value }) => value),
  };
}
