import type { Anomaly, Incident, Topology } from '@autoops/contracts';
import { relate } from './topology-graph.ts';

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

/**
 * Finds the incident that an anomaly belongs to: same environment, services that hang together by the topology, and either
 * the incident is open or they began at most 60 s apart. `openIncidents` are the open ones and the closed ones that an open
 * anomaly still belongs to (loop.md "States"). The nearest by topology wins, then the newest.
 */
export function correlate(
  anomaly: Pick<Anomaly, 'service' | 'environment' | 'openedAt' | 'indicator'>,
  openIncidents: readonly Incident[],
  topology: Topology,
  openAnomalies: readonly Anomaly[],
): Correlation {
  const openedAt = Date.parse(anomaly.openedAt);
  let best: { incident: Incident; hops: number; reason: string } | undefined;
  for (const incident of openIncidents) {
    if (incident.environment !== anomaly.environment || incident.mergedInto !== undefined) continue;
    const own = openAnomalies.filter((each) => each.incidentId === incident.id);
    const services = [incident.service, ...own.map((each) => each.service)];
    for (const service of new Set(services)) {
      const relation = relate(topology, anomaly.service, service);
      if (relation === undefined) continue;
      const apart = openedAt - Date.parse(incident.openedAt);
      const lasts = incident.state !== 'closed' || own.length > 0;
      if (!lasts && Math.abs(apart) > JOIN_WITHIN_MS) continue;
      // A closed incident keeps what is of the same services; a neighbour's new trouble after it is news.
      if (incident.state === 'closed' && relation.hops > 0 && Math.abs(apart) > JOIN_WITHIN_MS) continue;
      const when =
        Math.abs(apart) <= JOIN_WITHIN_MS ? `began ${seconds(apart)} apart` : `began while the incident was open`;
      const reason = `${anomaly.indicator} of ${anomaly.service}: ${relation.words}; ${when}`;
      const nearer = best === undefined || relation.hops < best.hops;
      const newer = best !== undefined && relation.hops === best.hops && incident.openedAt > best.incident.openedAt;
      if (nearer || newer) best = { incident, hops: relation.hops, reason };
    }
  }
  if (best !== undefined) return { incidentId: best.incident.id, reason: best.reason };
  // Its incident was closed and its row not handed in: while its anomalies last, what is of the same service belongs to it.
  const known = new Set(openIncidents.map((incident) => incident.id));
  const lasting = openAnomalies.find(
    (each) =>
      each.incidentId !== undefined &&
      !known.has(each.incidentId) &&
      each.environment === anomaly.environment &&
      each.service === anomaly.service &&
      each.closedAt === undefined,
  );
  if (lasting !== undefined) {
    const reason = `${anomaly.indicator} of ${anomaly.service}: ${lasting.indicator} of a closed incident still lasts there`;
    return { incidentId: lasting.incidentId, reason };
  }
  return {
    incidentId: undefined,
    reason: `no open incident in ${anomaly.environment} hangs together with ${anomaly.service}`,
  };
}
