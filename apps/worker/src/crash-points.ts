/** Boundaries of remediation.md at which a test may kill the worker. */
export type CrashPoint = 'K2' | 'K3' | 'K4' | 'K5' | 'K6' | 'K7' | 'K8' | 'K9' | 'K10' | 'K11' | 'K12' | 'K13' | 'K15';

/** Called at every boundary; does nothing unless a test asked for this one. */
export type CrashAt = (point: CrashPoint) => void;

/**
 * Reads `AUTOOPS_CRASH_AT=<K-name>[:nth]` (tests only): the process kills itself with SIGKILL at the nth passing of that boundary
 * (default the first). Without the variable the answer is a function that does nothing.
 */
export function crashPoints(
  setting: string | undefined,
  kill: () => void = () => process.kill(process.pid, 'SIGKILL'),
): CrashAt {
  const match = /^(K\d+)(?::(\d+))?$/.exec(setting ?? '');
  if (match === null) return () => undefined;
  let left = Number(match[2] ?? 1);
  return (point) => {
    if (point !== match[1]) return;
    left -= 1;
    if (left === 0) kill();
  };
}
