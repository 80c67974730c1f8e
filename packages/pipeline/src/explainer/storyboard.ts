import type { Narrative } from '@autoops/contracts';
import { evidenceUri } from './evidence.ts';
import type { IncidentStory } from './story.ts';
import { capital } from './lead.ts';
import { duration, indicatorName, measure } from './words.ts';

/** The curated rows of the story, each with its evidence, in order of time. */
export function storyboardOf(story: IncidentStory, cite: (uri: string) => string | undefined): Narrative['storyboard'] {
  const at = (uri: string): string[] => {
    const id = cite(uri);
    return id === undefined ? [] : [id];
  };
  const { anomalies, forecast, plan, decision, approval, run, incident } = story;
  const rows: Narrative['storyboard'] = [
    ...anomalies.map((anomaly, index) => ({
      at: anomaly.openedAt,
      lane: 'signal' as const,
      importance: index === 0 ? 3 : 1,
      text: `${capital(anomaly.service)} ${indicatorName(anomaly.indicator)} at ${measure(anomaly.observed, anomaly.unit)}`,
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
            text: `Policy: ${decision.verdict.effect.replace('-', ' ')} (${decision.verdict.ruleIds.slice(0, 2).join(', ')})`,
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
            text: `Verification: ${run.verification.verdict ?? run.state}`,
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
            text: `Incident closed: ${incident.outcome.replaceAll('-', ' ')}`,
            evidence: [],
          },
        ]
      : []),
  ];
  return rows.sort((a, b) => a.at.localeCompare(b.at));
}
