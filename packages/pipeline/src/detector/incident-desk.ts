import type { Anomaly, Incident } from '@autoops/contracts';
import type { IncidentBook } from '../incident/incident-book.ts';
import { describe, describeEnd } from './anomaly.ts';
import type { DetectorConfig } from './config.ts';
import { correlateRecord, correlationRecord, type CorrelationRecord } from '../incident/correlate.ts';
import { gather, openingRecord } from '../incident/gather.ts';
import { endedByItself, newEvidence, overlaps, type ClosedIncident } from '../incident/reopen.ts';
import { mayOpen } from './may-open.ts';
import type { ScoredSubject, ShardIdentity } from './subjects.ts';
import { rootOf } from '../incident/topology-graph.ts';

interface Entry {
  anomaly: Anomaly;
  readonly scored: ScoredSubject | undefined;
  snapshot: Uint8Array | undefined;
  /** When it ended, of an alert whose end is told together with its beginning. */
  readonly endsAt?: string | undefined;
}

/** Keeps track of the open anomalies of a workspace while one shard is worked, and decides which incident each belongs to. */
export class IncidentDesk {
  private readonly open_ = new Map<string, Entry>();
  private readonly ended = new Set<string>();

  constructor(
    private readonly book: IncidentBook,
    private readonly config: DetectorConfig,
    private readonly shard: ShardIdentity,
  ) {
    for (const anomaly of config.openAnomalies) {
      if (anomaly.closedAt === undefined)
        this.open_.set(anomaly.id, { anomaly, scored: undefined, snapshot: undefined });
    }
  }

  private anomalies(): Anomaly[] {
    return [...this.open_.values()].map((entry) => entry.anomaly);
  }

  /**
   * Anomalies that bind others to their incident: all of an open one; of a closed one only those that could have opened it,
   * for a replica more than before lasts and is no trouble.
   */
  private binding(incidents: readonly Incident[]): Anomaly[] {
    const open = new Set(incidents.filter((incident) => incident.state !== 'closed').map((incident) => incident.id));
    return this.anomalies().filter(
      (anomaly) => (anomaly.incidentId !== undefined && open.has(anomaly.incidentId)) || this.opens(anomaly),
    );
  }

  /** An anomaly of this shard that is open from before. */
  resume(anomaly: Anomaly, scored: ScoredSubject): void {
    this.open_.set(anomaly.id, { anomaly, scored, snapshot: undefined });
  }

  find(id: string): Anomaly | undefined {
    return this.open_.get(id)?.anomaly;
  }

  open(anomaly: Anomaly, scored: ScoredSubject, snapshot: Uint8Array | undefined, endsAt?: string): void {
    this.open_.set(anomaly.id, { anomaly, scored, snapshot, endsAt });
    this.book.put(anomaly, snapshot);
  }

  update(anomaly: Anomaly): void {
    const entry = this.open_.get(anomaly.id);
    if (entry !== undefined) entry.anomaly = anomaly;
    this.book.put(anomaly);
    const { incidentId } = anomaly;
    if (incidentId === undefined) return;
    const why = this.opens(anomaly) ? this.newEvidence(anomaly, incidentId) : undefined;
    if (why === undefined) this.book.escalate(incidentId, anomaly.severity);
    else this.book.reopen(anomaly, incidentId, why);
  }

  /**
   * Why an anomaly that could open an incident reopens this closed one; undefined while it is open, or when nothing is new. What was
   * over by itself is not over while an alert that belongs to it fires on.
   */
  private newEvidence(anomaly: Anomaly, incidentId: string, endsAt?: string): string | undefined {
    const closed = this.config.closedIncidents.find(({ incident }) => incident.id === incidentId);
    if (closed === undefined) return undefined;
    const healed = endedByItself(closed) && closed.anomalies.every((each) => each.closedAt !== undefined);
    if (!healed) return newEvidence(anomaly, closed);
    return endsAt === undefined ? 'an alert that began while it was open still fires' : undefined;
  }

  /** Closed incidents that an alert would have joined, had it been told in the order of time. */
  private heardLate({ anomaly, endsAt }: Entry): readonly ClosedIncident[] {
    if (anomaly.kind !== 'alert') return [];
    return this.config.closedIncidents.filter((closed) => overlaps(anomaly.openedAt, endsAt, closed));
  }

