import type { Decision, RefusalCode } from '@autoops/pipeline';
import type { CommitResult, StateStore, Write } from '@autoops/pipeline/ports';
import type { FastifyReply } from 'fastify';
import { crashAt, type CrashPoint } from '../starting/crash-point.ts';
import { ProblemError } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

const PROBLEM_OF_REFUSAL: Readonly<Record<RefusalCode, ProblemCode>> = {
  'wrong-state': 'wrong-state',
  'self-approval': 'not-permitted',
  'not-a-person': 'not-permitted',
  'step-up-needed': 'not-permitted',
  'hash-mismatch': 'plan-changed',
  'already-decided': 'wrong-state',
  expired: 'wrong-state',
  denied: 'policy-denied',
  'not-decided': 'wrong-state',
  shadow: 'wrong-state',
  'run-active': 'wrong-state',
  'not-reversible': 'wrong-state',
  'token-used': 'wrong-state',
};

/** Who and what a refused decision is audited for. */
export interface RefusedDecision {
  readonly workspaceId: string;
  readonly actor: { readonly kind: 'person' | 'system' | 'agent' | 'service'; readonly id: string };
  readonly verb: string;
  readonly subject: { readonly kind: string; readonly id: string };
}

/**
 * Commits what a person's request was decided to be, and returns its value with its audit id (also as `X-Audit-Id`). A refusal is
 * audited too and answered as its problem; nothing else is written then.
 */
export async function carryOut<T>(
  state: StateStore,
  decision: Decision<T>,
  about: RefusedDecision,
  reply: FastifyReply,
  crashPoint: CrashPoint = 'K2',
): Promise<{ readonly value: T; readonly auditId: string }> {
  if (!decision.ok) {
    const auditId = await auditOnly(state, about, 'refused', decision.detail, { code: decision.code });
    throw new ProblemError(PROBLEM_OF_REFUSAL[decision.code], decision.detail, {
      auditId,
      ...(decision.ruleIds === undefined ? {} : { ruleIds: decision.ruleIds }),
    });
  }
  // A decision that changes nothing (Execute of what already waits for approval) is still told to the audit log.
  const transition =
    decision.transition.audit.length > 0
      ? decision.transition
      : {
          ...decision.transition,
          audit: [auditDraft(about, 'asked', askedAgain(about), {})],
        };
  const result = await state.commit(transition);
  if (!result.ok) throw refused(result);
  crashAt(crashPoint);
  const auditId = result.auditIds[0] ?? '';
  void reply.header('X-Audit-Id', auditId);
  return { value: decision.value, auditId };
}

/** "operator@demo asked to execute the plan, which changed nothing." */
function askedAgain({ actor, verb }: RefusedDecision): string {
  const [noun = '', deed = ''] = verb.split('.');
  return `${actor.id} asked to ${deed} the ${noun}, which changed nothing.`;
}

/** Anomalies join an incident several times a second while a fault spreads; each pass reads again, so few are ever needed. */
const PASSES = 5;

/**
 * Loads, decides and commits again when somebody else changed the same rows between reading and committing: the Detector adds evidence
 * to an incident while a person acts on it. What the person saw is held by the plan's hash, which every pass compares again.
 */
export async function onFreshRead<T>(loadDecideAndCommit: () => Promise<T>): Promise<T> {
  for (let pass = 1; ; pass += 1) {
    try {
      return await loadDecideAndCommit();
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'conflict' || pass === PASSES) throw error;
    }
  }
}

/**
 * Writes one audit entry, and in the same transaction the rows that it is about where there are any; returns its id. Throws when it
 * cannot be written: no audit, no answer. Such an entry does not belong to an incident's record: it makes no new version of it, and
 * the bundle of a version keeps its bytes.
 */
export async function auditOnly(
  state: StateStore,
  about: RefusedDecision,
  how: 'asked' | 'refused' | 'done',
  summary: string,
  detail: Record<string, string | number | boolean | null>,
  writes: readonly Write[] = [],
): Promise<string> {
  const result = await state.commit({
    workspaceId: about.workspaceId,
    writes,
    audit: [auditDraft(about, how, summary, detail)],
  });
  if (!result.ok) throw refused(result);
  return result.auditIds[0] ?? '';
}

function auditDraft(
  about: RefusedDecision,
  how: string,
  summary: string,
  detail: Record<string, string | number | boolean | null>,
) {
  return {
    actor: about.actor,
    verb: how === 'refused' ? `${about.verb}.refused` : about.verb,
    subject: about.subject,
    summary,
    importance: 1,
    lane: 'human' as const,
    detail,
  };
}

function refused(result: Extract<CommitResult, { ok: false }>): ProblemError {
  if (result.refusal === 'conflict')
    return new ProblemError('conflict', 'It has changed while you decided. Read it again and decide again.');
  if (result.refusal === 'frozen') return new ProblemError('frozen', result.detail);
  return new ProblemError('wrong-state', result.detail);
}
