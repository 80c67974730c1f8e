import type { SeriesRow, ShardBatch, ShardWork } from '@autoops/pipeline/ports';

const START = Date.UTC(2026, 0, 15, 12, 0, 0);
const BUCKETS = ['0.01', '0.1', '0.3', '0.5', '0.7', '0.8', '0.9', '1', '1.2', '1.5', '2', '3', '4', '5', '6', '+Inf'];
type Next = (second: number) => number;

/** A small generator of its own, so that every run measures the same numbers (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One shard whose series move as those of a live service do: seeded noise around a cycle of ten minutes. */
export class SimulatedShard {
  readonly rows: SeriesRow[] = [];
  readonly service: string;
  readonly source: string;
  readonly #next: Next[] = [];
  readonly #random = seeded(1);
  #second = 0;
  #sequence = 0;

  private constructor(service: string, source: string) {
    this.service = service;
    this.source = source;
  }

  /** What the sandbox's checkout shows with this many replicas: 27 series a replica, of which its declared indicators are made. */
  static checkout(replicas: number): SimulatedShard {
    const shard = new SimulatedShard('checkout', 'sandbox');
    const perSecond = 8 / replicas;
    for (let place = 1; place <= replicas; place += 1) {
      const replica = `r${place}`;
      for (const code of ['200', '503'])
        shard.#counter('shop_attempts_total', { replica, code, retry: 'false' }, code === '200' ? perSecond : 0);
      for (const outcome of ['ok', 'failed'])
        shard.#counter('shop_operations_total', { replica, outcome }, outcome === 'ok' ? perSecond : 0);
      for (const [rank, le] of BUCKETS.entries())
        shard.#counter(
          'shop_request_duration_seconds_bucket',
          { replica, le },
          perSecond * Math.min(1, Math.max(0, (rank - 3) / 6)),
        );
      shard.#gauge('shop_slots_busy', { replica }, 1.5, 0.3);
      shard.#gauge('shop_slots', { replica }, 3, 0);
      shard.#gauge('shop_memory_bytes', { replica }, 2e7, 5e5);
      shard.#gauge('shop_memory_cap_bytes', { replica }, 67_108_864, 0);
    }
    shard.#gauge('shop_replicas_ready', {}, replicas, 0);
    shard.#gauge('shop_replicas_desired', {}, replicas, 0);
    for (const [holder, held] of [
      ['checkout', 12],
      ['orders', 1],
      ['reindex', 2],
    ] as const)
      shard.#gauge('shop_database_connections', { holder }, held, 0.4);
    return shard;
  }

  /** Series that no indicator is declared for, half of them counters: each is scored by itself. */
  static raw(series: number): SimulatedShard {
    const shard = new SimulatedShard('elsewhere', 'pushed');
    for (let place = 0; place < series; place += 1) {
      const labels = { place: String(place) };
      if (place % 2 === 0) shard.#counter('bench_requests_total', labels, 5 + (place % 17));
      else shard.#gauge('bench_level', labels, 20 + (place % 13), 1);
    }
    return shard;
  }

  #row(metric: string, labels: Record<string, string>, next: Next): void {
    this.rows.push({
      id: String(this.rows.length),
      metric,
      labels: { service: this.service, environment: 'bench', ...labels },
      source: this.source,
    });
    this.#next.push(next);
  }

  #noise(): number {
    return this.#random() + this.#random() + this.#random() - 1.5;
  }

  #counter(metric: string, labels: Record<string, string>, perSecond: number): void {
    let total = 0;
    this.#row(metric, labels, (second) => {
      total += Math.max(
        0,
        Math.round(perSecond * (1 + 0.1 * Math.sin((2 * Math.PI * second) / 600) + 0.2 * this.#noise())),
      );
      return total;
    });
  }

  #gauge(metric: string, labels: Record<string, string>, level: number, noise: number): void {
    this.#row(
      metric,
      labels,
      (second) =>
        level * (1 + (noise === 0 ? 0 : 0.05 * Math.sin((2 * Math.PI * second) / 600))) + noise * this.#noise(),
    );
  }

  /** The next `seconds` scrapes, one sample of each series a second, as one batch. */
  batch(seconds: number): ShardBatch {
    const { rows } = this;
    const size = rows.length * seconds;
    const [seriesIndex, timestampMs, value] = [new Uint32Array(size), new Float64Array(size), new Float64Array(size)];
    for (let second = 0, at = 0; second < seconds; second += 1) {
      this.#second += 1;
      for (let series = 0; series < rows.length; series += 1, at += 1) {
        seriesIndex[at] = series;
        timestampMs[at] = START + this.#second * 1000;
        value[at] = this.#next[series]?.(this.#second) ?? Number.NaN;
      }
    }
    this.#sequence += 1;
    return {
      sequence: this.#sequence,
      source: this.source,
      seriesIds: rows.map(({ id }) => id),
      seriesIndex,
      timestampMs,
      value,
    };
  }

  /** The moment of the newest sample. */
  get now(): Date {
    return new Date(START + this.#second * 1000);
  }

  /** A shard's work of one batch. */
  work(batch: ShardBatch, checkpoint: ShardWork['checkpoint']): ShardWork {
    const { service, rows } = this;
    return {
      workspaceId: 'bench',
      shardId: service,
      service,
      environment: 'bench',
      checkpoint,
      batches: [batch],
      series: rows,
      logs: [],
    };
  }
}
