import type { WaitFor } from '@autoops/contracts';
import { isGood, type SignalPoints } from './verification.ts';

/** True when the awaited signal has held for `holdsSeconds` up to its newest point. A gap breaks it: what nobody saw does not hold. */
export function waitIsOver(wait: WaitFor, points: SignalPoints, since: Date): boolean {
  const newest = points.timestampMs.at(-1);
  if (newest === undefined || newest < since.getTime()) return false;
  const from = newest - wait.holdsSeconds * 1000;
  const inside = points.timestampMs.flatMap((at, index) => (at >= from ? [points.value[index] ?? Number.NaN] : []));
  const covered = wait.holdsSeconds === 0 || points.timestampMs.some((at) => at <= from);
  return (
    covered &&
    inside.length > 0 &&
    inside.every((value) => Number.isFinite(value) && isGood({ op: wait.op, bound: wait.value }, value))
  );
}
