import type { Incident } from '@autoops/contracts';
import type { IndicatorWindow } from '../ports/readers.ts';
import type { ProposeOutcome } from './propose-plan.ts';

/**
 * In ticks of the finest indicator. A fault shows in one indicator after the other (in the shop: time-outs at 3 s, retries at 5 s, the
 * blocked queue at 6 s), and a plan made at the first of them would leave out what the last one asks for.
 */
const SETTLE_TICKS = 8;
/** Nobody waits longer than this for a first plan, however coarse the indicators are. */
const SETTLE_AT_MOST_MS = 30_000;
/** Until then "nothing applies" may only mean that the evidence is not there yet. */
const GIVE_UP_TICKS = 12;
const AGAIN_TICKS = 1;
const USUAL_INTERVAL_MS = 15_000;

/**
 * How long to wait before planning (without an outcome), or before planning again (with one): milliseconds, 0 = go on. A plan that a
 * person asked for, and the second of an incident, never wait.
 */
export function lookAgainInMs(
  incident: Pick<Incident, 'openedAt' | 'planVersion' | 'source'>,
  indicators: readonly Pick<IndicatorWindow, 'intervalMs'>[],
  now: Date,
  outcome?: Pick<ProposeOutcome, 'reason'>,
): number {
  if (incident.source === 'person' || incident.planVersion > 0) return 0;
  const tick = indicators.reduce((finest, { intervalMs }) => Math.min(finest, intervalMs), USUAL_INTERVAL_MS);
  const age = Math.max(0, now.getTime() - Date.parse(incident.openedAt));
  if (outcome === undefined) return Math.max(0, Math.min(SETTLE_TICKS * tick, SETTLE_AT_MOST_MS) - age);
  const early = age < GIVE_UP_TICKS * tick;
  return early && (outcome.reason === 'no-safe-plan' || outcome.reason === 'precheck-failed') ? AGAIN_TICKS * tick : 0;
}
