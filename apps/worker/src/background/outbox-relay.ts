import type { QueueName } from '@autoops/contracts';
import type { CrashAt } from '../crash-points.ts';
import type { JobQueues } from '../queues/job-queues.ts';
import type { Log } from '../telemetry/log.ts';
import { startLoop, type Loop } from './loop.ts';

/** The store's outbox, as the relay needs it. */
export interface OutboxSource {
  claim(
    limit: number,
  ): Promise<readonly { readonly id: string; readonly queue: QueueName; readonly subjectId: string }[]>;
  done(ids: readonly string[]): Promise<void>;
  nextDueMs(): Promise<number | undefined>;
  onNotify(callback: () => void): Promise<() => Promise<void>>;
}

const BATCH = 200;
/** Poll for what a lost notification or another relay left behind. */
const POLL_MS = 1_000;

/**
 * Moves owed jobs from the outbox to the queue: woken by NOTIFY, by the time of the next delayed row, and by a poll. A row is
 * removed only after the queue has the job, so a killed relay enqueues twice at worst, which a stage finds out by itself.
 */
export async function startOutboxRelay(
  outbox: OutboxSource,
  queues: JobQueues,
  crashAt: CrashAt,
  log: Log,
): Promise<Loop> {
  let timer: NodeJS.Timeout | undefined;
  const loop = startLoop(
    'outbox relay',
    POLL_MS,
    async () => {
      for (;;) {
        const rows = await outbox.claim(BATCH);
        if (rows.length > 0) {
          // Samples owe a hint at every moment; the boundary is that of decisions.
          if (rows.some((row) => row.queue !== 'detector')) crashAt('K2');
          await queues.add(rows);
          await outbox.done(rows.map((row) => row.id));
        }
        if (rows.length < BATCH) break;
      }
      const next = await outbox.nextDueMs();
      clearTimeout(timer);
      if (next !== undefined && next < POLL_MS) timer = setTimeout(() => loop.wake(), next + 1);
    },
    log,
  );
  const unlisten = await outbox.onNotify(() => loop.wake());
  return {
    wake: loop.wake,
    async stop() {
      clearTimeout(timer);
      await unlisten();
      await loop.stop();
    },
  };
}
