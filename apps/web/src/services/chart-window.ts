import type { SeriesResource } from '@autoops/contracts';
import type { Stretch } from '../chart/unknown-stretches.ts';

/** What the charts of a service span, in ms since the epoch. */
export interface ChartWindow extends Stretch {
  /** True where it starts with the first measurement because nothing before it was measured in the chosen range. */
  readonly sinceFirst: boolean;
}

/** A range is shown whole when no more than this share of its start was not measured. */
const UNMEASURED_SHARE = 0.05;
/** The shortest window: two samples a second apart are not stretched over the width of a screen. */
const SHORTEST_MS = 10_000;

/**
 * The one window of all charts of a service: `seconds` up to `end` (ms), or up to the newest measurement where that came later. A
 * `fixed` one, which somebody zoomed into, is taken as it is; any other leaves out what lies before the first measurement of all.
 */
export function chartWindow(
  series: readonly Pick<SeriesResource, 'points'>[],
  { end, seconds, fixed }: { readonly end: number; readonly seconds: number; readonly fixed: boolean },
): ChartWindow {
  const span = seconds * 1000;
  if (fixed) return { from: end - span, to: end, sinceFirst: false };
  const ends = series.flatMap(({ points }) => {
    const [first, last] = [points.find(isKnown), points.findLast(isKnown)];
    return first === undefined || last === undefined
      ? []
      : [{ first: Date.parse(first.at), last: Date.parse(last.at) }];
  });
  const to = ends.reduce((latest, { last }) => Math.max(latest, last), end);
  const first = ends.reduce((earliest, each) => Math.min(earliest, each.first), Number.POSITIVE_INFINITY);
  const from = to - span;
  if (!Number.isFinite(first) || first - from <= UNMEASURED_SHARE * span) return { from, to, sinceFirst: false };
  return { from: Math.min(first, to - Math.min(SHORTEST_MS, span)), to, sinceFirst: true };
}

const isKnown = ({ value }: SeriesResource['points'][number]): boolean => value !== null;
