import { changeBefore, isBeforeFirst, valueText } from '@autoops/charts';
import type { Evidence, Narrative } from '@autoops/contracts';
import { APPLIED, citations, countsOf, evidenceUri } from './evidence.ts';
import { capital } from '../incident/words.ts';
import { asTold, type IncidentStory } from './story.ts';
import {
  atTheEnd,
  countedAtLeast,
  endOf,
  firstSign,
  hardlyObserved,
  observedTime,
  openingSign,
  openSeconds,
  uncapitalised,
} from './lead.ts';
import { controlsOf, lessonsOf } from './lessons.ts';
import { OUTCOME_WORDS } from './outcome-words.ts';
import { claim, sentenceWriter } from './sentence-writer.ts';
import { spineOf } from './spine.ts';
import { storyboardOf } from './storyboard.ts';
import { VERDICT_WORDS, whyOf } from './verdict-words.ts';
import { clockTime, count, decimal, duration, expectedText, percent, subjectOf } from './words.ts';

/** What was counted of what users felt, and of how much of the incident. */
function sayWhatUsersFelt(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const { incident, value, observed: sli } = story;
  const { failedRequests, requests, badMinutes, budgetShare } = value.observed;
  const uri = evidenceUri.value(incident.id);
  if (sli === undefined) {
    out.say('what-happened', [
      `No objective counts what users felt of ${incident.service}, so no failed request is stated.`,
    ]);
    return;
  }
  if (failedRequests === 0) {
    out.say('what-happened', [`No ${sli.service} request was seen to fail.`]);
    return;
  }
  const counted = claim(`${count(failedRequests)} of ${count(requests)}`, uri);
  if (hardlyObserved(story))
    out.say('what-happened', [
      counted,
      ` ${sli.service} requests failed in ${incident.environment} from `,
      claim(clockTime(incident.openedAt), uri),
      ' on, in the ',
      claim(duration(observedTime(story).seconds), uri),
      ' that were observed; nobody measured the rest of the ',
      claim(duration(openSeconds(story)), uri),
      '.',
    ]);
  else
    out.say('what-happened', [
      counted,
      ` ${sli.service} requests failed in ${incident.environment} between `,
      claim(clockTime(incident.openedAt), uri),
      ' and ',
      claim(clockTime(endOf(story)), uri),
      ...(badMinutes > 0 ? [', with ', claim(duration(badMinutes * 60), uri), ' of bad service'] : []),
      '.',
    ]);
  out.say('impact', [
    countedAtLeast(story) ? 'That is at least ' : 'That is ',
    claim(percent(budgetShare), uri),
    ' of the error budget.',
  ]);
}

function sayWhatHappened(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const sign = firstSign(story);
  const { forecast } = story;
  sayWhatUsersFelt(story, out);
  if (sign) {
    const anomaly = evidenceUri.anomaly(sign.id);
    const at = claim(clockTime(sign.openedAt), anomaly);
    out.say(
      'what-happened',
      sign.kind === 'new-template'
        ? ['The first sign, at ', at, `: ${sign.service} wrote a log line of a kind never seen before.`]
        : [
            'The first sign, at ',
            at,
            `: ${subjectOf(sign)}, at worst `,
            claim(valueText(sign.observed, sign.unit), anomaly),
            ', expected ',
            claim(expectedText(sign), anomaly),
            '.',
          ],
    );
  }
  const change = changeBefore(story.incident.openedAt, story.anomalies);
  if (change)
    out.say('cause', [
      isBeforeFirst(change, story.anomalies) ? 'Just before: ' : 'Before it opened: ',
      claim(`${change.summary} (${change.secondsBefore} s earlier)`, evidenceUri.change(change.eventId)),
      '.',
    ]);
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
  const { run, plan } = story;
  const applied = run?.steps.filter((step) => APPLIED.has(step.state)) ?? [];
  if (run && applied.length > 0) {
    const { good, samples, undone } = countsOf(run);
    const allUndone = undone === applied.length;
    out.say('what-was-done', [
      allUndone ? 'Done, and undone again: ' : 'Done: ',
      ...applied.flatMap((step, index) => [
        index > 0 ? '; ' : '',
        claim(index > 0 ? uncapitalised(step.title) : step.title, evidenceUri.step(run.id, step.index)),
      ]),
      '.',
    ]);
    if (run.verification.verdict)
      out.say('what-was-done', [
        'An independent signal was good in ',
        claim(`${good} of ${samples} samples`, evidenceUri.verification(run.id)),
        ' afterwards.',
      ]);
    if (undone > 0 && !allUndone)
      out.say('what-was-done', [
        claim(`${undone} of ${applied.length} steps were undone`, evidenceUri.verification(run.id)),
        '.',
      ]);
  } else if (plan) {
    out.say('what-was-done', ['Proposed, not done: ', claim(plan.title, evidenceUri.plan(plan.id)), '.']);
  } else {
    out.say('what-was-done', ['No runbook is a safe fix for this, so nothing was changed.']);
  }
  sayWhy(story, out);
  saySafety(story, out);
}

