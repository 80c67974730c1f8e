import { DeliveryJob, IncidentJob, ShardJob, StepJob, type QueueName } from '@autoops/contracts';
import { UnrecoverableError, type JobsOptions } from 'bullmq';

/** Attempts of a stage job before its fault is settled; the pauses double from 0.5 s with a spread of half. */
export const JOB_ATTEMPTS = 5;

export const JOB_OPTIONS: JobsOptions = {
  attempts: JOB_ATTEMPTS,
  backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
  removeOnComplete: { count: 200, age: 600 },
  removeOnFail: { count: 500, age: 86_400 },
};

const FIELD: Readonly<Record<QueueName, 'shardId' | 'incidentId' | 'stepId' | 'deliveryId'>> = {
  detector: 'shardId',
  forecaster: 'incidentId',
  planner: 'incidentId',
  policy: 'incidentId',
  remediator: 'stepId',
  explainer: 'incidentId',
  deliveries: 'deliveryId',
};
const SCHEMA = { shardId: ShardJob, incidentId: IncidentJob, stepId: StepJob, deliveryId: DeliveryJob } as const;

/** The data of a job: one id and nothing else. */
export function jobData(queue: QueueName, subjectId: string): Readonly<Record<string, string>> {
  return { [FIELD[queue]]: subjectId };
}

/** The id that a job carries. Throws UnrecoverableError for anything else: a malformed job cannot improve, and a forged one does nothing. */
export function subjectOf(queue: QueueName, data: unknown): string {
  const field = FIELD[queue];
  const parsed = SCHEMA[field].safeParse(data);
  const id = parsed.success ? Object.values(parsed.data)[0] : undefined;
  if (id === undefined) throw new UnrecoverableError(`A ${queue} job carries {${field}} and nothing else.`);
  return id;
}
