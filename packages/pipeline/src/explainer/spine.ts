import { changeBefore } from '@autoops/charts';
import type { Finding, Narrative } from '@autoops/contracts';
import { evidenceUri } from './evidence.ts';
import type { IncidentStory } from './story.ts';
import { countedAtLeast, openingSign } from './lead.ts';
import { count, expectedText, percent, seenText, subjectOf } from './words.ts';

/** Root cause, critical failure and impact, as far as the record shows them. */
export function spineOf(story: IncidentStory, cite: (uri: string) => string | undefined): Narrative['spine'] {
  const ids = (uris: readonly string[]): string[] => uris.flatMap((uri) => cite(uri) ?? []);
  const lead = openingSign(story);
  const change = changeBefore(story.incident.openedAt, story.anomalies);
  const cause = story.anomalies.find(
    (anomaly) => anomaly.indicator === 'db_connections' || anomaly.kind === 'regression',
  );
  const unknown: Finding = { text: 'We do not know', confidence: 'unknown', evidence: [] };
  const rootCause: Finding = change
    ? {
        text: change.summary,
        confidence: cause ? 'likely' : 'possible',
        evidence: ids([evidenceUri.change(change.eventId), ...(cause ? [evidenceUri.anomaly(cause.id)] : [])]),
      }
    : cause
      ? {
          text: seenText(cause),
          confidence: 'possible',
          evidence: ids([evidenceUri.anomaly(cause.id)]),
        }
      : unknown;
  const waits = story.anomalies.filter(
    (anomaly) =>
      anomaly !== lead &&
      // What is worse than before a change, but inside its band, is a clue and no failure.
      (anomaly.observed > anomaly.bandHigh || anomaly.observed < anomaly.bandLow) &&
      // Fewer replicas than usual are a failure; less of anything else is the calm after it.
      (anomaly.direction !== 'down' || anomaly.indicator === 'ready_replicas') &&
      [
        'latency_p95',
        'saturation',
        'queue_age',
        'ready_replicas',
        'memory_ratio',
        'attempt_error_ratio',
        'checkout_timeouts',
      ].includes(anomaly.indicator),
  );
  const failure = waits[0] ?? lead;
  const criticalFailure: Finding = failure
    ? {
        text:
          failure.kind === 'new-template'
            ? seenText(failure)
            : `${seenText(failure)}, expected ${expectedText(failure)}`,
        confidence: 'sure',
        evidence: ids([failure, ...waits.slice(1)].map((anomaly) => evidenceUri.anomaly(anomaly.id))),
      }
    : unknown;
  const impact: Finding =
    story.value.observed.failedRequests > 0
      ? {
          text: `${countedAtLeast(story) ? 'At least ' : ''}${count(story.value.observed.failedRequests)} of ${count(story.value.observed.requests)} requests failed, ${percent(story.value.observed.budgetShare)} of the error budget`,
          confidence: 'measured',
          evidence: ids([evidenceUri.value(story.incident.id)]),
        }
      : {
          text: lead ? `${subjectOf(lead)} outside its band` : 'No impact measured',
          confidence: lead ? 'measured' : 'unknown',
          evidence: lead ? ids([evidenceUri.anomaly(lead.id)]) : [],
        };
  return { rootCause, criticalFailure, impact };
}