/** Why policy let it be done or not, and what the person said whom it asked. */
function sayWhy({ decision, approval }: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const last = approval?.decisions.at(-1);
  if (decision) {
    const { effect } = decision.verdict;
    const overruled = effect === 'deny' && last?.decision === 'approve';
    out.say('why-allowed', [
      VERDICT_WORDS[effect],
      ...(overruled && approval
        ? [
            ', although ',
            claim(`${last.actor.id} had approved it at ${clockTime(last.at)}`, evidenceUri.approval(approval.id)),
          ]
        : []),
      ': ',
      claim(whyOf(decision.verdict), evidenceUri.decision(decision.id)),
      '.',
    ]);
    if (overruled) return;
  }
  if (approval === undefined) return;
  const uri = evidenceUri.approval(approval.id);
  if (last) {
    const { actor, at } = last;
    // Who approved what was then allowed stands with the rule that asked for it.
    const approved = decision?.verdict.effect === 'allow' ? 'The approval came' : `${actor.id} approved it`;
    out.say('why-allowed', [
      claim(`${last.decision === 'approve' ? approved : `${actor.id} rejected it`} at ${clockTime(at)}`, uri),
      last.reason === '' ? '.' : ` with the reason "${last.reason}".`,
    ]);
  } else if (approval.state === 'expired')
    out.say('why-allowed', ['Nobody decided before ', claim(clockTime(approval.expiresAt), uri), ', when it expired.']);
}

/** Whether it is over: what users felt just before the end, and what follows from the outcome. */
function saySafety(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const { incident, observed, run, plan } = story;
  if (incident.outcome === undefined) return;
  const { seconds, failed, requests } = atTheEnd(story);
  const uri = evidenceUri.value(incident.id);
  const still = failed > 0 ? claim(`${count(failed)} of ${count(requests)} requests`, uri) : 'no request';
  const { until } = observedTime(story);
  const felt =
    observed === undefined || requests === 0
      ? until === undefined
        ? ['nobody measured what users felt']
        : ['nobody measured what users felt after ', claim(clockTime(until), uri)]
      : [still, " failed in the incident's last ", claim(duration(seconds), uri)];
  if (incident.outcome === 'verified')
    out.say('are-we-safer', [
      'For now, yes: ',
      ...felt,
      '. The cause may remain',
      plan?.steps.some(({ ttlSeconds }) => ttlSeconds !== undefined) ? ' when the temporary limits end' : '',
      run?.rollbackToken?.state === 'valid' ? '; all can still be undone.' : '.',
    ]);
  else if (incident.outcome === 'self-healed' || incident.outcome === 'shadowed')
    out.say('are-we-safer', ['For now, yes: ', ...felt, '. The cause is not removed and may come back.']);
  else if (incident.outcome === 'merged')
    out.say('are-we-safer', ['That is told by the incident into which this one was merged.']);
  else if (incident.outcome === 'closed-by-person' || incident.outcome === 'unresolved')
    out.say('are-we-safer', ['A person closed it: ', ...felt, '.']);
  else
    out.say('are-we-safer', [failed > 0 ? 'No: ' : 'Not known: ', ...felt, '. Nothing shows that the cause is gone.']);
}

function sayValue(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const { value, incident } = story;
  const uri = evidenceUri.value(incident.id);
  if (!value.claim) {
    out.say('value', [claim(`No value is claimed. ${value.reason}`, uri)]);
    return;
  }
  out.say('value', [
    claim(
      `${decimal(value.badMinutesAvoided.p50 ?? 0)} bad minutes (${decimal(value.badMinutesAvoided.p10 ?? 0)} to ${decimal(value.badMinutesAvoided.p90 ?? 0)}), ${count(value.failedRequestsAvoided.p50 ?? 0)} failed requests and ${percent(value.budgetShareAvoided.p50 ?? 0)} of the budget avoided`,
      uri,
    ),
    '.',
  ]);
  if (value.money)
    out.say('value', [
      claim(
        `${value.money.currency} ${count(Number(value.money.p50.amount))} of loss avoided (${count(Number(value.money.p10.amount))} to ${count(Number(value.money.p90.amount))}), ${value.indicative ? 'indicative, ' : ''}grade ${value.grade}, ${Number(value.money.booked.amount) === 0 ? 'none' : count(Number(value.money.booked.amount))} booked`,
        uri,
      ),
      '.',
    ]);
}

/** The headline, outcome first, at most 22 words: what users felt, or the sign that opened it where no objective counts it. */
function sayHeadline(story: IncidentStory, out: ReturnType<typeof sentenceWriter>): void {
  const { incident, value, observed: sli } = story;
  const uri = evidenceUri.value(incident.id);
  const sign = openingSign(story);
  const { failedRequests, requests } = value.observed;
  const felt = sli !== undefined && failedRequests > 0;
  const subject = felt ? `${capital(sli.service)} failures` : capital(sign ? subjectOf(sign) : incident.title);
  const failed = countedAtLeast(story)
    ? ['at least ', claim(count(failedRequests), uri), ' requests failed']
    : [claim(`${count(failedRequests)} of ${count(requests)} requests failed`, uri)];
  out.say('headline', [
    `${subject} ${incident.outcome ? OUTCOME_WORDS[incident.outcome] : 'being looked at'}`,
    ...(incident.outcome === 'verified' ? [' in ', claim(duration(openSeconds(story)), uri)] : []),
    ...(felt ? ['; ', ...failed] : []),
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
  const story = asTold(whole);
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
