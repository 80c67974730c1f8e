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

  /** Enqueues jobs, one call per queue. `deduplicate` leaves out subjects that have an unfinished job from the sweeper already. */
  async add(jobs: readonly OwedJob[], deduplicate = false): Promise<void> {
    const byQueue = Map.groupBy(jobs, (job) => job.queue);
    await Promise.all(
      [...byQueue].map(async ([name, owed]) => {
        await this.#queues.get(name)?.addBulk(
          owed.map(({ subjectId }) => ({
            name,
            data: jobData(name, subjectId),
            opts: deduplicate ? { ...JOB_OPTIONS, deduplication: { id: `sweep-${subjectId}` } } : JOB_OPTIONS,
          })),
        );
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}
