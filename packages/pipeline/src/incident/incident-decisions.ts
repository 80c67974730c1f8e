import {
  incidentName,
  type Actor,
  type Anomaly,
  type Approval,
  type GuidedPlan,
  type Incident,
  type JsonObject,
  type Plan,
  type Run,
} from '@autoops/contracts';
import { ENDED_RUN_STATES } from '@autoops/contracts';
import type { Write } from '../ports/state-store.ts';
import { arcOf } from './lifecycle.ts';
import { refuse, type Decision } from './decision.ts';
import { settle } from './settle.ts';

/** What every request about an incident brings along. `plan` and `approval` are the incident's current ones, when it has any. */
export interface IncidentRequest {
  readonly workspaceId: string;
  readonly incident: Incident;
  readonly actor: Actor;
  readonly now: Date;
}

/** Records that a person has seen the incident. Does not move it. */
export function acknowledgeIncident(request: IncidentRequest): Decision<Incident> {
  const { incident, actor } = request;
  if (incident.state === 'closed')
    return refuse('wrong-state', 'The incident is closed; there is nothing to acknowledge.');
  return {
    ok: true,
    value: { ...incident, acknowledgedBy: actor },
    transition: settle({
      ...request,
      by: 'person',
      reason: 'acknowledged',
      summary: `${actor.id} acknowledged ${incidentName(incident.number)}.`,
      set: { acknowledgedBy: actor },
    }),
  };
}

/** Gives the incident to a person. */
export function assignIncident(request: IncidentRequest & { readonly assignee: string }): Decision<Incident> {
  const { incident, actor, assignee } = request;
  if (incident.state === 'closed')
    return refuse('wrong-state', 'The incident is closed; it can no longer be assigned.');
  return {
    ok: true,
    value: { ...incident, assignee },
    transition: settle({
      ...request,
      by: 'person',
      reason: 'assigned',
      summary: `${actor.id} assigned ${incidentName(incident.number)} to ${assignee}.`,
      set: { assignee },
    }),
  };
}

/**
 * Closes an incident by hand: `unresolved` when a run of it waits for a human, else `closed-by-person`. Refused while a run acts
 * (abort it first). The open plan becomes superseded and a waiting approval void, so that nothing can start afterwards.
 */
export function closeIncident(
  request: IncidentRequest & {
    readonly reason: string;
    readonly plan?: Plan | undefined;
    readonly approval?: Approval | undefined;
    readonly runs: readonly Run[];
  },
): Decision<Incident> {
  const { incident, actor, runs, reason, now } = request;
  if (incident.state === 'closed') return refuse('wrong-state', 'The incident is closed already.');
  const active = runs.find((run) => !ENDED_RUN_STATES.includes(run.state));
  if (active !== undefined)
    return refuse('run-active', 'A run of this incident is still acting. Abort it or wait for its end, then close.');
  const unresolved = runs.some((run) => run.state === 'needs-human' || run.state === 'rollback-failed');
  const lifecycleReason =
    unresolved && arcOf('person', 'unresolved', incident.state) !== undefined ? 'unresolved' : 'closed-by-person';
  return {
    ok: true,
    value: { ...incident, state: 'closed', outcome: lifecycleReason, closedAt: now.toISOString() },
    transition: settle({
      ...request,
      by: 'person',
      reason: lifecycleReason,
      importance: 3,
      summary: `${actor.id} closed ${incidentName(incident.number)}: ${reason}`,
      detail: { reason },
      writes: [
        ...retire(request.plan, request.approval),
        // Whatever still held locks for the person to look at lets go now.
        ...runs.flatMap((run): Write[] => [
          { kind: 'locks.release', holder: run.id },
          { kind: 'budget.release', holder: run.id },
        ]),
      ],
    }),
  };
}

