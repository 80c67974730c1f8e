import type {
  Anomaly,
  AuditDraft,
  Incident,
  JsonObject,
  LiveEventDraft,
  Reason,
  Severity,
  Topology,
} from '@autoops/contracts';
import { digestOf, uuidV5 } from '@autoops/digest';
import type { Transition } from '../ports/state-store.ts';
import { correlateRecord, type CorrelationRecord } from './correlate.ts';
import { anomalyEvidence, changeEvidence, inHumanWords, plain } from './anomaly-evidence.ts';
import { decideOpening, type OpeningRecord } from './gather.ts';
import { anomalyWrites, emptyDraft, transitionOf, type AnomalyPuts, type IncidentDraft } from './incident-draft.ts';
import { anomalyEntry, anomalyEvent, openedEntry, openedEvent, reopenedEntry } from './incident-entries.ts';
import { arcOf, BEFORE_RUN } from './lifecycle.ts';
import { worst } from './reopen.ts';

/** Digest of which incident an anomaly belongs to and why, made from the record of the question. */
export function correlationDigest(record: CorrelationRecord): string {
  return digestOf(plain(correlateRecord(record)));
}

/** Digest of what a new incident is made of, made from the record of its opening. */
export function openingDigest(record: OpeningRecord): string {
  return digestOf(plain({ decided: decideOpening(record) }));
}

/** What a new incident is made from. */
export interface Opening {
  /** The anomaly (or forecast) that opens it. */
  readonly cause: Anomaly;
  /** Service nearest to the root. */
  readonly service: string;
  /** Anomalies that belong to it from the start, the cause included, with the reason each joined. */
  readonly joined: readonly {
    readonly anomaly: Anomaly;
    readonly snapshot: Uint8Array | undefined;
    readonly reason: string;
  }[];
  readonly source: Incident['source'];
  readonly title: string;
  /** What the decision to open it stands on, for replay. */
  readonly record?: OpeningRecord;
}

/**
 * Collects what the detector (or a forecast) does to incidents and ends as transitions, one per incident, so that several
 * anomalies of a moment make one incident and one version step. Pure: `openIncidents` is copied, nothing is committed.
 */
export class IncidentBook {
  private readonly drafts = new Map<string, IncidentDraft>();
  private readonly loose: AnomalyPuts = new Map();
  private readonly looseAudit: AuditDraft[] = [];
  private readonly looseEvents: LiveEventDraft[] = [];

  constructor(
    private readonly options: {
      readonly workspaceId: string;
      readonly openIncidents: readonly Incident[];
      readonly topology: Topology;
      readonly now: Date;
      readonly traceparent?: string | undefined;
      readonly demo?: boolean | undefined;
    },
  ) {}

  /** The incidents as they stand with what was decided here. */
  incidents(): Incident[] {
    const known = this.options.openIncidents.map((incident) => this.drafts.get(incident.id)?.incident ?? incident);
    const fresh = [...this.drafts.values()].filter((draft) => draft.isNew).map((draft) => draft.incident);
    return [...known, ...fresh];
  }

  isClosed(id: string): boolean {
    return this.incidents().some((incident) => incident.id === id && incident.state === 'closed');
  }

  private draftOf(id: string): IncidentDraft | undefined {
    const known = this.drafts.get(id);
    if (known !== undefined) return known;
    const incident = this.options.openIncidents.find((each) => each.id === id);
    if (incident === undefined) return undefined;
    return this.remember(incident, false);
  }

  private remember(incident: Incident, isNew: boolean): IncidentDraft {
    const draft = emptyDraft(incident, isNew);
    this.drafts.set(incident.id, draft);
    return draft;
  }

  private change(draft: IncidentDraft, set: IncidentDraft['set']): void {
    draft.incident = { ...draft.incident, ...set };
    draft.set = { ...draft.set, ...set };
  }

  /** Stores an anomaly as it is now; with its incident's transition when it belongs to one that changes here. */
  put(anomaly: Anomaly, snapshot?: Uint8Array): void {
    const home = anomaly.incidentId === undefined ? undefined : this.drafts.get(anomaly.incidentId);
    const target = home?.anomalies ?? this.loose;
    const earlier = this.loose.get(anomaly.id) ?? home?.anomalies.get(anomaly.id);
    this.loose.delete(anomaly.id);
    target.set(anomaly.id, { anomaly, snapshot: snapshot ?? earlier?.snapshot });
  }

  /** An entry of the timeline about an anomaly. */
  note(anomaly: Anomaly, reason: Reason, summary: string, importance: number, decided: JsonObject = {}): void {
    const draft = anomaly.incidentId === undefined ? undefined : this.drafts.get(anomaly.incidentId);
    (draft?.audit ?? this.looseAudit).push(anomalyEntry(anomaly, { reason, summary, importance, decided }));
    (draft?.events ?? this.looseEvents).push(anomalyEvent(anomaly, reason));
  }

