import type { IncidentOutcome, Narrative } from '@autoops/contracts';
import type { IncidentStory } from './story.ts';
import { openSeconds } from './lead.ts';
import { duration } from './words.ts';

/** Outcomes after which nobody but a person goes on. */
const LEFT_TO_PEOPLE: ReadonlySet<IncidentOutcome> = new Set([
  'ineffective',
  'inconclusive',
  'harmful',
  'denied',
  'rejected',
  'expired',
  'no-safe-plan',
  'aborted',
  'rolled-back',
]);

/** Which controls were there to prevent this, and how each did. */
export function controlsOf(story: IncidentStory): Narrative['controls'] {
  const { anomalies, forecast, decision, approval, run, incident } = story;
  const verdict = run?.verification.verdict;
  return [
    {
      control: 'Detector',
      worked: anomalies.length > 0 ? 'worked' : 'absent',
      note: `${anomalies.length} anomalies joined`,
    },
    {
      control: 'SLO forecast',
      worked: forecast ? (forecast.sufficientHistory ? 'worked' : 'inadequate') : 'absent',
      note: forecast ? 'frozen before any action' : 'no SLO for this service',
    },
    {
      control: 'Policy',
      worked: decision ? 'worked' : 'absent',
      note: decision ? decision.verdict.ruleIds.join(', ') : 'no plan to judge',
    },
    {
      control: 'Approval',
      worked: approval ? (approval.state === 'expired' ? 'inadequate' : 'worked') : 'not-needed',
      note: approval ? approval.state : 'not required by policy',
    },
    {
      control: 'Verification',
      worked: verdict === undefined ? 'not-needed' : verdict === 'inconclusive' ? 'inadequate' : 'worked',
      note: verdict ?? 'nothing ran',
    },
    {
      control: 'Rollback',
      worked: run?.steps.some((step) => step.state === 'compensated')
        ? 'worked'
        : run?.state === 'rollback-failed'
          ? 'inadequate'
          : 'not-needed',
      note: run?.rollbackToken
        ? `token ${run.rollbackToken.state}`
        : incident.outcome === 'verified'
          ? 'not needed'
          : 'nothing to undo',
    },
  ];
}

/** What went well, wrong and by luck, and what to do next, from what the record shows and nothing else. */
export function lessonsOf(story: IncidentStory): Pick<Narrative, 'wentWell' | 'wentWrong' | 'gotLucky' | 'actions'> {
  const { incident, run, plan, anomalies } = story;
  const verdict = run?.verification.verdict;
  const change = anomalies.flatMap((anomaly) => anomaly.context.changesBefore)[0];
  const seconds = openSeconds(story);
  return {
    wentWell: [
      ...(anomalies.length > 0 ? [`${anomalies.length} anomalies were joined into one incident`] : []),
      ...(verdict === 'verified' ? [`Contained after ${duration(seconds)} by steps that can all be undone`] : []),
      ...(verdict === 'ineffective' || verdict === 'harmful'
        ? ['The action that did not help was undone by itself']
        : []),
    ],
    wentWrong: [
      ...(change ? [`${change.summary} was possible while the shared resource had no headroom`] : []),
      ...(incident.outcome === 'no-safe-plan' ? ['The catalogue holds no fix for this fault'] : []),
      ...(incident.outcome === 'expired' ? ['Nobody decided in time'] : []),
    ],
    gotLucky: [...(incident.outcome === 'self-healed' ? ['The fault ended by itself'] : [])],
    actions: [
      ...(change
        ? [{ text: `Limit what caused it: ${change.summary}.`, type: 'prevent' as const, owner: 'service owner' }]
        : []),
      ...(plan && incident.outcome === 'verified'
        ? [
            {
              text: `Decide whether this plan may run by itself in ${incident.environment}.`,
              type: 'process' as const,
              owner: 'service owner',
            },
          ]
        : []),
      ...(incident.outcome !== undefined && LEFT_TO_PEOPLE.has(incident.outcome)
        ? [
            {
              text: 'Decide who takes this over: automation did not end it.',
              type: 'process' as const,
              owner: 'service owner',
            },
          ]
        : []),
      ...(incident.outcome === 'no-safe-plan'
        ? [{ text: 'Write a runbook for this fault.', type: 'mitigate' as const, owner: 'platform' }]
        : []),
    ],
  };
}
