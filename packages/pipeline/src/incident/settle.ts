import type {
  Actor,
  AuditDraft,
  Incident,
  IncidentOutcome,
  IncidentState,
  JsonObject,
  LiveEventDraft,
  QueueName,
  Reason,
  Stage,
} from '@autoops/contracts';
import type { Guard, OutboxDraft, Transition, Write } from '../ports/state-store.ts';
import { arcOf, type Mover } from './lifecycle.ts';

/** What a stage, a person or time decided about an incident, ready to become one transaction. */
export interface Settlement {
  readonly workspaceId: string;
  readonly incident: Incident;
  readonly by: Mover;
  readonly reason: Reason;
  /** One sentence for the timeline. */
  readonly summary: string;
  readonly now: Date;
  readonly actor?: Actor;
  readonly verb?: string;
  readonly subject?: AuditDraft['subject'];
  readonly lane?: 'signal' | 'decision' | 'policy' | 'action' | 'human';
  readonly importance?: number;
  readonly detail?: JsonObject;
  readonly evidence?: readonly string[];
  readonly guards?: readonly Guard[];
  /** Rows that belong to the decision: plan, verdict, approval, run, step. */
  readonly writes?: readonly Write[];
  /** Further columns of the incident. */
  readonly set?: Partial<Omit<Incident, 'id' | 'number' | 'version' | 'state'>>;
  readonly events?: readonly LiveEventDraft[];
  /** The step that the Remediator's job carries; needed when the arc leads there. */
  readonly stepId?: string;
  /** Further jobs, for instance a timer of the same run. */
  readonly outbox?: readonly OutboxDraft[];
  readonly notify?: Transition['notify'];
}

/** A decision that the lifecycle does not allow: a fault in a stage, never something to retry. */
export class LifecycleError extends Error {
  constructor(by: Mover, reason: Reason, from: IncidentState) {
    super(`The incident's lifecycle has no way for ${by} to say "${reason}" in state "${from}".`);
    this.name = 'LifecycleError';
  }
}

const LANES: Readonly<Record<Mover, 'decision' | 'policy' | 'action' | 'human'>> = {
  detector: 'decision',
  forecaster: 'decision',
  planner: 'decision',
  policy: 'policy',
  remediator: 'action',
  explainer: 'decision',
  person: 'human',
  time: 'decision',
};

/**
 * The one place that turns an outcome into state, audit entry, live event and next job: a Transition, which the store
 * commits in one transaction or not at all. The incident's version guards against a concurrent change.
 * Throws LifecycleError when the table in lifecycle.ts has no such arc.
 */
export function settle(settlement: Settlement): Transition {
  const { workspaceId, incident, by, reason, now } = settlement;
  const arc = arcOf(by, reason, incident.state);
  if (arc === undefined) throw new LifecycleError(by, reason, incident.state);
  const state = arc.to === 'same' ? incident.state : arc.to;

  return {
    workspaceId,
    guards: settlement.guards ?? [],
    writes: [
      {
        kind: 'incident.update',
        id: incident.id,
        expectedVersion: incident.version,
        set: {
          ...settlement.set,
          updatedAt: now.toISOString(),
          state,
          ...stateColumns(incident, state, arc.outcome, now),
        },
      },
      ...(settlement.writes ?? []),
    ],
    audit: [auditOf(settlement)],
    events: [incidentEvent(incident, state, incident.state, reason), ...(settlement.events ?? [])],
    outbox: [...nextJob(settlement, arc.next), ...(settlement.outbox ?? [])],
    notify: settlement.notify ?? [],
  };
}

function stateColumns(
  incident: Incident,
  state: IncidentState,
  outcome: IncidentOutcome | undefined,
  now: Date,
): Partial<Incident> {
  if (state === 'closed') {
    if (incident.state === 'closed' && outcome === undefined) return {};
    return { closedAt: now.toISOString(), ...(outcome === undefined ? {} : { outcome }) };
  }
  // A reopened incident has neither end nor outcome.
  return incident.state === 'closed' ? { closedAt: undefined, outcome: undefined } : {};
}

function auditOf(settlement: Settlement): AuditDraft {
  const { by, incident } = settlement;
  const stage: Stage | undefined = by === 'person' || by === 'time' ? undefined : by;
  return {
    actor: settlement.actor ?? { kind: 'system', id: by === 'time' ? 'sweeper' : by },
    verb: settlement.verb ?? `incident.${settlement.reason}`,
    subject: settlement.subject ?? { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    ...(stage === undefined ? {} : { stage }),
    reason: settlement.reason,
    summary: settlement.summary,
    importance: settlement.importance ?? 2,
    lane: settlement.lane ?? LANES[by],
    detail: settlement.detail ?? {},
    evidence: [...(settlement.evidence ?? [])],
  };
}

/** The live event of a changed incident. */
export function incidentEvent(
  incident: Incident,
  state: IncidentState,
  previous: IncidentState,
  reason: Reason,
): LiveEventDraft {
  return {
    type: state === 'closed' && previous !== 'closed' ? 'incident.closed' : 'incident.changed',
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    environment: incident.environment,
    service: incident.service,
    data: { state, reason },
  };
}

function nextJob(settlement: Settlement, next: Stage | undefined): readonly OutboxDraft[] {
  if (next === undefined) return [];
  const queue: QueueName = next;
  if (next !== 'remediator') {
    return [{ queue, subjectId: settlement.incident.id, traceparent: settlement.incident.traceparent }];
  }
  if (settlement.stepId === undefined)
    throw new Error('An outcome that leads to the Remediator must name the step to start with.');
  return [{ queue, subjectId: settlement.stepId, traceparent: settlement.incident.traceparent }];
}

/**
 * The settlement of a stage whose last retry failed: closed fails safe per stage (a forecast is skipped, a plan or verdict that
 * cannot be had closes the incident, a narrative stays unwritten), always with an audit entry that names the fault.
 */
export function settleFault(
  workspaceId: string,
  incident: Incident,
  stage: Exclude<Stage, 'detector' | 'remediator'>,
  fault: string,
  now: Date,
): Transition | undefined {
  if (arcOf(stage, 'retries-exhausted', incident.state) === undefined) return undefined;
  return settle({
    workspaceId,
    incident,
    by: stage,
    reason: 'retries-exhausted',
    verb: `${stage}.failed`,
    summary: `The ${stage} failed on every attempt: ${fault}`,
    importance: 3,
    detail: { fault },
    now,
  });
}
