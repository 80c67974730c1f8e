import type { SignalRef } from '@autoops/contracts';
import type { IndicatorWindow } from '../ports/readers.ts';

/** A point older than this many intervals is not "now"; a tick that waits for a straggler may be some seconds late. */
const FRESH_INTERVALS = 5;
const FRESH_AT_LEAST_MS = 10_000;
/** Single ticks jump; the median of three does not. */
const POINTS_FOR_NOW = 3;

/** What a signal reference is resolved against. */
export interface SignalScope {
  readonly now: Date;
  readonly environment: string;
  readonly incidentService: string;
  readonly targetService: string | undefined;
  readonly indicators: readonly IndicatorWindow[];
}

/** The service that a signal reference means; undefined when it means a target and there is none. */
export function serviceOf(
  ref: SignalRef,
  scope: Pick<SignalScope, 'incidentService' | 'targetService'>,
): string | undefined {
  if (ref.of === 'service') return ref.service;
  return ref.of === 'incident' ? scope.incidentService : scope.targetService;
}

/** The windows that a signal reference names: those of its service and environment that carry its labels. */
export function windowsOf(ref: SignalRef, scope: SignalScope): readonly IndicatorWindow[] {
  const service = serviceOf(ref, scope);
  return scope.indicators.filter(
    (window) =>
      window.service === service &&
      window.environment === scope.environment &&
      window.indicator === ref.indicator &&
      Object.entries(ref.labels).every(([label, value]) => window.labels[label] === value),
  );
}

/** The position of the newest point that is recent enough to be called now; undefined when there is none. */
function recentPositions(window: IndicatorWindow, now: Date): readonly number[] {
  const oldest = now.getTime() - Math.max(FRESH_AT_LEAST_MS, FRESH_INTERVALS * window.intervalMs);
  return window.timestampMs.flatMap((at, position) =>
    at >= oldest && at <= now.getTime() && Number.isFinite(window.value[position]) ? [position] : [],
  );
}

/** What an indicator is now: the median of its last three values, none of them a gap or old; undefined where nobody looked. */
export function currentValue(window: IndicatorWindow, now: Date): number | undefined {
  const values = recentPositions(window, now)
    .slice(-POINTS_FOR_NOW)
    .flatMap((position) => window.value[position] ?? [])
    .sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}

/** What the detector expects of an indicator now; undefined while it learns. */
export function expectedValue(window: IndicatorWindow, now: Date): number | undefined {
  const position = window.expected.findLastIndex(
    (value, index) => Number.isFinite(value) && (window.timestampMs[index] ?? Infinity) <= now.getTime(),
  );
  return position < 0 ? undefined : window.expected[position];
}

/**
 * Least-squares slope per second over `overSeconds` up to the newest value; undefined when that is old, with fewer than 3 values, or
 * when they cover less than half of the time.
 */
export function slopePerSecond(window: IndicatorWindow, now: Date, overSeconds: number): number | undefined {
  const newest = recentPositions(window, now).at(-1);
  const to = newest === undefined ? undefined : window.timestampMs[newest];
  if (to === undefined) return undefined;
  const from = to - overSeconds * 1000;
  const points = window.timestampMs.flatMap((at, position): (readonly [number, number])[] => {
    const value = window.value[position];
    return at >= from && at <= to && value !== undefined && Number.isFinite(value) ? [[at / 1000, value]] : [];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 3 || first === undefined || last === undefined || last[0] - first[0] < overSeconds / 2)
    return undefined;
  const meanTime = points.reduce((sum, [time]) => sum + time, 0) / points.length;
  const meanValue = points.reduce((sum, [, value]) => sum + value, 0) / points.length;
  const spread = points.reduce((sum, [time]) => sum + (time - meanTime) ** 2, 0);
  return points.reduce((sum, [time, value]) => sum + (time - meanTime) * (value - meanValue), 0) / spread;
}
