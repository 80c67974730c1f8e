import type { Anomaly, AuditDraft, Evidence, Incident, LiveEventDraft } from '@autoops/contracts';
import type { OutboxDraft, Transition, Write } from '../ports/state-store.ts';

/** Anomalies to store, by id, each with the picture of its series. */
export type AnomalyPuts = Map<string, { readonly anomaly: Anomaly; readonly snapshot: Uint8Array | undefined }>;

/** An incident that the detector opens, joins or reopens, with what belongs to it, until it becomes one transition. */
export interface IncidentDraft {
  incident: Incident;
  readonly isNew: boolean;
  set: Partial<Omit<Incident, 'id' | 'number' | 'version'>>;
  readonly anomalies: AnomalyPuts;
  readonly evidence: Omit<Evidence, 'id'>[];
  readonly audit: AuditDraft[];
  readonly events: LiveEventDraft[];
  readonly outbox: OutboxDraft[];
}

/** A draft of an incident that nothing has happened to yet. */
export function emptyDraft(incident: Incident, isNew: boolean): IncidentDraft {
  return { incident, isNew, set: {}, anomalies: new Map(), evidence: [], audit: [], events: [], outbox: [] };
}

/** The writes that store anomalies as they are now. */
export function anomalyWrites(anomalies: AnomalyPuts): Write[] {
  return [...anomalies.values()].map(({ anomaly, snapshot }) => ({ kind: 'anomaly.upsert', anomaly, snapshot }));
}

/**
 * The transition that a draft becomes; undefined where it changes nothing. A new incident holds only while `known`, the incidents
 * of its environment, are all there are.
 */
export function transitionOf(
  draft: IncidentDraft,
  {
    workspaceId,
    now,
    known,
  }: { readonly workspaceId: string; readonly now: Date; readonly known: readonly Incident[] },
): Transition | undefined {
  const { incident, isNew, set, audit, outbox } = draft;
  const { id, environment, service, version, state } = incident;
  const { number: _number, ...unnumbered } = incident;
  const changed = !isNew && Object.keys(set).length > 0;
  const writes: Write[] = [
    ...(isNew ? [{ kind: 'incident.insert' as const, incident: unnumbered }] : []),
    ...(changed ? [{ kind: 'incident.update' as const, id, expectedVersion: version, set }] : []),
    ...anomalyWrites(draft.anomalies),
    ...draft.evidence.map((evidence) => ({ kind: 'evidence.insert' as const, evidence })),
  ];
  if (writes.length === 0) return undefined;
  const subject = { kind: 'incident' as const, id };
  const told: LiveEventDraft[] = changed
    ? [
        {
          type: 'incident.changed',
          subject,
          incidentId: id,
          environment,
          service,
          data: { state, at: now.toISOString() },
        },
      ]
    : [];
  return {
    workspaceId,
    writes,
    audit,
    events: [...draft.events, ...told],
    outbox,
    ...(isNew
      ? {
          guards: [{ kind: 'incidents.known' as const, environment, ids: known.map((each) => each.id) }],
          notify: [{ type: 'incident.opened' as const, subjectId: id, incidentId: id }],
        }
      : {}),
  };
}
