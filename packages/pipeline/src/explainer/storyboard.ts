import type { Narrative } from '@autoops/contracts';
import { evidenceUri } from './evidence.ts';
import type { IncidentStory } from './story.ts';
import { capital } from '../incident/words.ts';
import { openingSign } from './lead.ts';
import { OUTCOME_WORDS } from './outcome-words.ts';
import { VERDICT_WORDS, verificationWords, whyOf } from './verdict-words.ts';
import { duration, seenText } from './words.ts';

/** The curated rows of the story, each with its evidence, in order of time. */
export function storyboardOf(story: IncidentStory, cite: (uri: string) => string | undefined): Narrative['storyboard'] {
  const at = (uri: string): string[] => {
    const id = cite(uri);
    return id === undefined ? [] : [id];
  };
  const sign = openingSign(story);
  const { anomalies, forecast, plan, decision, approval, run, incident } = story;
  const rows: Narrative['storyboard'] = [
    ...anomalies.map((anomaly) => ({
      at: anomaly.openedAt,
      lane: 'signal' as const,
      importance: anomaly === sign ? 3 : 1,
      text: capital(seenText(anomaly)),
      evidence: at(evidenceUri.anomaly(anomaly.id)),
    })),
    ...(forecast
      ? [
          {
            at: forecast.frozenAt,
            lane: 'decision' as const,
            importance: 2,
            text:
              forecast.exhaustionSeconds.p50 === null
                ? 'Forecast frozen: the budget lasts'
                : `Forecast frozen: budget gone in ${duration(forecast.exhaustionSeconds.p50)}`,
            evidence: at(evidenceUri.forecast(forecast.id)),
          },
        ]
      : []),
    ...(plan
      ? [
          {
            at: plan.createdAt,
            lane: 'decision' as const,
            importance: 3,
            text: `Proposed: ${plan.title}`,
            evidence: at(evidenceUri.plan(plan.id)),
          },
        ]
      : []),
    ...(decision
      ? [
          {
            at: decision.decidedAt,
            lane: 'policy' as const,
            importance: 3,
            text: `${VERDICT_WORDS[decision.verdict.effect]}: ${whyOf(decision.verdict)}`,
            evidence: at(evidenceUri.decision(decision.id)),
          },
        ]
      : []),
    ...(approval?.decisions.map((item) => ({
      at: item.at,
      lane: 'human' as const,
      importance: 3,
      text: `${item.actor.id} ${item.decision === 'approve' ? 'approved' : 'rejected'}`,
      evidence: at(evidenceUri.approval(approval.id)),
    })) ?? []),
    ...(approval?.state === 'expired'
      ? [
          {
            at: approval.expiresAt,
            lane: 'human' as const,
            importance: 3,
            text: 'Nobody had decided; the approval expired',
            evidence: at(evidenceUri.approval(approval.id)),
          },
        ]
      : []),
    ...(run?.steps.flatMap((step) =>
      step.finishedAt
        ? [
            {
              at: step.finishedAt,
              lane: 'action' as const,
              importance: 3,
              text: step.title,
              evidence: at(evidenceUri.step(run.id, step.index)),
            },
          ]
        : [],
    ) ?? []),
    ...(run?.finishedAt
      ? [
          {
            at: run.finishedAt,
            lane: 'decision' as const,
            importance: 3,
            text: `An independent signal says: ${verificationWords(run)}`,
            evidence: at(evidenceUri.verification(run.id)),
          },
        ]
      : []),
    ...(incident.closedAt && incident.outcome
      ? [
          {
            at: incident.closedAt,
            lane: 'decision' as const,
            importance: 2,
            text: `Incident closed; ${OUTCOME_WORDS[incident.outcome]}`,
            evidence: [],
          },
        ]
      : []),
  ];
  return rows.sort((a, b) => a.at.localeCompare(b.at));
}
