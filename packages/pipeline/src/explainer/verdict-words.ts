import { ruleText } from '@autoops/charts';
import type { Approval, PolicyVerdict, Run, VerdictEffect } from '@autoops/contracts';

/** What policy did, as a sentence begins. */
export const VERDICT_WORDS: Readonly<Record<VerdictEffect, string>> = {
  allow: 'Policy allowed it',
  'require-approval': 'Policy asked for a person',
  deny: 'Policy forbade it',
};

/** What became of an approval. */
export const APPROVAL_WORDS: Readonly<Record<Approval['state'], string>> = {
  waiting: 'still waited for',
  approved: 'given',
  used: 'given',
  rejected: 'refused by a person',
  expired: 'nobody decided in time',
  void: 'no longer valid when the plan was to start',
};

const OUTCOME_OF: Readonly<Record<NonNullable<Run['verification']['verdict']>, string>> = {
  verified: 'it helped',
  ineffective: 'it did not help',
  harmful: 'it made things worse',
  inconclusive: 'nobody could tell whether it helped',
};

/** What the verification of a run found. */
export function verificationWords({ verification, state }: Pick<Run, 'verification' | 'state'>): string {
  return verification.verdict === undefined ? `none, ${state.replaceAll('-', ' ')}` : OUTCOME_OF[verification.verdict];
}

/** Of a verdict to which every rule agrees, the rule that tells a reader most. */
const TELLING = 'approval-required';
/** More reasons than these make no sentence. */
const REASONS = 2;

/** Why a verdict is what it is, as clauses: the rules that decided it, or that none objects. */
export function whyOf({ effect, ruleIds, rules }: PolicyVerdict): string {
  const deciding = rules.filter(({ ruleId }) => ruleIds.includes(ruleId));
  if (effect !== 'allow' || deciding.length < rules.length) return deciding.slice(0, REASONS).map(ruleText).join('; ');
  const telling = rules.find(({ ruleId }) => ruleId === TELLING);
  return [...(telling === undefined ? [] : [ruleText(telling)]), 'no rule objects'].join(', and ');
}
