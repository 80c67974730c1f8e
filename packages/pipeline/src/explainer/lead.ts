import type { Anomaly } from '@autoops/contracts';
import { sumsBetween } from './observed-sli.ts';
import type { IncidentStory } from './story.ts';

/** The anomaly that users feel most: highest severity, then score, then the earliest. */
export function leadingAnomaly(anomalies: readonly Anomaly[]): Anomaly | undefined {
  const rank = { critical: 0, high: 1, medium: 2, low: 3 } as const;
  return [...anomalies].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || b.score - a.score || a.openedAt.localeCompare(b.openedAt),
  )[0];
}

/** When the incident ended, or the newest moment known while it is open. */
export function endOf(story: Pick<IncidentStory, 'incident' | 'run' | 'now'>): string {
  return story.incident.closedAt ?? story.run?.finishedAt ?? story.now.toISOString();
}

/** Seconds from the opening to the end, or to now while the incident is open. */
export function openSeconds(story: Pick<IncidentStory, 'incident' | 'run' | 'now'>): number {
  return Math.round((Date.parse(endOf(story)) - Date.parse(story.incident.openedAt)) / 1000);
}

/** The text with a small letter, as it stands in a list after another. */
export function uncapitalised(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** The text with a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How long before the end of an incident says whether it was over. */
const END_SECONDS = 30;

/**
 * Requests of the end of the incident, and how many of them failed; zeros where nothing was counted. The end is the window in which
 * an independent signal stayed good, else the last half minute, or all of a shorter incident.
 */
export function atTheEnd(story: Pick<IncidentStory, 'incident' | 'run' | 'now' | 'observed'>): {
  readonly seconds: number;
  readonly failed: number;
  readonly requests: number;
} {
  const end = Date.parse(endOf(story));
  const { outcome, openedAt } = story.incident;
  const window = outcome === 'verified' ? story.run?.verification.windowStartedAt : undefined;
  const begun = window === undefined ? end - END_SECONDS * 1000 : Date.parse(window);
  const from = Math.max(Date.parse(openedAt), begun);
  const { bad, total } = story.observed ? sumsBetween(story.observed, from, end) : { bad: 0, total: 0 };
  return { seconds: Math.round((end - from) / 1000), failed: Math.round(bad), requests: Math.round(total) };
}

/** Seconds from the opening to the end in which somebody counted what users felt. */
export function observedSeconds(story: Pick<IncidentStory, 'incident' | 'run' | 'now' | 'observed'>): number {
  const { observed, incident } = story;
  if (observed === undefined) return 0;
  const stepMs = observed.stepSeconds * 1000;
  const opened = Date.parse(incident.openedAt);
  const seen = observed.total.filter((all, slot) => all > 0 && observed.startMs + (slot + 1) * stepMs > opened).length;
  return Math.min(openSeconds(story), Math.round(seen * observed.stepSeconds));
}
