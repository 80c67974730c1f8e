import { SIGNAL_TIMES } from '@autoops/contracts';
import type { Pool } from 'pg';
import { rows, withoutWorkspace } from '../database.ts';

const DAY_MS = 86_400_000;

/** A signal whose time no partition may hold. Nothing of its batch is stored. */
export class TimestampOutOfRangeError extends RangeError {
  readonly code = 'timestamp-out-of-range';
  readonly timestampMs: number;

  constructor(timestampMs: number) {
    const shown = Math.abs(timestampMs) <= 8.64e15 ? new Date(timestampMs).toISOString() : String(timestampMs);
    super(
      `A signal is dated ${shown}: accepted are the last ${SIGNAL_TIMES.oldestMs / DAY_MS} days until one day from now. Check the sender's clock and its unit of time.`,
    );
    this.name = 'TimestampOutOfRangeError';
    this.timestampMs = timestampMs;
  }
}

/** Makes the day partitions that signals need, each asked for once a process. */
export interface Partitions {
  /** Makes the days from the first to the last time, and the day before: a tick's grid may reach back over midnight. Throws `TimestampOutOfRangeError`. */
  cover(times: Iterable<number>): Promise<void>;
  /** Forgets what was made, after partitions were dropped. */
  forget(): void;
}

export function createPartitions(pool: Pool): Partitions {
  const made = new Set<number>();
  return {
    async cover(times) {
      const now = Date.now();
      const missing = new Set<number>();
      for (const time of times) {
        if (!(time >= now - SIGNAL_TIMES.oldestMs && time <= now + SIGNAL_TIMES.aheadMs))
          throw new TimestampOutOfRangeError(time);
        const day = Math.floor(time / DAY_MS);
        if (!made.has(day)) missing.add(day);
      }
      for (const day of missing) {
        await withoutWorkspace(pool, (transaction) =>
          rows(transaction, 'select ensure_partitions($1::date, $2::date)', [dateOf(day - 1), dateOf(day)]),
        );
        made.add(day);
      }
    },
    forget: () => made.clear(),
  };
}

const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
