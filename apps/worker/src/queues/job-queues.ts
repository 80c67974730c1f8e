import { QueueName } from '@autoops/contracts';
import { Queue } from 'bullmq';
import { JOB_OPTIONS, jobData } from './jobs.ts';
import type { QueueConnection } from './connection.ts';

/** A job that is owed: which queue, about what. */
export interface OwedJob {
  readonly queue: QueueName;
  readonly subjectId: string;
}

/** The producing side of all queues. */
export class JobQueues {
  readonly #queues: ReadonlyMap<QueueName, Queue>;

  constructor(connection: QueueConnection) {
    this.#queues = new Map(
      QueueName.options.map((name) => [
        name,
        new Queue(name, { connection: connection.connection, defaultJobOptions: JOB_OPTIONS }),
      ]),
    );
  }

  /**
   * Enqueues jobs, one call per queue. `notAgainWithinMs` leaves out subjects that were swept in that time. It must end by itself:
   * a job whose worker was killed stays active for the better part of a minute, and would keep its subject from being found again.
   */
  async add(jobs: readonly OwedJob[], notAgainWithinMs?: number): Promise<void> {
    const byQueue = Map.groupBy(jobs, (job) => job.queue);
    await Promise.all(
      [...byQueue].map(async ([name, owed]) => {
        await this.#queues.get(name)?.addBulk(
          owed.map(({ subjectId }) => ({
            name,
            data: jobData(name, subjectId),
            opts:
              notAgainWithinMs === undefined
                ? JOB_OPTIONS
                : { ...JOB_OPTIONS, deduplication: { id: `sweep-${subjectId}`, ttl: notAgainWithinMs } },
          })),
        );
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}
