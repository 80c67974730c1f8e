import type { Anomaly, Incident, Topology } from '@autoops/contracts';
import type { Transition } from '../ports/state-store.ts';
import { correlateRecord, correlationRecord } from './correlate.ts';
import { IncidentBook } from './incident-book.ts';

export interface ForecastOpening {
  readonly workspaceId: string;
  readonly service: string;
  readonly environment: string;
  /** The anomaly of kind `forecast` that is due now; undefined when nothing is heading up. */
  readonly anomaly: Anomaly | undefined;
  /** What it was made from, for replay. */
  readonly snapshot: Uint8Array | undefined;
  /** Whether an open one has ended. */
  readonly ended: boolean;
  readonly title: string;
  readonly openAnomalies: readonly Anomaly[];
  readonly openIncidents: readonly Incident[];
  readonly topology: Topology;
  readonly now: Date;
  readonly traceparent?: string | undefined;
  readonly demo?: boolean | undefined;
}

/**
 * What a service's forecast does: opens an incident of source `forecast` before users feel anything, joins one that is open,
 * keeps the anomaly that already says so, or ends it. At most one open forecast anomaly per service and environment.
 */
export function openFromForecast(opening: ForecastOpening): Transition[] {
  const { anomaly, openAnomalies, openIncidents, topology, service, environment } = opening;
  const book = new IncidentBook(opening);
  const standing = openAnomalies.find(
    (each) =>
      each.kind === 'forecast' &&
      each.service === service &&
      each.environment === environment &&
      each.closedAt === undefined,
  );
  if (standing !== undefined) {
    if (opening.ended) {
      const at = opening.now.toISOString();
      const closed = { ...standing, closedAt: at, lastAt: at };
      book.put(closed);
      book.note(closed, 'anomaly-ended', `Capacity of ${service} holds again.`, 2);
    }
    return book.transitions();
  }
  if (anomaly === undefined) return [];
  const open = new Set(openIncidents.filter((incident) => incident.state !== 'closed').map((incident) => incident.id));
  // What lasts of a closed incident may be harmless (a replica more): only another forecast binds to it.
  const binding = openAnomalies.filter(
    (each) => each.kind === 'forecast' || (each.incidentId !== undefined && open.has(each.incidentId)),
  );
  const record = correlationRecord(anomaly, openIncidents, topology, binding);
  const { incidentId, reason } = correlateRecord(record);
  if (incidentId !== undefined) {
    book.join(anomaly, incidentId, reason, { opens: true, snapshot: opening.snapshot, record });
  } else {
    book.open({
      cause: anomaly,
      service,
      source: 'forecast',
      title: opening.title,
      record: { kind: 'alone', correlation: record },
      joined: [{ anomaly, snapshot: opening.snapshot, reason: `forecast: ${reason}` }],
    });
  }
  return book.transitions();
}
