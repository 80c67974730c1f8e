import type { IncidentOutcome } from '@autoops/contracts';

/** How it ended, as the headline says it after what users felt. */
export const OUTCOME_WORDS: Readonly<Record<IncidentOutcome, string>> = {
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
