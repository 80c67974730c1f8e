import { changeBefore, clockText, durationText, indicatorName, subjectText, valueText } from '@autoops/charts';
import type { Anomaly, Evidence, Forecast, IncidentResource, Narrative } from '@autoops/contracts';
import { exhaustionText, NO_END, oneInText } from '../format/numbers.ts';
import { capital } from './reasons.ts';

/** A piece of the one sentence; a piece that is a number or a name links to what it stands on, where that is known. */
export interface SentencePart {
  readonly text: string;
  readonly evidence?: string | undefined;
  readonly fact?: boolean;
}

/** Which anomalies say most about what users feel: ratios of failure before waiting, and waiting before causes. */
const TELLING = [
  'error_ratio',
  'client_error_ratio',
  'orders_confirmed_ratio',
  'balancer_served_ratio',
  'latency_p95',
  'client_latency_p95',
  'queue_age',
  'ready_replicas',
];

/** The anomaly that stands for the incident: of its own service first, then by what users feel, then by score. */
export function mainAnomaly(incident: Pick<IncidentResource, 'anomalies' | 'service'>): Anomaly | undefined {
  const rank = (anomaly: Anomaly): number => {
    const place = TELLING.indexOf(anomaly.indicator);
    return (
      (anomaly.service === incident.service ? 0 : 100) + (place === -1 ? TELLING.length : place) - anomaly.score / 2
    );
  };
  return incident.anomalies.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The id of the evidence for one anomaly, forecast or change; the first of the kind where none names its subject. */
export function evidenceFor(
  evidence: readonly Evidence[],
  kind: Evidence['kind'],
  subjectId?: string,
): string | undefined {
  const ofKind = evidence.filter((item) => item.kind === kind);
  const exact =
    subjectId === undefined
      ? undefined
      : ofKind.find((item) => item.data['id'] === subjectId || item.uri.includes(subjectId));
  return (
    (exact ?? (subjectId === undefined ? ofKind[0] : undefined))?.id ??
    (exact === undefined ? ofKind[0]?.id : undefined)
  );
}

/** "0.2–0.9 %": both ends of a band with the unit once. */
export function bandText(anomaly: Pick<Anomaly, 'bandLow' | 'bandHigh' | 'unit'>): string {
  const low = valueText(Math.max(0, anomaly.bandLow), anomaly.unit);
  const high = valueText(anomaly.bandHigh, anomaly.unit);
  const unit = /\s(\S+)$/.exec(high)?.[1];
  return unit !== undefined && low.endsWith(unit)
    ? `${low.slice(0, -unit.length).trimEnd()}–${high}`
    : `${low}–${high}`;
}

/** "busy slots are", "error ratio was". */
function verb(anomaly: Pick<Anomaly, 'indicator' | 'closedAt'>): string {
  const many = /[^s]s$/.test(indicatorName(anomaly.indicator));
  if (anomaly.closedAt === undefined) return many ? 'are' : 'is';
  return many ? 'were' : 'was';
}

function exhaustionParts(forecast: Forecast | undefined, evidence: readonly Evidence[]): SentencePart[] {
  if (forecast === undefined) return [];
  const link = evidenceFor(evidence, 'forecast', forecast.id);
  if (!forecast.sufficientHistory && forecast.exhaustionSeconds.p50 === null)
    return [{ text: '; too little history for a forecast' }];
  const { main, range } = exhaustionText(forecast.exhaustionSeconds);
  if (main === 'gone') return [{ text: '; its error budget is ' }, { text: 'gone', evidence: link, fact: true }];
  if (main === NO_END) return [{ text: '; the error budget lasts' }];
  // Frozen, it counts from when it was issued, however late it is read.
  return [
    { text: '; budget gone in ' },
    { text: main, evidence: link, fact: true },
    { text: `${range === '' ? '' : ` (80 %: ${range})`} as of ${clockText(Date.parse(forecast.issuedAt))} UTC` },
  ];
}

/** What is wrong, since when, why, and how long there is: for an incident that is still going on, from its measurements. */
export function liveSentence(incident: IncidentResource, evidence: readonly Evidence[]): SentencePart[] {
  const anomaly = mainAnomaly(incident);
  if (anomaly === undefined)
    return [{ text: incident.title }, ...exhaustionParts(incident.forecast, evidence), { text: '.' }];
  const link = evidenceFor(evidence, 'anomaly', anomaly.id);
  const cause = changeBefore(incident.openedAt, incident.anomalies);
  const since = clockText(Date.parse(anomaly.openedAt), true);
  return [
    { text: `${capital(subjectText(anomaly.service, anomaly.indicator))} ${verb(anomaly)} ` },
    { text: valueText(anomaly.observed, anomaly.unit), evidence: link, fact: true },
    { text: ' (expected ' },
    { text: bandText(anomaly), evidence: link, fact: true },
    { text: `) since ${since} UTC` },
    ...(cause === undefined
      ? [{ text: '; cause not known yet' }]
      : [
          { text: '; likely cause: ' },
          { text: cause.summary, evidence: evidenceFor(evidence, 'change', cause.eventId), fact: true },
          { text: ` ${durationText(cause.secondsBefore)} earlier` },
        ]),
    ...exhaustionParts(incident.forecast, evidence),
    { text: '.' },
  ];
}

/** Why, in one line for a small screen: how many fail since when, and how long there is; of a plan that is `past`, as it was then. */
export function shortReason(incident: IncidentResource, past = false): string {
  const failing = oneInText(incident.forecast?.currentBadRatio ?? 0);
  const anomaly = mainAnomaly(incident);
  const since = `${past ? 'from' : 'since'} ${clockText(Date.parse(incident.openedAt))} UTC`;
  const what =
    failing === undefined
      ? anomaly === undefined
        ? incident.title
        : `${subjectText(anomaly.service, anomaly.indicator)} ${valueText(anomaly.observed, anomaly.unit)}, expected ${bandText(anomaly)}`
      : `${failing} operations of ${incident.service} ${past ? 'failed' : 'fail'}`;
  const { main, range } = exhaustionText(incident.forecast?.exhaustionSeconds);
  const end =
    incident.forecast === undefined || main === NO_END
      ? ''
      : main === 'gone'
        ? '; budget gone'
        : `; budget ${past ? 'would have been gone' : 'gone'} in ${main}${range === '' ? '' : ` (${range})`} as of ${clockText(Date.parse(incident.forecast.issuedAt))} UTC`;
  return `${what} ${since}${end}`;
}

/** Cuts a sentence of the narrative at its claims, so that each number links to its evidence. */
export function claimParts(sentence: {
  readonly text: string;
  readonly claims: readonly { readonly text: string; readonly evidence: string }[];
}): SentencePart[] {
  const parts: SentencePart[] = [];
  let rest = sentence.text;
  for (const claim of sentence.claims) {
    const at = claim.text === '' ? -1 : rest.indexOf(claim.text);
    if (at === -1) continue;
    if (at > 0) parts.push({ text: rest.slice(0, at) });
    parts.push({ text: claim.text, evidence: claim.evidence, fact: true });
    rest = rest.slice(at + claim.text.length);
  }
  if (rest !== '') parts.push({ text: rest });
  return parts;
}

/** The bold sentence of the page: the narrative's headline once the incident is closed, else the live one. */
export function headline(
  incident: IncidentResource,
  evidence: readonly Evidence[],
  narrative: Narrative | undefined,
): SentencePart[] {
  const written =
    incident.state === 'closed' ? narrative?.sentences.find((sentence) => sentence.section === 'headline') : undefined;
  return written === undefined ? liveSentence(incident, evidence) : claimParts(written);
}
