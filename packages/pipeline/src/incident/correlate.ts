import type { Anomaly, Incident, Topology } from '@autoops/contracts';
import type { ClosedIncident } from './reopen.ts';
import { relate, type Relation } from './topology-graph.ts';

/** Anomalies further apart than this are joined only while the incident is open. */
export const JOIN_WITHIN_MS = 60_000;

/** The incident that an anomaly belongs to and why, in words; no id when it belongs to none. */
export interface Correlation {
  readonly incidentId: string | undefined;
  readonly reason: string;
}

function seconds(ms: number): string {
  return `${Math.round(Math.abs(ms) / 1000)} s`;
}

/** All that decides on an anomaly's incident, as JSON: stored with the decision, so that a replay decides on the same. */
export interface CorrelationRecord {
  readonly anomaly: Pick<Anomaly, 'service' | 'environment' | 'openedAt' | 'indicator'>;
  /** Incidents of the environment that have a service related to the anomaly's; `services` are theirs and their anomalies'. */
  readonly incidents: readonly (Pick<Incident, 'id' | 'state' | 'openedAt'> & {
    readonly services: readonly string[];
    readonly lasting: boolean;
    /** Closed, and the anomaly was heard of late: it began before the incident's last anomaly had ended. */
    readonly overlaps?: boolean;
  })[];
  readonly relations: readonly (Relation & { readonly service: string })[];
  /** An anomaly of the same service that lasts although its incident was closed and is not at hand. */
  readonly lasting: { readonly incidentId: string; readonly indicator: string } | undefined;
}

/**
 * What of the open incidents and anomalies and of the topology matters for this anomaly. `heardLate` are closed incidents whose
 * time overlaps with that of an alert that is told only now.
 */
export function correlationRecord(
  anomaly: CorrelationRecord['anomaly'],
  openIncidents: readonly Incident[],
  topology: Topology,
  openAnomalies: readonly Anomaly[],
  heardLate: readonly ClosedIncident[] = [],
): CorrelationRecord {
  const { service, environment, openedAt, indicator } = anomaly;
  const relations = new Map<string, Relation>();
  const incidents: CorrelationRecord['incidents'][number][] = [];
  for (const incident of openIncidents) {
    if (incident.environment !== environment || incident.mergedInto !== undefined) continue;
    const own = openAnomalies.filter((each) => each.incidentId === incident.id);
    const closed = incident.state === 'closed';
    const candidates = closed
      ? own.map((each) => each.service)
      : [incident.service, ...own.map((each) => each.service)];
    const services = [...new Set(candidates)].filter((each) => {
      // A closed incident keeps what is of the same service; a neighbour's new trouble after it is news.
      if (closed && each !== service) return false;
      const relation = relations.get(each) ?? relate(topology, service, each);
      if (relation !== undefined) relations.set(each, relation);
      return relation !== undefined;
    });
    const { id, state, openedAt: since } = incident;
    if (services.length > 0) incidents.push({ id, state, openedAt: since, services, lasting: own.length > 0 });
  }
  for (const { incident, anomalies } of heardLate) {
    if (incident.environment !== environment || incidents.some(({ id }) => id === incident.id)) continue;
    const services = [...new Set([incident.service, ...anomalies.map((each) => each.service)])].filter((each) => {
      const relation = relate(topology, service, each);
      if (relation !== undefined) relations.set(each, relation);
      return relation !== undefined;
    });
    const { id, state, openedAt: since } = incident;
    if (services.length > 0) incidents.push({ id, state, openedAt: since, services, lasting: false, overlaps: true });
  }
  const known = new Set(openIncidents.map((incident) => incident.id));
  const lasting = openAnomalies.find(
    (each) =>
      each.incidentId !== undefined &&
      !known.has(each.incidentId) &&
      each.environment === environment &&
      each.service === service &&
      each.closedAt === undefined,
  );
  return {
    anomaly: { service, environment, openedAt, indicator },
    incidents,
    relations: [...relations].map(([related, relation]) => ({ service: related, ...relation })),
    lasting:
      lasting?.incidentId === undefined ? undefined : { incidentId: lasting.incidentId, indicator: lasting.indicator },
  };
}

/**
 * Finds the incident that an anomaly belongs to: same environment, services that hang together by the topology, and open; or
 * else closed while another anomaly of the same service still belongs to it (loop.md "States"). `openIncidents` are the open
 * ones and those closed ones. An open one wins, then the nearest by topology, then the newest.
 */
export function correlate(
  anomaly: CorrelationRecord['anomaly'],
  openIncidents: readonly Incident[],
  topology: Topology,
  openAnomalies: readonly Anomaly[],
): Correlation {
  return correlateRecord(correlationRecord(anomaly, openIncidents, topology, openAnomalies));
}

/** `correlate` on what was recorded of its question: the same answer. */
export function correlateRecord({ anomaly, incidents, relations, lasting }: CorrelationRecord): Correlation {
  const openedAt = Date.parse(anomaly.openedAt);
  const related = new Map(relations.map((relation) => [relation.service, relation]));
  let best: { incident: (typeof incidents)[number]; hops: number; closed: boolean; reason: string } | undefined;
  for (const incident of incidents) {
    const closed = incident.state === 'closed';
    if (closed && !incident.lasting && incident.overlaps !== true) continue;
    for (const service of incident.services) {
      const relation = related.get(service);
      if (relation === undefined) continue;
      const apart = openedAt - Date.parse(incident.openedAt);
      const when = closed
        ? incident.overlaps === true
          ? 'heard of after the incident had closed, it began before that had ended'
          : 'an anomaly of its closed incident still lasts'
        : Math.abs(apart) <= JOIN_WITHIN_MS
          ? `began ${seconds(apart)} apart`
          : 'began while the incident was open';
      const next = {
        incident,
        hops: relation.hops,
        closed,
        reason: `${anomaly.indicator} of ${anomaly.service}: ${relation.words}; ${when}`,
      };
      if (best === undefined || before(next, best)) best = next;
    }
  }
  if (best !== undefined) return { incidentId: best.incident.id, reason: best.reason };
  // Its incident was closed and its row not handed in: while its anomalies last, what is of the same service belongs to it.
  if (lasting !== undefined) {
    const reason = `${anomaly.indicator} of ${anomaly.service}: ${lasting.indicator} of a closed incident still lasts there`;
    return { incidentId: lasting.incidentId, reason };
  }
  return {
    incidentId: undefined,
    reason: `no open incident in ${anomaly.environment} hangs together with ${anomaly.service}`,
  };
}

interface Found {
  readonly incident: { readonly openedAt: string };
  readonly hops: number;
  readonly closed: boolean;
}

/** Whether one incident is the better home: open before closed, then the nearer, then the newer. */
function before(a: Found, b: Found): boolean {
  if (a.closed !== b.closed) return !a.closed;
  if (a.hops !== b.hops) return a.hops < b.hops;
  return a.incident.openedAt > b.incident.openedAt;
}