/** Merges an incident into another open one: its anomalies move there, it closes as `merged`. */
export function mergeIncident(
  request: IncidentRequest & {
    readonly into: Incident;
    readonly anomalies: readonly Anomaly[];
    readonly plan?: Plan | undefined;
    readonly approval?: Approval | undefined;
  },
): Decision<Incident> {
  const { incident, into, actor, now } = request;
  if (incident.id === into.id) return refuse('wrong-state', 'An incident cannot be merged into itself.');
  if (incident.state === 'closed') return refuse('wrong-state', 'The incident is closed already.');
  if (into.state === 'closed')
    return refuse('wrong-state', `${incidentName(into.number)} is closed. Choose an open incident to merge into.`);
  if (incident.state === 'executing' || incident.state === 'verifying') {
    return refuse('run-active', 'A run of this incident is still acting. Abort it or wait for its end, then merge.');
  }
  const correlation = `${incidentName(incident.number)} was merged into this incident by ${actor.id}.`;
  return {
    ok: true,
    value: { ...incident, state: 'closed', outcome: 'merged', mergedInto: into.id, closedAt: now.toISOString() },
    transition: settle({
      ...request,
      by: 'person',
      reason: 'merged',
      summary: `${actor.id} merged ${incidentName(incident.number)} into ${incidentName(into.number)}.`,
      detail: { into: into.id },
      set: { mergedInto: into.id },
      writes: [
        {
          kind: 'incident.update',
          id: into.id,
          expectedVersion: into.version,
          set: { correlation: [...into.correlation, correlation], updatedAt: now.toISOString() },
        },
        ...request.anomalies.map((anomaly): Write => ({
          kind: 'anomaly.upsert',
          anomaly: { ...anomaly, incidentId: into.id },
        })),
        ...retire(request.plan, request.approval),
      ],
    }),
  };
}

/**
 * Asks the Planner for the next plan version; a closed incident reopens as `planned`. The plan so far is superseded. With `runbooks` it
 * is a guided plan: these and no others, requested by that person, until somebody asks for another.
 */
export function requestPlan(
  request: IncidentRequest & {
    readonly plan?: Plan | undefined;
    readonly approval?: Approval | undefined;
    readonly runbooks?: GuidedPlan['runbooks'] | undefined;
  },
): Decision<Incident> {
  const { incident, actor, runbooks } = request;
  const guided: GuidedPlan | undefined = runbooks === undefined ? undefined : { requester: actor, runbooks };
  if (incident.state === 'executing' || incident.state === 'verifying') {
    return refuse(
      'run-active',
      'A run of this incident is still acting. Abort it or wait for its end, then ask for a new plan.',
    );
  }
  return {
    ok: true,
    value: { ...incident, state: 'planned', planId: undefined, guided },
    transition: settle({
      ...request,
      by: 'person',
      reason: 'incident-reopened',
      verb: 'plan.requested',
      summary: `${actor.id} asked for a new plan for ${incidentName(incident.number)}${
        runbooks === undefined ? '' : ` with ${runbooks.map(({ name }) => name).join(', ')}`
      }.`,
      ...(runbooks === undefined ? {} : { detail: { runbooks: runbooks.map(asJson) } }),
      set: { planId: undefined, guided },
      writes: retire(request.plan, request.approval),
    }),
  };
}

function asJson({ name, parameters, targetKeys }: GuidedPlan['runbooks'][number]): JsonObject {
  return {
    name,
    ...(parameters === undefined ? {} : { parameters }),
    ...(targetKeys === undefined ? {} : { targetKeys }),
  };
}

const RETIRABLE: readonly Plan['state'][] = ['draft', 'allowed', 'awaiting-execute', 'awaiting-approval', 'approved'];

/** The writes that take an open plan and its waiting approval out of play. */
export function retire(plan: Plan | undefined, approval: Approval | undefined): readonly Write[] {
  const writes: Write[] = [];
  if (plan !== undefined && RETIRABLE.includes(plan.state)) {
    writes.push({ kind: 'plan.update', id: plan.id, expectedStates: RETIRABLE, set: { state: 'superseded' } });
  }
  if (approval !== undefined && (approval.state === 'waiting' || approval.state === 'approved')) {
    writes.push({
      kind: 'approval.update',
      id: approval.id,
      expectedVersion: approval.version,
      set: { state: 'void' },
    });
  }
  return writes;
}
