import type { Anomaly, Evidence, Finding, IncidentOutcome, Narrative, NarrativeSentence } from '@autoops/contracts';
import { citations, evidenceUri, type IncidentStory } from './evidence.ts';
import { clockTime, count, duration, indicatorName, measure, percent } from './words.ts';

type Section = NarrativeSentence['section'];

/** A number (or name) that a sentence shows, and where it comes from. */
interface Claim {
  readonly text: string;
  readonly uri: string;
}

const claim = (text: string, uri: string): Claim => ({ text, uri });

/**
 * Builds sentences whose every claim carries evidence. A sentence with a claim that has no evidence is left out: no number in a
 * narrative without evidence (promise 7).
 */
function writer(existing: readonly Pick<Evidence, 'uri' | 'id'>[]) {
  const cite = citations(existing);
  const sentences: NarrativeSentence[] = [];
  return {
    sentences,
    say(section: Section, parts: readonly (string | Claim)[]): void {
      const claims: { text: string; evidence: string }[] = [];
      let text = '';
      for (const part of parts) {
        if (typeof part === 'string') text += part;
        else {
          const id = cite(part.uri);
          if (id === undefined) return;
          claims.push({ text: part.text, evidence: id });
          text += part.text;
        }
      }
      sentences.push({
        text,
        section,
        author: 'template',
        evidence: [...new Set(claims.map((item) => item.evidence))],
        claims,
      });
    },
  };
}

const OUTCOME_WORDS: Readonly<Record<IncidentOutcome, string>> = {
  verified: 'contained',
  ineffective: 'not helped by the action, which was undone',
  inconclusive: 'acted on, with an outcome nobody could confirm',
  harmful: 'made worse by the action, which was undone',
  denied: 'left to people: policy forbade the fix',
  rejected: 'left to people: the fix was rejected',
  expired: 'left to people: nobody decided in time',
  'no-safe-plan': 'left to people: no safe fix was known',
  'self-healed': 'over before anything was done',
  aborted: 'left to people: the run was stopped',
  shadowed: 'watched only, as automation is set to record here',
  merged: 'merged into another incident',
  'closed-by-person': 'closed by a person',
  'rolled-back': 'rolled back on request',
  unresolved: 'closed by a person after automation stopped',
};

/** The anomaly that users feel most: highest severity, then score, then the earliest. */
export function leadingAnomaly(anomalies: readonly Anomaly[]): Anomaly | undefined {
  const rank = { critical: 0, high: 1, medium: 2, low: 3 } as const;
  return [...anomalies].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || b.score - a.score || a.openedAt.localeCompare(b.openedAt),
  )[0];
}

function duringSeconds(story: IncidentStory): number {
  const end = story.incident.closedAt ?? story.run?.finishedAt ?? story.now.toISOString();
  return (Date.parse(end) - Date.parse(story.incident.openedAt)) / 1000;
}

function spineOf(story: IncidentStory, cite: (uri: string) => string | undefined): Narrative['spine'] {
  const ids = (uris: readonly string[]): string[] => uris.flatMap((uri) => cite(uri) ?? []);
  const lead = leadingAnomaly(story.anomalies);
  const change =
    lead?.context.changesBefore[0] ?? story.anomalies.flatMap((anomaly) => anomaly.context.changesBefore)[0];
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
          text: `${cause.service} ${indicatorName(cause.indicator)} at ${measure(cause.observed, cause.unit)}`,
          confidence: 'possible',
          evidence: ids([evidenceUri.anomaly(cause.id)]),
        }
      : unknown;
  const waits = story.anomalies.filter(
    (anomaly) =>
      anomaly !== lead &&
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
        text: `${failure.service} ${indicatorName(failure.indicator)} at ${measure(failure.observed, failure.unit)}, expected at most ${measure(failure.bandHigh, failure.unit)}`,
        confidence: 'sure',
        evidence: ids([failure, ...waits.slice(1)].map((anomaly) => evidenceUri.anomaly(anomaly.id))),
      }
    : unknown;
  const impact: Finding =
    story.value.observed.failedRequests > 0
      ? {
          text: `${count(story.value.observed.failedRequests)} requests failed, ${percent(story.value.observed.budgetShare)} of the error budget`,
          confidence: 'measured',
          evidence: ids([evidenceUri.value(story.incident.id)]),
        }
      : {
          text: lead ? `${lead.service} ${indicatorName(lead.indicator)} outside its band` : 'No impact measured',
          confidence: lead ? 'measured' : 'unknown',
          evidence: lead ? ids([evidenceUri.anomaly(lead.id)]) : [],
        };
  return { rootCause, criticalFailure, impact };
}

