import type { Anomaly, AuditDraft, Incident, JsonObject, LiveEventDraft, Reason } from '@autoops/contracts';

const SYSTEM = { kind: 'system', id: 'detector' } as const;

/** The timeline's entry about an anomaly, with what was decided on it. */
export function anomalyEntry(
  anomaly: Anomaly,
  said: {
    readonly reason: Reason;
    readonly summary: string;
    readonly importance: number;
    readonly decided: JsonObject;
  },
): AuditDraft {
  const { id, incidentId, indicator, observed, expected, score } = anomaly;
  const { reason, summary, importance, decided } = said;
  return {
    actor: SYSTEM,
    verb: `anomaly.${reason === 'anomaly-ended' ? 'end' : reason === 'anomaly-joined' ? 'join' : 'open'}`,
    subject: { kind: 'anomaly', id },
    ...(incidentId === undefined ? {} : { incidentId }),
    stage: 'detector',
    reason,
    summary,
    importance,
    lane: 'signal',
    detail: { indicator, observed, expected, score, ...decided },
  };
}

/** What open pages are told of an anomaly. */
export function anomalyEvent(anomaly: Anomaly, reason: Reason): LiveEventDraft {
  const { id, incidentId, environment, service, indicator } = anomaly;
  return {
    type: reason === 'anomaly-opened' || reason === 'regression-found' ? 'anomaly.opened' : 'anomaly.changed',
    subject: { kind: 'anomaly', id },
    ...(incidentId === undefined ? {} : { incidentId }),
    environment,
    service,
    data: { indicator, reason },
  };
}

/** The timeline's entry about a new incident; `decided` is what replay starts from. */
export function openedEntry(incident: Incident, cause: Anomaly, decided: JsonObject): AuditDraft {
  const { id, source, title, correlation } = incident;
  return {
    actor: SYSTEM,
    verb: 'incident.open',
    subject: { kind: 'incident', id },
    incidentId: id,
    stage: source === 'forecast' ? 'forecaster' : 'detector',
    reason: 'incident-opened',
    summary: `Incident opened: ${title}.`,
    importance: 3,
    lane: 'signal',
    detail: { cause: cause.id, correlation: [...correlation], ...decided },
  };
}

/** What open pages are told of a new incident. */
export function openedEvent({ id, environment, service, state, severity, title }: Incident): LiveEventDraft {
  return {
    type: 'incident.opened',
    subject: { kind: 'incident', id },
    incidentId: id,
    environment,
    service,
    data: { state, severity, title },
  };
}

/** The timeline's entry about an incident that `anomaly` reopens; `incident` is what it was before. */
export function reopenedEntry({ id, outcome }: Incident, anomaly: Anomaly, why: string): AuditDraft {
  return {
    actor: SYSTEM,
    verb: 'incident.reopen',
    subject: { kind: 'incident', id },
    incidentId: id,
    stage: 'detector',
    reason: 'incident-reopened',
    summary: `Incident reopened: ${why}.`,
    importance: 3,
    lane: 'signal',
    detail: { anomaly: anomaly.id, kind: anomaly.kind, severity: anomaly.severity, outcomeBefore: outcome ?? '' },
  };
}
