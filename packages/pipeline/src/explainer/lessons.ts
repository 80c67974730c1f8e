import { changeBefore } from '@autoops/charts';
import { LEFT_TO_PEOPLE, type Narrative } from '@autoops/contracts';
import type { IncidentStory } from './story.ts';
import { capital } from '../incident/words.ts';
import { endOf, openSeconds } from './lead.ts';
import { APPROVAL_WORDS, VERDICT_WORDS, verificationWords } from './verdict-words.ts';
import { duration } from './words.ts';

/** The date by which somebody should have acted: the next day where nobody looks after it yet, else four weeks after the end. */
function dueOf(story: IncidentStory, days: number): string {
  return new Date(Date.parse(endOf(story)) + days * 86_400_000).toISOString().slice(0, 10);
}
const NEXT_DAY = 1;
const FOUR_WEEKS = 28;

/** Which controls were there to prevent this, and how each did. */
export function controlsOf(story: IncidentStory): Narrative['controls'] {
  const { anomalies, forecast, decision, approval, run, incident } = story;
  const joined = `${anomalies.length} ${anomalies.length === 1 ? 'anomaly' : 'anomalies joined into one incident'}`;
  const verdict = run?.verification.verdict;
  return [
    {
      control: 'Detector',
      worked: anomalies.length > 0 ? 'worked' : 'absent',
      note: joined,
    },
    {
      control: 'SLO forecast',
      worked: forecast ? (forecast.sufficientHistory ? 'worked' : 'inadequate') : 'absent',
      note: forecast
        ? forecast.sufficientHistory
          ? 'frozen before any action'
          : 'frozen before any action, from little history'
        : 'no SLO for this service',
    },
    {
      control: 'Policy',
      worked: decision ? 'worked' : 'absent',
      note: decision ? VERDICT_WORDS[decision.verdict.effect] : 'no plan to judge',
    },
    {
      control: 'Approval',
      worked: approval ? (approval.state === 'expired' ? 'inadequate' : 'worked') : 'not-needed',
      note: approval ? APPROVAL_WORDS[approval.state] : decision ? 'not required by policy' : 'no plan to approve',
    },
    {
      control: 'Verification',
      worked: verdict === undefined ? 'not-needed' : verdict === 'inconclusive' ? 'inadequate' : 'worked',
      note: run ? verificationWords(run) : 'nothing ran',
    },
    {
      control: 'Rollback',
      worked: run?.steps.some((step) => step.state === 'compensated')
        ? 'worked'
        : run?.state === 'rollback-failed'
          ? 'inadequate'
          : 'not-needed',
      note: run?.steps.some((step) => step.state === 'compensated')
        ? 'what was done was undone'
        : run?.rollbackToken
          ? run.rollbackToken.state === 'valid'
            ? 'what was done can still be undone'
            : 'what was done can no longer be undone'
          : incident.outcome === 'verified'
            ? 'not needed'
            : 'nothing to undo',
    },
  ];
}

/** What went well, wrong and by luck, and what to do next, from what the record shows and nothing else. */
export function lessonsOf(story: IncidentStory): Pick<Narrative, 'wentWell' | 'wentWrong' | 'gotLucky' | 'actions'> {
  const { incident, run, plan, anomalies } = story;
  const starved = anomalies.some((anomaly) => anomaly.indicator === 'db_connections');
  const verdict = run?.verification.verdict;
  const change = changeBefore(incident.openedAt, anomalies);
  const owner = story.serviceOwner ?? 'service owner';
  const seconds = openSeconds(story);
  return {
    wentWell: [
      ...(anomalies.length > 1 ? [`${anomalies.length} anomalies were joined into one incident`] : []),
      ...(verdict === 'verified'
        ? [`Contained after ${duration(seconds)}${plan?.reversible === true ? ' by steps that can all be undone' : ''}`]
        : []),
      ...(verdict === 'ineffective' || verdict === 'harmful'
        ? ['The action that did not help was undone by itself']
        : []),
    ],
    wentWrong: [
      ...(change && starved ? [`${capital(change.summary)} while the database connections had no headroom`] : []),
      ...(verdict === 'ineffective' || verdict === 'harmful' ? ['The action that was chosen did not help'] : []),
      ...(incident.outcome === 'denied' ? ['Policy forbade the fix that fitted'] : []),
      ...(incident.outcome === 'no-safe-plan' ? ['No runbook is a safe fix for this fault'] : []),
      ...(incident.outcome === 'expired' ? ['Nobody decided in time'] : []),
    ],
    gotLucky: [...(incident.outcome === 'self-healed' ? ['The fault ended by itself'] : [])],
    actions: [
      ...(change
        ? [
            {
              text: `${starved ? 'Limit what caused it' : 'Look at what changed just before'}: ${change.summary}.`,
              type: 'prevent' as const,
              owner,
              due: dueOf(story, FOUR_WEEKS),
            },
          ]
        : []),
      ...(plan && incident.outcome === 'verified'
        ? [
            {
              text: `Decide whether this plan may run by itself in ${incident.environment}.`,
              type: 'process' as const,
              owner,
              due: dueOf(story, FOUR_WEEKS),
            },
          ]
        : []),
      ...(incident.outcome !== undefined && LEFT_TO_PEOPLE.has(incident.outcome)
        ? [
            {
              text: 'Decide who takes this over: automation did not end it.',
              type: 'process' as const,
              owner,
              due: dueOf(story, NEXT_DAY),
            },
          ]
        : []),
      ...(incident.outcome === 'no-safe-plan'
        ? [
            {
              text: 'Write a runbook for this fault.',
              type: 'mitigate' as const,
              owner: 'platform',
              due: dueOf(story, FOUR_WEEKS),
            },
          ]
        : []),
    ],
  };
}