  /** Opens an incident in state `detected` with a job for the Forecaster. Its id follows from the cause's. */
  open(opening: Opening): Incident {
    const { cause, joined } = opening;
    const { workspaceId, now, traceparent, demo } = this.options;
    const id = uuidV5('incident', workspaceId, cause.id);
    const incident: Incident = {
      id,
      // The store numbers incidents; the insert leaves this out.
      number: 1,
      version: 0,
      state: 'detected',
      service: opening.service,
      environment: cause.environment,
      kind: cause.kind,
      source: opening.source,
      severity: joined.reduce((severity, each) => worst(severity, each.anomaly.severity), cause.severity),
      title: opening.title,
      openedAt: cause.openedAt,
      updatedAt: now.toISOString(),
      correlation: joined.map((each) => inHumanWords(each.reason, each.anomaly)),
      planVersion: 0,
      ...(traceparent === undefined ? {} : { traceparent }),
      demo: demo ?? false,
    };
    const draft = this.remember(incident, true);
    const changes = new Set<string>();
    for (const { anomaly, snapshot } of joined) {
      const own = { ...anomaly, incidentId: id };
      this.put(own, snapshot);
      draft.evidence.push(anomalyEvidence(own, id));
      for (const evidence of changeEvidence(own, id)) {
        if (!changes.has(evidence.uri)) draft.evidence.push(evidence);
        changes.add(evidence.uri);
      }
    }
    const decided: JsonObject =
      opening.record === undefined
        ? {}
        : { inputs: plain(opening.record), outputDigest: openingDigest(opening.record) };
    draft.audit.push(openedEntry(incident, cause, decided));
    draft.events.push(openedEvent(incident));
    draft.outbox.push({ queue: 'forecaster', subjectId: id, traceparent });
    return incident;
  }

  /**
   * Lets an anomaly join an incident and says why. Evidence that may matter for the plan (`opens`) sends the Planner back to
   * work while no run acts. A closed incident stays closed unless `reopenedBy` says what is new about it.
   */
  join(
    anomaly: Anomaly,
    incidentId: string,
    reason: string,
    evidence: {
      readonly opens: boolean;
      readonly reopenedBy?: string | undefined;
      readonly snapshot?: Uint8Array | undefined;
      readonly record?: CorrelationRecord | undefined;
    },
  ): void {
    const { opens, reopenedBy, snapshot, record } = evidence;
    const draft = this.draftOf(incidentId);
    const said = inHumanWords(reason, anomaly);
    const own: Anomaly = { ...anomaly, incidentId };
    this.put(own, snapshot);
    if (draft === undefined) return;
    const { incident } = draft;
    draft.evidence.push(anomalyEvidence(own, incidentId));
    const decided: JsonObject =
      record === undefined ? {} : { inputs: plain(record), outputDigest: correlationDigest(record) };
    this.note(own, 'anomaly-joined', `${said}.`, 2, decided);
    if (incident.state === 'closed') {
      if (reopenedBy !== undefined) this.reopen(own, incidentId, reopenedBy, [said]);
      return;
    }
    if (!BEFORE_RUN.includes(incident.state)) return;
    this.change(draft, {
      severity: worst(incident.severity, own.severity),
      correlation: [...incident.correlation, said],
      updatedAt: this.options.now.toISOString(),
    });
    if (
      opens &&
      incident.state !== 'detected' &&
      !draft.isNew &&
      !draft.outbox.some((job) => job.queue === 'planner')
    ) {
      draft.outbox.push({ queue: 'planner', subjectId: incidentId, traceparent: incident.traceparent });
    }
  }

  /**
   * Reopens a closed incident for the next plan version, which is the Planner's own: what a person once asked for was about
   * what was known then. Does nothing to an open one.
   */
  reopen(anomaly: Anomaly, incidentId: string, why: string, correlation: readonly string[] = []): void {
    const draft = this.draftOf(incidentId);
    const arc = draft === undefined ? undefined : arcOf('detector', 'incident-reopened', draft.incident.state);
    if (draft === undefined || arc === undefined || arc.to === 'same') return;
    const { incident } = draft;
    this.change(draft, {
      state: arc.to,
      closedAt: undefined,
      outcome: undefined,
      planId: undefined,
      guided: undefined,
      severity: worst(incident.severity, anomaly.severity),
      correlation: [...incident.correlation, ...correlation],
      updatedAt: this.options.now.toISOString(),
    });
    draft.audit.push(reopenedEntry(incident, anomaly, why));
    if (arc.next !== undefined)
      draft.outbox.push({ queue: arc.next, subjectId: incidentId, traceparent: incident.traceparent });
  }

  /** Raises an open incident's severity to that of one of its anomalies. */
  escalate(incidentId: string, severity: Severity): void {
    const incident = this.incidents().find((each) => each.id === incidentId);
    if (
      incident === undefined ||
      incident.state === 'closed' ||
      worst(incident.severity, severity) === incident.severity
    )
      return;
    const draft = this.draftOf(incidentId);
    if (draft !== undefined) this.change(draft, { severity, updatedAt: this.options.now.toISOString() });
  }

  /** Moves an incident that no stage has worked on yet to the service nearer to the root. */
  reroot(incidentId: string, service: string, reason: string): void {
    const draft = this.draftOf(incidentId);
    if (draft === undefined || draft.incident.state !== 'detected') return;
    this.change(draft, { service, correlation: [...draft.incident.correlation, reason] });
  }

  /** One transition per incident that changed, and one for the anomalies that belong to none. */
  transitions(): Transition[] {
    const { workspaceId, now } = this.options;
    const result: Transition[] = [];
    if (this.loose.size > 0 || this.looseAudit.length > 0)
      result.push({
        workspaceId,
        writes: anomalyWrites(this.loose),
        audit: this.looseAudit,
        events: this.looseEvents,
      });
    const incidents = this.incidents();
    for (const draft of this.drafts.values()) {
      const known = incidents.filter(({ environment }) => environment === draft.incident.environment);
      const transition = transitionOf(draft, { workspaceId, now, known });
      if (transition !== undefined) result.push(transition);
    }
    return result;
  }
}
