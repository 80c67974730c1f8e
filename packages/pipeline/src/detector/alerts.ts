import type { AlertSignal, Anomaly } from '@autoops/contracts';
import { digestOf, sha256Hex } from '@autoops/digest';
import { anomalyId } from './anomaly.ts';
import type { IncidentBook } from '../incident/incident-book.ts';
import type { IncidentDesk } from './incident-desk.ts';
import { ENGINE, ENGINE_VERSION } from './scoring.ts';
import { identityOf, writeSignalRecord, type AlertFacts } from './signal-record.ts';
import { subjectOfLog, type ScoredSubject, type ShardIdentity } from './subjects.ts';

/** Labels that say where an alert belongs and how bad it is, which the anomaly says in fields of its own. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['service', 'environment', 'severity']);

/** The anomaly that somebody else's rule has found, with the record it was made from: it may open an incident at once, for whoever wrote the rule has decided that. */
export function alertAnomaly(
  shard: ShardIdentity,
  alert: AlertFacts,
): { readonly anomaly: Anomaly; readonly scored: ScoredSubject; readonly snapshot: Uint8Array } {
  const { key, name, severity, startsAt, summary } = alert;
  const snapshot = writeSignalRecord({
    kind: 'alert',
    shard: identityOf(shard),
    alert: { key, name, severity, startsAt, summary, labels: { ...alert.labels } },
  });
  const shaped = subjectOfLog(shard, { templateId: alert.key, severity: 'error' });
  const labels = Object.fromEntries(Object.entries(alert.labels).filter(([name]) => !TOLD_ELSEWHERE.has(name)));
  const subject: ScoredSubject['subject'] = {
    ...shaped.subject,
    key: `alert/${alert.key}`,
    indicator: 'alert',
    unit: 'n',
    labels: { ...labels, alertname: alert.name },
    source: 'alerts',
    opens: true,
    levelKind: 'alert',
  };
  const anomaly: Anomaly = {
    id: anomalyId(subject, Date.parse(alert.startsAt)),
    service: shard.service,
    environment: shard.environment,
    indicator: subject.indicator,
    unit: subject.unit,
    labels: { ...subject.labels },
    source: subject.source,
    kind: 'alert',
    direction: 'up',
    severity: alert.severity,
    // Somebody else's judgement has no distance: it holds or it does not.
    score: 1,
    novelty: 0,
    deviation: 0,
    winningView: 'alert',
    observed: 1,
    expected: 0,
    bandLow: 0,
    bandHigh: 0,
    openedAt: alert.startsAt,
    lastAt: alert.startsAt,
    context: { labelsDiffering: [], changesBefore: [], sampleLog: alert.summary },
    decision: {
      engine: ENGINE,
      version: ENGINE_VERSION,
      inputDigest: sha256Hex(snapshot),
      outputDigest: digestOf({ at: alert.startsAt, kind: 'alert', severity: alert.severity }),
    },
  };
  return { anomaly, scored: { ...shaped, subject, scored: false, opensAfterMs: 0 }, snapshot };
}

/**
 * Takes in alerts that began or ended: each is one anomaly, however often it is told. One of which only the end was heard has
 * been trouble all the same: it opens and ends, so that the same incidents come of the same alerts in any order.
 */
export function takeAlerts(
  alerts: readonly AlertSignal[],
  shard: ShardIdentity,
  desk: IncidentDesk,
  book: IncidentBook,
  now: Date,
): void {
  const inOrder = alerts.toSorted(
    (a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt) || (a.key < b.key ? -1 : 1),
  );
  const known = inOrder.map((alert) => ({ alert, ...alertAnomaly(shard, alert) }));
  for (const { alert, anomaly, scored, snapshot } of known) {
    if (desk.find(anomaly.id) !== undefined) continue;
    desk.open(anomaly, scored, snapshot, alert.status === 'resolved' ? (alert.endsAt ?? alert.startsAt) : undefined);
    book.note(anomaly, 'anomaly-opened', `Alert ${alert.name} of ${shard.service}: ${alert.summary}`.slice(0, 300), 1);
  }
  desk.settle(now.getTime());
  for (const { alert, anomaly } of known) {
    if (alert.status === 'resolved') desk.close(anomaly.id, Date.parse(alert.endsAt ?? alert.startsAt), Number.NaN);
  }
}
