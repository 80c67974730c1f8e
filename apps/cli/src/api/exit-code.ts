/** Exit codes of `autoops`: documented in docs/reference/exit-codes.md, stable. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  denied: 5,
  approvalRequired: 6,
  conflict: 7,
  runFailed: 8,
  rolledBack: 9,
  verifyFailed: 10,
  timeout: 124,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a message on stderr and an exit code of its own. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly problem: unknown;

  constructor(message: string, exitCode: ExitCode, problem?: unknown) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.problem = problem;
  }
}
