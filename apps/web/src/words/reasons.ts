import type { Autonomy, IncidentOutcome, Reason, RunState, StepState, Toggle } from '@autoops/contracts';

/** One sentence for each reason: the same key is the metric label and the timeline entry (loop.md). */
export const REASONS: Readonly<Record<Reason, string>> = {
  'anomaly-opened': 'A measurement left what was expected',
  'anomaly-joined': 'Another anomaly belongs to this incident',
  'anomaly-ended': 'The measurement is back inside its band',
  'incident-opened': 'Incident opened',
  'incident-reopened': 'Incident reopened',
  'regression-found': 'Worse after a change than before it',
  learning: 'Still learning what is usual here',
  'forecast-frozen': 'Forecast frozen before any action',
  'insufficient-history': 'Little history to forecast from',
  'plan-proposed': 'Plan proposed',
  'no-safe-plan': 'No safe plan was found',
  'plan-superseded': 'A newer plan replaced this one',
  'precheck-failed': 'A precheck failed, so nothing was done',
  'self-healed': 'It healed by itself before anything was done',
  'policy-allowed': 'Policy allows the plan',
  'awaiting-execute': 'Policy allows it; a person starts it',
  'awaiting-approval': 'Policy asks for approval',
  'policy-denied': 'Policy denies the plan',
  'policy-unreadable': 'Denied: no decision could be read',
  shadowed: 'Decided and recorded, but shadow mode acts on nothing',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Time to decide ran out',
  'execute-requested': 'A person asked to execute',
  acknowledged: 'Acknowledged',
  assigned: 'Assigned',
  merged: 'Merged into another incident',
  'closed-by-person': 'Closed by a person',
  unresolved: 'Closed unresolved by a person',
  'run-started': 'Run started',
  'step-claimed': 'Step claimed by a worker',
  'step-intent': 'Intent written before anything leaves',
  'step-dispatched': 'Step sent to its target',
  'step-applied': 'Step applied',
  'step-failed': 'Step failed',
  'step-unknown': 'It is unknown whether the step took effect; reading back',
  'step-skipped': 'Step skipped',
  'step-compensated': 'Step undone',
  'canary-passed': 'The first replica stayed healthy',
  'canary-failed': 'The first replica got worse, so the rest was left alone',
  paused: 'Paused',
  resumed: 'Resumed',
  aborted: 'Aborted; what was applied is undone',
  stale: 'The target changed since the plan was made, so nothing was done',
  frozen: 'Automation is stopped',
  'breaker-open': 'This runbook failed here before and waits',
  'budget-exhausted': 'The action budget of this hour is used up',
  'target-locked': 'Another run works on this target',
  'sensor-suspect': 'So much looks sick at once that the measurement itself is doubted',
  'back-off': 'Waiting before the next attempt',
  'run-finished': 'Run finished',
  'needs-human': 'A person must look',
  verifying: 'Checking with an independent signal',
  verified: 'An independent signal says that it is fixed',
  ineffective: 'It did not help and was undone',
  harmful: 'It made things worse and was undone',
  inconclusive: 'Too few measurements to tell whether it helped',
  'rolling-back': 'Undoing the applied steps',
  'rolled-back': 'All applied steps are undone',
  'rollback-failed': 'An undo failed; a person must look',
  'narrative-written': 'Story written',
  'value-computed': 'Value computed',
  fault: 'A stage failed and is tried again',
  'retries-exhausted': 'A stage failed for good',
};

/** The sentence of a reason; an unknown key is shown as its own words rather than hidden. */
export function reasonText(reason: string | undefined): string {
  if (reason === undefined || reason === '') return '';
  return (REASONS as Readonly<Record<string, string>>)[reason] ?? sentenceCase(reason);
}

/** Words that say nothing by themselves. */
const EMPTY_WORDS = new Set(['a', 'an', 'it', 'plan', 'run', 'step', 'the']);

/** Whether the sentence of a reason says more than the text beside it, which may hold all of its words. */
export function saysMore(reason: string, text: string): boolean {
  const wordsOf = (sentence: string): string[] => sentence.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
  const said = new Set(wordsOf(text));
  return wordsOf(reason).some((word) => !EMPTY_WORDS.has(word) && !said.has(word));
}

/** "awaiting-decision" -> "Awaiting decision". */
export function sentenceCase(key: string): string {
  const words = key.replaceAll(/[-_.]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const OUTCOMES: Readonly<Record<IncidentOutcome, string>> = {
  verified: 'Fixed, verified',
  ineffective: 'Did not help, undone',
  inconclusive: 'Inconclusive',
  harmful: 'Made it worse, undone',
  denied: 'Denied by policy',
  rejected: 'Rejected',
  expired: 'Nobody decided in time',
  'no-safe-plan': 'No safe plan',
  'self-healed': 'Healed by itself',
  aborted: 'Aborted',
  shadowed: 'Shadow only',
  merged: 'Merged',
  'closed-by-person': 'Closed by a person',
  'rolled-back': 'Rolled back',
  unresolved: 'Unresolved',
};

export const RUN_STATES: Readonly<Record<RunState, string>> = {
  queued: 'Queued',
  running: 'Running',
  paused: 'Paused',
  verifying: 'Verifying',
  succeeded: 'Succeeded',
  'rolling-back': 'Rolling back',
  'rolled-back': 'Rolled back',
  'rollback-failed': 'Rollback failed',
  aborted: 'Aborted',
  'needs-human': 'Needs a person',
};

export const STEP_STATES: Readonly<Record<StepState, string>> = {
  pending: 'Waiting',
  claimed: 'Claimed',
  intent: 'Intent written',
  dispatched: 'Sent',
  applied: 'Applied',
  'failed-definite': 'Failed',
  unknown: 'Unknown, reading back',
  verified: 'Verified',
  compensating: 'Undoing',
  compensated: 'Undone',
  skipped: 'Skipped',
};

/** Whether an indicator only counts the events of an SLO, which the SLO's own card tells. */
export function countsForSlo(indicator: string): boolean {
  return indicator.startsWith('slo:');
}

const STAGES: Readonly<Record<string, string>> = {
  detector: 'the detector',
  forecaster: 'the forecaster',
  planner: 'the planner',
  policy: 'policy',
  remediator: 'the remediator',
  explainer: 'the explainer',
};

/** Who did it, in words: "the planner", "operator@demo". */
export function actorText(actor: { readonly kind: string; readonly id: string }): string {
  return STAGES[actor.id] ?? actor.id;
}

/** What a runbook may do by itself where it stands: the level of policy, or why there is none. */
const AUTONOMY: Readonly<Record<Autonomy | Toggle, string>> = {
  off: 'switched off',
  shadow: 'decides, does nothing',
  suggest: 'a person starts it',
  auto: 'starts by itself',
  on: 'switched on',
};

/** The words of an autonomy level or of a toggle: "suggest" -> "a person starts it". */
export function autonomyText(level: Autonomy | Toggle): string {
  return AUTONOMY[level];
}

/** First letter large, but of the name of an account as it is: "admin@demo signed in". */
export function capital(text: string): string {
  return /^\S*@/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
