import type { Evidence, IncidentOutcome, Narrative } from '@autoops/contracts';
import { APPLIED, citations, countsOf, evidenceUri } from './evidence.ts';
import type { IncidentStory } from './story.ts';
import { capital, endOf, leadingAnomaly, openSeconds } from './lead.ts';
import { controlsOf, lessonsOf } from './lessons.ts';
import { claim, sentenceWriter } from './sentence-writer.ts';
import { spineOf } from './spine.ts';
import { storyboardOf } from './storyboard.ts';
import { clockTime, count, duration, indicatorName, measure, percent } from './words.ts';

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

function sayWhatHappened(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const lead = leadingAnomaly(story.anomalies);
  const { incident, forecast, value, observed: sli } = story;
  const { failedRequests, requests, badMinutes, budgetShare } = value.observed;
  const uri = evidenceUri.value(incident.id);
  if (sli && failedRequests > 0) {
    out.say('what-happened', [
      claim(`${count(failedRequests)} of ${count(requests)}`, uri),
      ` ${sli.service} requests failed in ${incident.environment} between `,
      claim(clockTime(incident.openedAt), uri),
      ' and ',
      claim(clockTime(endOf(story)), uri),
      ', in ',
      claim(`${badMinutes.toFixed(1)} bad minutes`, uri),
      '.',
    ]);
    out.say('impact', ['That is ', claim(percent(budgetShare), uri), ' of the error budget.']);
  } else if (sli) {
    out.say('what-happened', [`No ${sli.service} request was seen to fail.`]);
  } else {
    out.say('what-happened', [
      `No objective counts what users felt of ${incident.service}, so no failed request is stated.`,
    ]);
  }
  if (lead) {
    const anomaly = evidenceUri.anomaly(lead.id);
    out.say('what-happened', [
      `The sign: ${lead.service} ${indicatorName(lead.indicator)} reached `,
      claim(measure(lead.observed, lead.unit), anomaly),
      ' (expected ',
      claim(`${measure(lead.bandLow, lead.unit)} to ${measure(lead.bandHigh, lead.unit)}`, anomaly),
      ').',
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
}

function sayWhatWasDone(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const { run, plan, decision, approval, incident } = story;
  const applied = run?.steps.filter((step) => APPLIED.has(step.state)) ?? [];
  if (run && applied.length > 0) {
    out.say('what-was-done', [
      'Done: ',
      ...applied.flatMap((step, index) => [
        index > 0 ? '; ' : '',
        claim(step.title, evidenceUri.step(run.id, step.index)),
      ]),
      '.',
    ]);
    const { good, samples, undone } = countsOf(run);
    if (run.verification.verdict)
      out.say('what-was-done', [
        `An independent signal judged it ${run.verification.verdict}: `,
        claim(`${good} of ${samples} samples good`, evidenceUri.verification(run.id)),
        '.',
      ]);
    if (undone > 0)
      out.say('what-was-done', [
        claim(`${undone} of ${applied.length} steps were undone`, evidenceUri.verification(run.id)),
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
      claim(`${fact} (${decision.verdict.ruleIds.slice(0, 2).join(', ')})`, evidenceUri.decision(decision.id)),
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
      'What users feel is back inside its bounds; temporary limits end by themselves, and the rollback token stays valid until it expires.',
    ]);
  else if (incident.outcome === 'ineffective' || incident.outcome === 'harmful')
    out.say('are-we-safer', ['Nothing shows that the fault is over: the action was undone and a person is needed.']);
  else if (incident.outcome === 'self-healed')
    out.say('are-we-safer', ['The signals returned by themselves; the cause may come back.']);
  else if (incident.outcome !== undefined)
    out.say('are-we-safer', [
      `The incident was ${OUTCOME_WORDS[incident.outcome]}; whether it is over is for people to say.`,
    ]);
}

function sayValue(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
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

/** The headline, outcome first, at most 22 words: what users felt, or the first sign where no objective counts it. */
function sayHeadline(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const { incident, value, observed: sli } = story;
  const uri = evidenceUri.value(incident.id);
  const lead = leadingAnomaly(story.anomalies);
  const { failedRequests, requests } = value.observed;
  const felt = sli !== undefined && failedRequests > 0;
  const subject = felt
    ? `${capital(sli.service)} failures`
    : lead
      ? `${capital(lead.service)} ${indicatorName(lead.indicator)}`
      : capital(incident.title);
  out.say('headline', [
    `${subject} ${incident.outcome ? OUTCOME_WORDS[incident.outcome] : 'being looked at'}`,
    ...(incident.outcome === 'verified' ? [' in ', claim(duration(openSeconds(story)), uri)] : []),
    ...(felt ? ['; ', claim(`${count(failedRequests)} of ${count(requests)} requests failed`, uri)] : []),
    ...(value.claim
      ? [
          '; ',
          claim(`${count(value.failedRequestsAvoided.p50 ?? 0)} more avoided`, uri),
          ` (${value.indicative ? 'indicative, ' : ''}grade ${value.grade})`,
        ]
      : []),
    '.',
  ]);
}

/**
 * Tells an incident's story from its record: sentences whose every number cites evidence, spine, storyboard, controls and lessons.
 * `existing` is the stored evidence (see `evidenceOwed`); deterministic in its inputs, also for denied, failed and rolled-back incidents.
 */
export function narrate(story: IncidentStory, existing: readonly Pick<Evidence, 'uri' | 'id'>[]): Narrative {
  const out = sentenceWriter(existing);
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
