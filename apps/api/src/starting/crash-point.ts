/** Boundaries of remediation.md at which the API can be killed. */
export type CrashPoint = 'K0' | 'K1' | 'K2' | 'K14';

/** Kills this very process with SIGKILL when the crash tests asked for this boundary; otherwise does nothing. */
export function crashAt(point: CrashPoint): void {
  if (process.env['AUTOOPS_CRASH_AT'] === point) process.kill(process.pid, 'SIGKILL');
}
