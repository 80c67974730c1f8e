import { indicatorOf, valueText } from '@autoops/charts';
import type { Anomaly, AnomalyContext, AnomalyKind, Severity } from '@autoops/contracts';
import { digestOf, sha256Hex, uuidV5 } from '@autoops/digest';
import { capital } from '../incident/words.ts';
import { ENGINE, ENGINE_VERSION } from './scoring.ts';
import { KIND, LARGEST, type TickScore } from './series-state.ts';

/** What an anomaly is about. */
export interface AnomalySubject {
  readonly workspaceId: string;
  readonly service: string;
  readonly environment: string;
  readonly key: string;
  readonly indicator: string;
  readonly unit: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly source: string;
  readonly bad: 'up' | 'down' | 'none';
  readonly opens: boolean;
  readonly severity: Readonly<Partial<Record<Severity, number>>>;
  /** Kind of an anomaly of the level: that of a log template's rate differs from an indicator's. */
  readonly levelKind: AnomalyKind;
}

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Position of a severity, 0 = critical: smaller is worse. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Severity of a value from the declared harm to users; medium for indicators that open incidents, low for the others. */
export function severityOf(subject: Pick<AnomalySubject, 'severity' | 'bad' | 'opens'>, observed: number): Severity {
  for (const severity of SEVERITIES) {
    const bound = subject.severity[severity];
    if (bound === undefined) continue;
    if (subject.bad === 'down' ? observed <= bound : observed >= bound) return severity;
  }
  return subject.opens ? 'medium' : 'low';
}

/** The id of the anomaly that opened on a series at a tick: the same on every recomputation. */
export function anomalyId(subject: AnomalySubject, openedAtMs: number): string {
  return uuidV5(
    'anomaly',
    subject.workspaceId,
    subject.environment,
    subject.service,
    subject.source,
    subject.key,
    String(openedAtMs),
  );
}

function kindOf(kind: number, levelKind: AnomalyKind): AnomalyKind {
  if (kind === KIND.novelty) return 'novelty';
  if (kind === KIND.regression) return 'regression';
  return kind === KIND.absence ? 'absence' : levelKind;
}

/** A number that JSON can carry exactly: cut to +-1e15, 0 for none. */
export function reportable(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

/** Digests of the decision to open: the snapshot's bytes, and what was decided on them. */
export function decisionOf(snapshot: Uint8Array, score: TickScore, at: number, observed: number): Anomaly['decision'] {
  return {
    engine: ENGINE,
    version: ENGINE_VERSION,
    inputDigest: sha256Hex(snapshot),
    outputDigest: digestOf({
      at: new Date(at).toISOString(),
      event: score.event,
      kind: score.kind,
      direction: score.direction,
      view: score.view,
      observed: reportable(observed),
      expected: reportable(score.expected),
      low: reportable(score.low),
      high: reportable(score.high),
      score: reportable(score.score),
      deviation: reportable(score.deviation),
      novelty: reportable(score.novelty),
      nearestAt: reportable(score.nearestAt),
    }),
  };
}

/** The largest value that a unit can have; every unit of indicators starts at 0. */
const CEILINGS: Readonly<Record<string, number>> = { ratio: 1 };
const COUNTED = new Set(['ratio', '1/s', 's', 'n']);

/** The expected band as people may read it: inside what the unit can be at all. NaN stays NaN where nothing is expected yet. */
export function bandOf(
  unit: string,
  low: number,
  high: number,
): { readonly bandLow: number; readonly bandHigh: number } {
  if (!COUNTED.has(unit)) return { bandLow: reportableOrNaN(low), bandHigh: reportableOrNaN(high) };
  const ceiling = CEILINGS[unit] ?? Number.POSITIVE_INFINITY;
  return { bandLow: reportableOrNaN(Math.max(0, low)), bandHigh: reportableOrNaN(Math.min(ceiling, high)) };
}

function reportableOrNaN(value: number): number {
  return Number.isNaN(value) ? value : reportable(value);
}

/** The worse of an anomaly's value so far and a new one: the one further away in its direction. */
export function worseOf(anomaly: Pick<Anomaly, 'direction' | 'observed' | 'expected'>, value: number): number {
  if (Number.isNaN(value)) return anomaly.observed;
  if (anomaly.direction === 'up') return Math.max(anomaly.observed, value);
  if (anomaly.direction === 'down') return Math.min(anomaly.observed, value);
  return Math.abs(value - anomaly.expected) > Math.abs(anomaly.observed - anomaly.expected) ? value : anomaly.observed;
}

/** The anomaly that opened at a tick. */
export function openAnomaly(
  subject: AnomalySubject,
  at: number,
  observed: number,
  score: TickScore,
  snapshot: Uint8Array,
  context: AnomalyContext,
): Anomaly {
  const instant = new Date(at).toISOString();
  const band = bandOf(subject.unit, score.low, score.high);
  return {
    id: anomalyId(subject, at),
    service: subject.service,
    environment: subject.environment,
    indicator: subject.indicator,
    unit: subject.unit,
    labels: { ...subject.labels },
    source: subject.source,
    kind: kindOf(score.kind, subject.levelKind),
    direction: score.direction,
    severity: severityOf(subject, observed),
    score: score.score,
    novelty: reportable(score.novelty),
    deviation: reportable(score.deviation),
    winningView: score.view,
    observed: reportable(observed),
    expected: reportable(score.expected),
    bandLow: reportable(band.bandLow),
    bandHigh: reportable(band.bandHigh),
    openedAt: instant,
    lastAt: instant,
    context,
    decision: decisionOf(snapshot, score, at, observed),
  };
}

/** What an anomaly is seen at: "error ratio of checkout (replica checkout-2)". */
function subjectInWords({ indicator, service, labels }: Pick<Anomaly, 'indicator' | 'service' | 'labels'>): string {
  const named = Object.entries(labels).map(([label, value]) => `${label} ${value}`);
  return `${indicatorOf(service, indicator)}${named.length === 0 ? '' : ` (${named.join(', ')})`}`;
}

/** One line about an anomaly for titles and the timeline. */
export function describe(anomaly: Anomaly): string {
  const subject = subjectInWords(anomaly);
  if (anomaly.kind === 'absence') return `${subject} stopped coming in`;
  if (anomaly.kind === 'alert') return `${anomaly.labels['alertname'] ?? 'an alert'} fires for ${anomaly.service}`;
  if (anomaly.kind === 'new-template') return `new log message of ${anomaly.service}`;
  const moved = anomaly.direction === 'down' ? 'fell' : 'rose';
  const against = anomaly.kind === 'regression' ? 'before the change' : 'expected';
  return `${subject} ${moved} to ${valueText(anomaly.observed, anomaly.unit)} (${against} ${valueText(anomaly.expected, anomaly.unit)})`;
}

/** One line about the end of an anomaly, with the value then (NaN: nothing is reported any more). */
export function describeEnd(anomaly: Anomaly, value: number): string {
  const { kind, service, labels, unit } = anomaly;
  if (kind === 'new-template') return `New log message of ${service}: it is no longer new.`;
  const subject = kind === 'alert' ? `Alert ${labels['alertname'] ?? ''} of ${service}` : subjectInWords(anomaly);
  return `${capital(subject)}: ${Number.isNaN(value) ? 'it is no longer reported' : `back at ${valueText(value, unit)}`}.`;
}
