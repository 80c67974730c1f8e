import { startOf } from '@autoops/charts';
import { LEFT_TO_PEOPLE, type Anomaly } from '@autoops/contracts';
import { sumsBetween } from './observed-sli.ts';
import type { IncidentStory } from './story.ts';

/** The anomaly that users feel most: highest severity, then score, then the earliest. */
export function leadingAnomaly(anomalies: readonly Anomaly[]): Anomaly | undefined {
  const rank = { critical: 0, high: 1, medium: 2, low: 3 } as const;
  return [...anomalies].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || b.score - a.score || a.openedAt.localeCompare(b.openedAt),
  )[0];
}

/** The earliest evidence of an incident: the anomaly that began first; of several the one of its own service, then the worst. */
export function firstSign({ incident, anomalies }: Pick<IncidentStory, 'incident' | 'anomalies'>): Anomaly | undefined {
  const start = startOf(anomalies);
  const first = anomalies.filter(({ openedAt }) => Date.parse(openedAt) === start);
  const own = first.filter(({ service }) => service === incident.service);
  return leadingAnomaly(own.length > 0 ? own : first);
}

/** The sign by which the incident was found: the worst anomaly that opened it, else the worst of all. */
export function openingSign({
  incident,
  anomalies,
}: Pick<IncidentStory, 'incident' | 'anomalies'>): Anomaly | undefined {
  const opening = anomalies.filter(
    ({ service, openedAt }) => service === incident.service && openedAt === incident.openedAt,
  );
  return leadingAnomaly(opening.length > 0 ? opening : anomalies);
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

/** How long before the end of an incident says whether it was over, at most; of a shorter one its second half does. */
const END_SECONDS = 30;

/**
 * Requests of the end of the incident, and how many of them failed; zeros where nothing was counted. The end is the window in which
 * an independent signal stayed good, else the last half minute at most, from where a count begins.
 */
export function atTheEnd(story: Pick<IncidentStory, 'incident' | 'run' | 'now' | 'observed'>): {
  readonly seconds: number;
  readonly failed: number;
  readonly requests: number;
} {
  const { observed, incident, run } = story;
  const end = Date.parse(endOf(story));
  const stepMs = (observed?.stepSeconds ?? 1) * 1000;
  const window = incident.outcome === 'verified' ? run?.verification.windowStartedAt : undefined;
  const last = Math.min(END_SECONDS, openSeconds(story) / 2) * 1000;
  const begun = Math.max(Date.parse(incident.openedAt), window === undefined ? end - last : Date.parse(window));
  const from = Math.min(end, Math.ceil(begun / stepMs) * stepMs);
  const { bad, total } = observed ? sumsBetween(observed, from, end) : { bad: 0, total: 0 };
  return { seconds: Math.round((end - from) / 1000), failed: Math.round(bad), requests: Math.round(total) };
}

/** How much of the time from the opening to the end somebody counted what users felt in, and until when; undefined where nobody did. */
export function observedTime(story: Pick<IncidentStory, 'incident' | 'run' | 'now' | 'observed'>): {
  readonly seconds: number;
  readonly until: string | undefined;
} {
  const { observed, incident } = story;
  if (observed === undefined) return { seconds: 0, until: undefined };
  const stepMs = observed.stepSeconds * 1000;
  const ends = observed.total.flatMap((all, slot) => (all > 0 ? [observed.startMs + (slot + 1) * stepMs] : []));
  const seen = ends.filter((at) => at > Date.parse(incident.openedAt));
  const until = Math.min(seen.at(-1) ?? 0, Date.parse(endOf(story)));
  return {
    seconds: Math.min(openSeconds(story), Math.round(seen.length * observed.stepSeconds)),
    until: seen.length === 0 ? undefined : new Date(until).toISOString(),
  };
}

/** A share of the time that a few late samples do not push it below. */
const WELL_OBSERVED = 0.75;

/** Whether what was counted is only a part of what users felt: too little of the incident was observed for more. */
export function hardlyObserved(story: Pick<IncidentStory, 'incident' | 'run' | 'now' | 'observed'>): boolean {
  return observedTime(story).seconds < openSeconds(story) * WELL_OBSERVED;
}

/** Whether more may have failed than was counted: hardly observed, or left to people while it went on. */
export function countedAtLeast(story: Pick<IncidentStory, 'incident' | 'run' | 'now' | 'observed'>): boolean {
  const { outcome } = story.incident;
  return hardlyObserved(story) || (outcome !== undefined && LEFT_TO_PEOPLE.has(outcome));
}
