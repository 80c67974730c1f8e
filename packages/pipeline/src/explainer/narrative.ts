import type { Evidence, IncidentOutcome, Narrative } from '@autoops/contracts';
import { APPLIED, citations, countsOf, evidenceUri } from './evidence.ts';
import type { IncidentStory } from './story.ts';
import { atTheEnd, capital, endOf, leadingAnomaly, observedSeconds, openSeconds, uncapitalised } from './lead.ts';
import { controlsOf, lessonsOf } from './lessons.ts';
import { claim, sentenceWriter } from './sentence-writer.ts';
import { spineOf } from './spine.ts';
import { storyboardOf } from './storyboard.ts';
import { clockTime, count, duration, indicatorName, measure, percent } from './words.ts';

/** How it ended, as the headline says it after what users felt. */
const OUTCOME_WORDS: Readonly<Record<IncidentOutcome, string>> = {
  verified: 'contained',
  ineffective: 'not ended: the action did not help and was undone',
  inconclusive: 'acted on, but nobody could confirm the outcome',
  harmful: 'not ended: the action made it worse and was undone',
  denied: 'not acted on: policy forbade the fix',
  rejected: 'not acted on: a person rejected the fix',
  expired: 'not acted on: nobody decided in time',
  'no-safe-plan': 'not acted on: no safe fix was known',
  'self-healed': 'over before anything was done',
  aborted: 'not ended: the run was stopped',
  shadowed: 'watched only: automation is set to record here',
  merged: 'merged into another incident',
  'closed-by-person': 'closed by a person',
  'rolled-back': 'not ended: the fix was rolled back on request',
  unresolved: 'closed by a person after automation stopped',
};

/** A share of the time that a few late samples do not push it below. */
const WELL_OBSERVED = 0.75;

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
      ...(badMinutes > 0 ? [', with ', claim(duration(badMinutes * 60), uri), ' of bad service'] : []),
      // What nobody counted is not known to have been well.
      ...(observedSeconds(story) < openSeconds(story) * WELL_OBSERVED
        ? ['; only ', claim(duration(observedSeconds(story)), uri), ' of it was observed']
        : []),
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
        'Just before: ',
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
  const { run, plan, decision, approval } = story;
  const applied = run?.steps.filter((step) => APPLIED.has(step.state)) ?? [];
  if (run && applied.length > 0) {
    out.say('what-was-done', [
      'Done: ',
      ...applied.flatMap((step, index) => [
        index > 0 ? '; ' : '',
        claim(index > 0 ? uncapitalised(step.title) : step.title, evidenceUri.step(run.id, step.index)),
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
      out.say(
        'what-was-done',
        undone === applied.length
          ? [applied.length === 1 ? 'It was undone.' : 'All of it was undone.']
          : [claim(`${undone} of ${applied.length} steps were undone`, evidenceUri.verification(run.id)), '.'],
      );
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
  saySafety(story, out);
}

/** Whether it is over: what users felt just before the end, and what follows from the outcome. */
function saySafety(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const { incident, observed, run } = story;
  if (incident.outcome === undefined) return;
  const { seconds, failed, requests } = atTheEnd(story);
  const uri = evidenceUri.value(incident.id);
  const still = failed > 0 ? claim(`${count(failed)} of ${count(requests)} requests`, uri) : 'no request';
  const felt =
    observed === undefined || requests === 0
      ? ['nobody measured what users felt when it was closed']
      : [still, ' failed in the ', claim(duration(seconds), uri), ' before it was closed'];
  if (incident.outcome === 'verified')
    out.say('are-we-safer', [
      'For now, yes: ',
      ...felt,
      run?.rollbackToken?.state === 'valid'
        ? '. The cause may remain: temporary limits end by themselves, and all of it can still be undone.'
        : '. The cause may remain.',
    ]);
  else if (incident.outcome === 'self-healed' || incident.outcome === 'shadowed')
    out.say('are-we-safer', ['For now, yes: ', ...felt, '. The cause is not removed and may come back.']);
  else if (incident.outcome === 'merged')
    out.say('are-we-safer', ['That is told by the incident into which this one was merged.']);
  else if (incident.outcome === 'closed-by-person' || incident.outcome === 'unresolved')
    out.say('are-we-safer', ['A person closed it: ', ...felt, '.']);
  else
    out.say('are-we-safer', [
      failed > 0 ? 'No: ' : 'Not known: ',
      ...felt,
      '. Nothing shows that the cause is gone; a person must take it over.',
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
          (value.failedRequestsAvoided.p50 ?? 0) < 0
            ? claim(`value ${count(value.failedRequestsAvoided.p50 ?? 0)} requests`, uri)
            : claim(`${count(value.failedRequestsAvoided.p50 ?? 0)} more avoided`, uri),
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
export function narrate(whole: IncidentStory, existing: readonly Pick<Evidence, 'uri' | 'id'>[]): Narrative {
  const out = sentenceWriter(existing);
  const cite = citations(existing);
  const { incident } = whole;
  // A plan of an earlier version of this incident is no plan for what nothing fits now.
  const story: IncidentStory =
    incident.outcome === 'no-safe-plan' && whole.run === undefined
      ? { ...whole, plan: undefined, decision: undefined, approval: undefined }
      : whole;
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
