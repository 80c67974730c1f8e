import type { AlertSignal, SignalBatch } from '@autoops/contracts';
import type { Transition } from './state-store.ts';

/** A stored batch of one shard's samples, in the order of commit. */
export interface ShardBatch {
  readonly sequence: number;
  readonly source: string;
  readonly seriesIds: readonly string[];
  readonly seriesIndex: Uint32Array;
  readonly timestampMs: Float64Array;
  readonly value: Float64Array;
}

export interface SeriesRow {
  readonly id: string;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly source: string;
}

/** One computed tick of an indicator, as the detector scored it; NaN where it is a gap. */
export interface IndicatorTick {
  readonly service: string;
  readonly environment: string;
  readonly indicator: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly source: string;
  readonly view: 'service' | 'client' | 'balancer' | 'raw';
  readonly intervalMs: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly expected: number;
  readonly bandLow: number;
  readonly bandHigh: number;
  readonly score: number;
}

export interface ShardWork {
  readonly workspaceId: string;
  readonly shardId: string;
  readonly service: string;
  readonly environment: string;
  /** Sequence up to which samples are scored, and the state as of it (undefined at first). */
  readonly checkpoint: { readonly sequence: number; readonly state: Uint8Array | undefined };
  readonly batches: readonly ShardBatch[];
  readonly series: readonly SeriesRow[];
  readonly logs: readonly {
    readonly id: string;
    readonly at: Date;
    readonly severity: string;
    readonly body: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  /** Alerts that began or ended since the last work; each is handed over once. */
  readonly alerts?: readonly AlertSignal[];
}

/** What working a shard ends in; committed in the same transaction that moves the checkpoint. */
export interface ShardResult {
  readonly sequence: number;
  readonly logId: string | undefined;
  readonly state: Uint8Array;
  readonly ticks: readonly IndicatorTick[];
  readonly transitions: readonly Transition[];
}

/** What storing a batch came to: `accepted` is all of `stored` together, `late` those of its samples that are never scored. */
export interface StoredSignals {
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  readonly stored: {
    readonly samples: number;
    readonly logs: number;
    readonly events: number;
    readonly alerts: number;
  };
}

/** Stores signals once and hands a shard to one worker at a time, in order. */
export interface SignalStore {
  /** One transaction: series, samples, logs, events, alerts, shard batches and the hint to the detector. Duplicates are counted, not stored twice. */
  accept(workspaceId: string, batch: SignalBatch): Promise<StoredSignals>;
  /**
   * Locks the shard (skips when another worker has it), hands what came since its checkpoint to `work`, and commits the result.
   * `cachedSequence` lets the store leave out the state when the caller still has it. Returns false when there was nothing to do.
   */
  workShard(
    shardId: string,
    cachedSequence: number | undefined,
    work: (work: ShardWork) => Promise<ShardResult>,
  ): Promise<boolean>;
}