function sayWhatHappened(story: IncidentStory, out: ReturnType<typeof writer>): void {
  const lead = leadingAnomaly(story.anomalies);
  const { incident, forecast } = story;
  if (lead) {
    const uri = evidenceUri.anomaly(lead.id);
    out.say('what-happened', [
      `${capital(lead.service)} ${indicatorName(lead.indicator)} was `,
      claim(measure(lead.observed, lead.unit), uri),
      ' (expected ',
      claim(`${measure(lead.bandLow, lead.unit)} to ${measure(lead.bandHigh, lead.unit)}`, uri),
      `) in ${incident.environment} from `,
      claim(clockTime(lead.openedAt), uri),
      '.',
    ]);
    const change = lead.context.changesBefore[0];
    if (change)
      out.say('cause', [
        'Just before, ',
        claim(`${change.summary} (${Math.round(change.secondsBefore)} s earlier)`, evidenceUri.change(change.eventId)),
        '.',
      ]);
  }
  if (forecast && forecast.exhaustionSeconds.p50 !== null) {
    const uri = evidenceUri.forecast(forecast.id);
    const range =
      forecast.exhaustionSeconds.p10 !== null && forecast.exhaustionSeconds.p90 !== null
        ? claim(
            ` (80 %: ${duration(forecast.exhaustionSeconds.p10)} to ${duration(forecast.exhaustionSeconds.p90)})`,
            uri,
          )
        : '';
    out.say('impact', [
      'Left alone, the error budget would have been gone in ',
      claim(duration(forecast.exhaustionSeconds.p50), uri),
      range,
      '.',
    ]);
  }
  if (story.value.observed.failedRequests > 0)
    out.say('impact', [
      claim(
        `${count(story.value.observed.failedRequests)} requests failed over ${story.value.observed.badMinutes.toFixed(1)} bad minutes`,
        evidenceUri.value(incident.id),
      ),
      '.',
    ]);
}

function sayWhatWasDone(story: IncidentStory, out: ReturnType<typeof writer>): void {
  const { run, plan, decision, approval, incident } = story;
  const applied =
    run?.steps.filter((step) => ['applied', 'verified', 'compensated', 'compensating'].includes(step.state)) ?? [];
  if (run && applied.length > 0) {
    out.say('what-was-done', [
      'Done: ',
      ...applied.flatMap((step, index) => [
        index > 0 ? '; ' : '',
        claim(step.title, evidenceUri.step(run.id, step.index)),
      ]),
      '.',
    ]);
    const samples = run.verification.samples.filter((sample) => sample.phase === 'window');
    const good = samples.filter((sample) => sample.good).length;
    if (run.verification.verdict)
      out.say('what-was-done', [
        `An independent signal judged it ${run.verification.verdict}: `,
        claim(`${good} of ${samples.length} samples good`, evidenceUri.verification(run.id)),
        '.',
      ]);
    const undone = run.steps.filter((step) => step.state === 'compensated');
    if (undone.length > 0)
      out.say('what-was-done', [
        claim(`${undone.length} of ${applied.length} steps were undone`, evidenceUri.verification(run.id)),
        '.',
      ]);
  } else if (plan) {
    out.say('what-was-done', ['Proposed, not done: ', claim(plan.title, evidenceUri.plan(plan.id)), '.']);
  } else {
    out.say('what-was-done', ['No safe fix was found in the catalogue, so nothing was changed.']);
  }
  if (decision) {
    const deciding = decision.verdict.rules.filter((rule) => decision.verdict.ruleIds.includes(rule.ruleId));
    const fact = deciding
      .map((rule) => rule.fact)
      .slice(0, 2)
      .join('; ');
    const words = {
      allow: 'Policy allowed it',
      'require-approval': 'Policy asked for a person',
      deny: 'Policy forbade it',
    }[decision.verdict.effect];
    out.say('why-allowed', [
      `${words}: `,
      claim(`${fact} (${decision.verdict.ruleIds.slice(0, 3).join(', ')})`, evidenceUri.decision(decision.id)),
      '.',
    ]);
  }
  if (approval && approval.decisions.length > 0) {
    const last = approval.decisions.at(-1);
    if (last)
      out.say('why-allowed', [
        claim(
          `${last.actor.id} ${last.decision === 'approve' ? 'approved' : 'rejected'} it at ${clockTime(last.at)}`,
          evidenceUri.approval(approval.id),
        ),
        last.reason === '' ? '.' : `: ${last.reason}.`,
      ]);
  }
  if (incident.outcome === 'verified')
    out.say('are-we-safer', [
      'The signals that users feel are back inside their bounds; temporary limits end by themselves and the rollback token stays valid until it expires.',
    ]);
  else if (incident.outcome === 'ineffective' || incident.outcome === 'harmful')
    out.say('are-we-safer', ['The fault is not over: the action was undone and a person is needed.']);
  else if (incident.outcome === 'self-healed')
    out.say('are-we-safer', ['The signals returned by themselves; the cause may come back.']);
  else if (incident.outcome !== undefined)
    out.say('are-we-safer', [
      `The incident was ${OUTCOME_WORDS[incident.outcome]}; whether it is over is for people to say.`,
    ]);
}

