import type { Anomaly, Approval, Incident, Plan } from '@autoops/contracts';
import type { Transition } from '../ports/state-store.ts';
import { retire } from './incident-decisions.ts';
import { arcOf } from './lifecycle.ts';
import { settle } from './settle.ts';

/** What may end by itself: the incident with all of its anomalies, and its current plan and approval. */
export interface SelfHealing {
  readonly workspaceId: string;
  readonly incident: Incident;
  readonly anomalies: readonly Anomaly[];
  /** Whether an anomaly could have opened the incident. */
  readonly opens: (anomaly: Anomaly) => boolean;
  readonly plan: Plan | undefined;
  readonly approval: Approval | undefined;
  readonly now: Date;
}

/**
 * The end of an incident whose trouble is over before anything was dispatched: `shadowed` when it was decided in shadow, else
 * `self-healed`. Its trouble are the anomalies that could have opened it: one that only joined, such as a share of retries that
 * is slow to fall, does not keep it open. What a person asked a plan for waits for every anomaly. Undefined while it may not close.
 */
export function healByItself(healing: SelfHealing): Transition | undefined {
  const { workspaceId, incident, anomalies, plan, approval, now } = healing;
  if (arcOf('time', 'self-healed', incident.state) === undefined || anomalies.length === 0) return undefined;
  const opening = anomalies.filter((anomaly) => healing.opens(anomaly));
  const trouble = opening.length === 0 || incident.guided !== undefined ? anomalies : opening;
  if (trouble.some((anomaly) => anomaly.closedAt === undefined)) return undefined;
  const shadowed = incident.state === 'awaiting-decision' && plan?.state === 'allowed';
  return settle({
    workspaceId,
    incident,
    by: 'time',
    reason: shadowed ? 'shadowed' : 'self-healed',
    importance: 3,
    summary: shadowed
      ? 'The trouble has ended; the plan was decided in shadow and nothing was done.'
      : 'The trouble has ended by itself; nothing was done.',
    now,
    writes: retire(plan, approval),
  });
}
