import type { Incident } from '@autoops/contracts';

/**
 * When a forecast is made again while its incident still waits, in ticks of its source since the incident opened. Operations fail
 * seconds after their cause (they are tried again first), so a forecast at the opening is too mild; later ones hardly change.
 */
const REVISE_AT_TICKS = [7, 20, 60] as const;

/** Milliseconds until the next revision of an incident's forecast; undefined when the last one has been. */
export function revisionInMs(incident: Pick<Incident, 'openedAt'>, now: Date, intervalMs: number): number | undefined {
  const age = now.getTime() - Date.parse(incident.openedAt);
  const next = REVISE_AT_TICKS.find((ticks) => ticks * intervalMs > age);
  return next === undefined ? undefined : next * intervalMs - age;
}
