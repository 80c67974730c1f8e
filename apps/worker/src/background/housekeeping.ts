import type { Log } from '../telemetry/log.ts';
import type { Maintenance, Retention } from '../worker-store.ts';
import { startLoop, type Loop } from './loop.ts';

const EVERY_MS = 15 * 60_000;
const DAYS_AHEAD = 3;

/** Makes the partitions of the coming days and removes what is past its time. */
export function startHousekeeping(maintenance: Maintenance, retention: Retention, log: Log): Loop {
  return startLoop(
    'housekeeping',
    EVERY_MS,
    async () => {
      const made = await maintenance.createPartitions(DAYS_AHEAD);
      const pruned = await maintenance.prune(retention);
      if (made > 0 || pruned.partitions > 0 || pruned.rows > 0) log.info({ made, ...pruned }, 'housekeeping');
    },
    log,
  );
}
