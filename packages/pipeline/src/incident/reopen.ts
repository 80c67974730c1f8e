import type { Anomaly, Incident, Severity } from '@autoops/contracts';

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** The more severe of two. */
export function worst(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? a : b;
}

/** A closed incident that may come back, with all of its anomalies, ended or not. */
export interface ClosedIncident {
  readonly incident: Incident;
  readonly anomalies: readonly Anomaly[];
}

/** What kind of evidence an anomaly is: level and novelty are two views of the same departure from the band. */
function evidenceKind(kind: Anomaly['kind']): Anomaly['kind'] {
  return kind === 'novelty' ? 'level' : kind;
}

/**
 * Whether something that began at `openedAt` and ended at `endsAt` (undefined: not yet) shares a moment with the closed incident:
 * in the order of time it would have come while that was open. The incident lasts from its first anomaly to the end of its last.
 */
export function overlaps(
  openedAt: string,
  endsAt: string | undefined,
  { incident, anomalies }: ClosedIncident,
): boolean {
  if (incident.mergedInto !== undefined) return false;
  const begin = Math.min(...[incident, ...anomalies].map((each) => Date.parse(each.openedAt)));
  const lasting = anomalies.some((each) => each.closedAt === undefined);
  const ends = lasting ? [incident.closedAt] : anomalies.map((each) => each.closedAt);
  const end = Math.max(...ends.flatMap((each) => (each === undefined ? [] : [Date.parse(each)])));
  return Date.parse(openedAt) < end && (endsAt === undefined || Date.parse(endsAt) > begin);
}

/** Whether nobody did or decided anything about the closed incident: its trouble was over by itself. */
export function endedByItself({ incident }: ClosedIncident): boolean {
  return incident.outcome === 'self-healed' || incident.outcome === 'shadowed';
}

/**
 * Why an anomaly reopens a closed incident, in words: it is of another kind than all of the incident's anomalies, or more severe than
 * the incident and they ever were (loop.md "States"). Undefined when it says nothing new: what lasts after a verified outcome.
 */
export function newEvidence(
  anomaly: Pick<Anomaly, 'kind' | 'severity'>,
  { incident, anomalies }: ClosedIncident,
): string | undefined {
  const severity = anomalies.reduce((so, each) => worst(so, each.severity), incident.severity);
  if (worst(severity, anomaly.severity) !== severity) return `severity rose to ${anomaly.severity}`;
  const kinds = new Set([incident, ...anomalies].map(({ kind }) => evidenceKind(kind)));
  return kinds.has(evidenceKind(anomaly.kind)) ? undefined : `evidence of another kind (${anomaly.kind})`;
}
