import type { Transition } from '../ports/state-store.ts';

/** Why a person's request was refused; stable codes that the API turns into problems. */
export type RefusalCode =
  | 'wrong-state'
  | 'self-approval'
  | 'not-a-person'
  | 'step-up-needed'
  | 'hash-mismatch'
  | 'already-decided'
  | 'expired'
  | 'denied'
  | 'not-decided'
  | 'shadow'
  | 'run-active'
  | 'not-reversible'
  | 'token-used';

/** A person's request as decided: the transition to commit and what to answer, or why not. Expected refusals are values. */
export type Decision<T> =
  | { readonly ok: true; readonly transition: Transition; readonly value: T }
  | { readonly ok: false; readonly code: RefusalCode; readonly detail: string; readonly ruleIds?: readonly string[] };

/** A refusal with what to do about it. */
export function refuse(code: RefusalCode, detail: string, ruleIds?: readonly string[]): Decision<never> {
  return { ok: false, code, detail, ...(ruleIds === undefined ? {} : { ruleIds }) };
}
