/** An indicator's band stands after this many samples (loop.md "First start, honestly"). */
export const LEARNS_AT = 60;

/** A series with a value in less than this share of its service's ticks is rare: the service does not wait for it. */
const DENSE = 0.5;

/**
 * Samples that all of a service knows: those of the least learned of its series that may open an incident (`opening` names their
 * indicators). A gauge has its first value seconds before a ratio that needs a window, and a source that is read late leaves out
 * ticks of its own; what breaks before all of them are learned would be seen by some alone. Where none may open an incident, the
 * most that any of the series has.
 */
export function learnedSamples(
  series: readonly { readonly indicator: string; readonly samples: number }[],
  opening: ReadonlySet<string>,
): number {
  const most = Math.max(0, ...series.map(({ samples }) => samples));
  const awaited = series.filter(({ indicator, samples }) => opening.has(indicator) && samples >= DENSE * most);
  return Math.min(most, ...awaited.map(({ samples }) => samples));
}
