import type { JobQueues } from '../queues/job-queues.ts';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { Maintenance } from '../worker-store.ts';
import { startLoop, type Loop } from './loop.ts';

/** Re-enqueues whatever should run and has no job: losing the whole queue loses nothing. */
export function startSweeper(
  maintenance: Maintenance,
  queues: JobQueues,
  everyMs: number,
  metrics: StageMetrics,
  log: Log,
): Loop {
  return startLoop(
    'sweeper',
    everyMs,
    async () => {
      const runnable = await maintenance.runnable(everyMs);
      if (runnable.length === 0) return;
      metrics.count('autoops_swept_jobs_total', 'Jobs that the sweeper found without a queue entry', runnable.length);
      await queues.add(runnable, 2 * everyMs);
    },
    log,
  );
}
