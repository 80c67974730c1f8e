import type { Finding } from '@autoops/contracts';
import { changeBefore, subjectText, valueText } from '@autoops/charts';
import { oneInText, plural, unbroken } from '../format/numbers.ts';
import { Icon } from '../shell/icons.tsx';
import { evidenceFor, mainAnomaly } from '../words/incident-sentence.ts';
import { EvidenceRefs } from './sentence.tsx';
import type { IncidentView } from './use-incident.ts';

interface Spine {
  readonly rootCause: Finding;
  readonly criticalFailure: Finding;
  readonly impact: Finding;
}

const ids = (...found: readonly (string | undefined)[]): string[] =>
  found.filter((id): id is string => id !== undefined);

/** What is known before the story is written; "we do not know" is an answer. */
export function earlySpine(view: Pick<IncidentView, 'incident' | 'evidence' | 'forecast'>): Spine {
  const { incident, evidence, forecast } = view;
  const anomaly = mainAnomaly(incident);
  const change = changeBefore(incident.openedAt, incident.anomalies);
  const failing = oneInText(forecast?.currentBadRatio ?? 0);
  return {
    rootCause:
      change === undefined
        ? { text: 'We do not know yet', confidence: 'unknown', evidence: [] }
        : {
            text: change.summary,
            confidence: 'possible',
            evidence: ids(evidenceFor(evidence, 'change', change.eventId)),
          },
    criticalFailure:
      anomaly === undefined
        ? { text: 'We do not know yet', confidence: 'unknown', evidence: [] }
        : {
            text: `${subjectText(anomaly.service, anomaly.indicator)} at ${valueText(anomaly.observed, anomaly.unit)}`,
            confidence: 'likely',
            evidence: ids(evidenceFor(evidence, 'anomaly', anomaly.id)),
          },
    impact:
      failing === undefined
        ? { text: 'Nothing that users feel is measured yet', confidence: 'unknown', evidence: [] }
        : {
            text: `${failing} operations of ${incident.service} fail`,
            confidence: 'measured',
            evidence: ids(evidenceFor(evidence, 'forecast', forecast?.id)),
          },
  };
}

function Node({
  title,
  finding,
  incident,
}: {
  readonly title: string;
  readonly finding: Finding;
  readonly incident: string;
}) {
  const sure = finding.confidence === 'unknown' ? 'not known' : finding.confidence;
  return (
    <div className="card">
      <h2>
        {title} · {sure}
        {finding.evidence.length > 0 && `, ${plural(finding.evidence.length, 'evidence', 'evidence')}`}
      </h2>
      {unbroken(finding.text)} <EvidenceRefs ids={finding.evidence.slice(0, 3)} incident={incident} />
    </div>
  );
}

/** Root cause, critical failure, impact. */
export function SpineRow({ view }: { readonly view: IncidentView }) {
  const spine = view.narrative?.spine ?? earlySpine(view);
  const { name } = view.incident;
  return (
    <section className="spine" aria-label="From cause to impact">
      <Node title="Root cause" finding={spine.rootCause} incident={name} />
      <Icon name="arrow" />
      <Node title="Critical failure" finding={spine.criticalFailure} incident={name} />
      <Icon name="arrow" />
      <Node title="Impact" finding={spine.impact} incident={name} />
    </section>
  );
}