  /** Ends an anomaly; an unknown one (a person closed it) stays as it is. */
  close(id: string, at: number, value: number): void {
    const entry = this.open_.get(id);
    if (entry === undefined) return;
    this.open_.delete(id);
    const instant = new Date(at).toISOString();
    const anomaly: Anomaly = { ...entry.anomaly, closedAt: instant, lastAt: instant };
    this.book.put(anomaly);
    if (anomaly.incidentId !== undefined) this.ended.add(anomaly.incidentId);
    this.book.note(anomaly, 'anomaly-ended', describeEnd(anomaly, value), 1);
  }

  /** After a moment's ticks: lets open anomalies join an incident, and opens one for those that may and find none. */
  settle(at: number): void {
    for (const entry of this.open_.values()) {
      if (entry.scored === undefined || entry.anomaly.incidentId !== undefined) continue;
      const { anomaly, scored } = entry;
      const incidents = this.book.incidents();
      const binding = this.binding(incidents);
      const record = correlationRecord(anomaly, incidents, this.config.topology, binding, this.heardLate(entry));
      const { incidentId, reason } = correlateRecord(record);
      const { opens } = scored.subject;
      const lasts = opens && at - Date.parse(anomaly.openedAt) >= scored.opensAfterMs;
      if (incidentId === undefined) {
        if (lasts) this.openIncident(entry, record);
        continue;
      }
      const reopenedBy = opens ? this.newEvidence(anomaly, incidentId, entry.endsAt) : undefined;
      // What reopens an incident must have lasted as long as what opens one.
      if (reopenedBy !== undefined && !lasts && this.book.isClosed(incidentId)) continue;
      this.join(entry, incidentId, reason, { opens, reopenedBy, record });
    }
  }

  private join(
    entry: Entry,
    incidentId: string,
    reason: string,
    evidence: { readonly opens: boolean; readonly reopenedBy: string | undefined; readonly record: CorrelationRecord },
  ): void {
    this.book.join(entry.anomaly, incidentId, reason, { ...evidence, snapshot: entry.snapshot });
    entry.anomaly = { ...entry.anomaly, incidentId };
    const incident = this.book.incidents().find((each) => each.id === incidentId);
    if (incident === undefined || !evidence.opens || incident.state !== 'detected') return;
    const { service } = entry.anomaly;
    if (service !== incident.service && rootOf(this.config.topology, [incident.service, service]) === service) {
      this.book.reroot(incidentId, service, `${incident.service} depends on ${service}, which is nearer to the root`);
    }
  }

  private opens(anomaly: Anomaly): boolean {
    return this.open_.get(anomaly.id)?.scored?.subject.opens ?? mayOpen(anomaly, this.config.indicators);
  }

  private openIncident(cause: Entry, correlation: CorrelationRecord): void {
    const loose = [...this.open_.values()].filter(
      ({ anomaly }) => anomaly.incidentId === undefined && anomaly.environment === this.shard.environment,
    );
    const candidate = ({ anomaly }: Entry) => ({ ...anomaly, opens: this.opens(anomaly) });
    const record = openingRecord(candidate(cause), correlation, loose.map(candidate), this.config.topology);
    const { service, leading, joined } = gather(record);
    const own = joined.flatMap(({ id, reason }) => {
      const entry = this.open_.get(id);
      return entry === undefined ? [] : [{ entry, reason }];
    });
    const first = this.open_.get(leading)?.anomaly ?? cause.anomaly;
    const incident = this.book.open({
      cause: first,
      service,
      source: 'detector',
      title: describe(first),
      record,
      joined: own.map(({ entry, reason }) => ({ anomaly: entry.anomaly, snapshot: entry.snapshot, reason })),
    });
    for (const { entry } of own) entry.anomaly = { ...entry.anomaly, incidentId: incident.id };
  }

  /** Open incidents that lost in this work the last open anomaly of those that may open one. */
  healed(): string[] {
    const lasting = new Set(
      this.anomalies()
        .filter((anomaly) => this.opens(anomaly))
        .map((anomaly) => anomaly.incidentId),
    );
    const open = this.book.incidents().filter((incident: Incident) => incident.state !== 'closed');
    return [...this.ended].filter((id) => !lasting.has(id) && open.some((incident) => incident.id === id)).sort();
  }
}
