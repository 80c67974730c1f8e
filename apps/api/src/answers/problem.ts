import type { Problem } from '@autoops/contracts';
import { PROBLEMS, type ProblemCode } from './problem-codes.ts';

export interface ProblemExtras {
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly ruleIds?: readonly string[];
  readonly auditId?: string | undefined;
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown to answer a problem; the filter writes it. `detail` is for people and says what to do. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail?: string, extras: ProblemExtras = {}) {
    super(detail ?? PROBLEMS[code].title);
    this.name = 'ProblemError';
    this.code = code;
    this.extras = extras;
  }
}

/** Foreign and missing alike: no detail that could tell them apart. */
export function notFound(): ProblemError {
  return new ProblemError('not-found');
}

/** The value, or the 404 that foreign and missing share. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound();
  return value;
}

/** The RFC 9457 body of a problem. `instance` is the request path without its query. */
export function problemBody(problem: ProblemError, requestId: string, instance: string): Problem {
  const { status, title } = PROBLEMS[problem.code];
  const { errors, ruleIds, auditId } = problem.extras;
  return {
    type: `/docs/problems#${problem.code}`,
    title,
    status,
    ...(problem.message === title ? {} : { detail: problem.message }),
    instance,
    code: problem.code,
    requestId,
    docs: `docs/reference/problems.md#${problem.code}`,
    ...(errors === undefined ? {} : { errors: errors.map((error) => ({ ...error })) }),
    ...(ruleIds === undefined ? {} : { ruleIds: [...ruleIds] }),
    ...(auditId === undefined ? {} : { auditId }),
  };
}