function sayValue(story: IncidentStory, out: ReturnType<typeof writer>): void {
  const { value, incident } = story;
  const uri = evidenceUri.value(incident.id);
  if (!value.claim) {
    out.say('value', [claim(`Value claimed: 0. ${value.reason}`, uri)]);
    return;
  }
  out.say('value', [
    claim(
      `${value.badMinutesAvoided.p50 ?? 0} bad minutes (${value.badMinutesAvoided.p10 ?? 0} to ${value.badMinutesAvoided.p90 ?? 0}), ${count(value.failedRequestsAvoided.p50 ?? 0)} failed requests and ${percent(value.budgetShareAvoided.p50 ?? 0)} of the budget avoided`,
      uri,
    ),
    '.',
  ]);
  if (value.money)
    out.say('value', [
      claim(
        `${value.money.currency} ${count(Number(value.money.p50.amount))} of loss avoided (${count(Number(value.money.p10.amount))} to ${count(Number(value.money.p90.amount))}), ${value.indicative ? 'indicative, ' : ''}grade ${value.grade}, ${count(Number(value.money.booked.amount))} booked`,
        uri,
      ),
      '.',
    ]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function controlsOf(story: IncidentStory): Narrative['controls'] {
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

function storyboardOf(story: IncidentStory, cite: (uri: string) => string | undefined): Narrative['storyboard'] {
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

/** What went well, wrong and by luck, and what to do next, from what the record shows and nothing else. */
function lessonsOf(story: IncidentStory): Pick<Narrative, 'wentWell' | 'wentWrong' | 'gotLucky' | 'actions'> {
  const { incident, run, plan, anomalies } = story;
  const verdict = run?.verification.verdict;
  const change = anomalies.flatMap((anomaly) => anomaly.context.changesBefore)[0];
  const seconds = duringSeconds(story);
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
        ? [{ text: `Limit what caused it: ${change.summary}`, type: 'prevent' as const, owner: 'service owner' }]
        : []),
      ...(plan && incident.outcome === 'verified'
        ? [
            {
              text: `Decide whether "${plan.title}" may run by itself in ${incident.environment}`,
              type: 'process' as const,
              owner: 'service owner',
            },
          ]
        : []),
      ...(incident.outcome === 'no-safe-plan'
        ? [{ text: 'Write a runbook for this fault', type: 'mitigate' as const, owner: 'platform' }]
        : []),
    ],
  };
}

/** The headline, outcome first, at most 22 words. */
function sayHeadline(story: IncidentStory, out: ReturnType<typeof writer>): void {
  const { incident, value } = story;
  const ended = OUTCOME_WORDS[incident.outcome ?? 'closed-by-person'];
  const uri = evidenceUri.value(incident.id);
  const lead = leadingAnomaly(story.anomalies);
  const subject = lead ? `${capital(incident.service)} ${indicatorName(lead.indicator)}` : capital(incident.title);
  const time = incident.outcome === 'verified' ? ` in ${duration(duringSeconds(story))}` : '';
  const tail: (string | Claim)[] =
    value.observed.failedRequests > 0
      ? ['; ', claim(`${count(value.observed.failedRequests)} requests failed`, uri)]
      : [];
  const avoided: (string | Claim)[] = value.claim
    ? ['; ', claim(`${value.badMinutesAvoided.p50 ?? 0} bad minutes avoided (grade ${value.grade})`, uri)]
    : [];
  out.say('headline', [
    `${subject} ${incident.outcome ? ended : 'being looked at'}`,
    ...(time === '' ? [] : [claim(time, uri)]),
    ...tail,
    ...avoided,
    '.',
  ]);
}

/**
 * Tells an incident's story from its record: sentences whose every number cites evidence, spine, storyboard, controls and lessons.
 * `existing` is the stored evidence (see `evidenceOwed`); deterministic in its inputs, also for denied, failed and rolled-back incidents.
 */
export function narrate(story: IncidentStory, existing: readonly Pick<Evidence, 'uri' | 'id'>[]): Narrative {
  const out = writer(existing);
  const cite = citations(existing);
  sayHeadline(story, out);
  sayWhatHappened(story, out);
  sayWhatWasDone(story, out);
  sayValue(story, out);
  return {
    incidentId: story.incident.id,
    incidentVersion: story.incident.version,
    writtenAt: story.now.toISOString(),
    sentences: out.sentences,
    spine: spineOf(story, cite),
    storyboard: storyboardOf(story, cite),
    controls: controlsOf(story),
    ...lessonsOf(story),
  };
}
