import type { QueueName, Stage } from '@autoops/contracts';

/** One stage of the product: its queue, what a job of it carries and what follows. The table of contents of the pipeline. */
export interface StageEntry {
  readonly stage: Stage;
  readonly queue: QueueName;
  readonly job: 'shard' | 'incident' | 'step';
  readonly next: Stage | undefined;
}

/** The stages in order; nothing else knows the order. A stop goes to the Explainer from anywhere. */
export const STAGES: readonly StageEntry[] = [
  { stage: 'detector', queue: 'detector', job: 'shard', next: 'forecaster' },
  { stage: 'forecaster', queue: 'forecaster', job: 'incident', next: 'planner' },
  { stage: 'planner', queue: 'planner', job: 'incident', next: 'policy' },
  { stage: 'policy', queue: 'policy', job: 'incident', next: 'remediator' },
  { stage: 'remediator', queue: 'remediator', job: 'step', next: 'explainer' },
  { stage: 'explainer', queue: 'explainer', job: 'incident', next: undefined },
];
