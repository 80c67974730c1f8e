import { indicatorName } from '@autoops/charts';
import type { Anomaly } from '@autoops/contracts';
import { plainNumber, plural, timesText } from '../format/numbers.ts';
import type { Tone } from '../status/statuses.ts';
import type { GlyphName } from '../status/glyph.tsx';
import { OUTCOMES } from './reasons.ts';

/** The novelty axis ends here: a fitted tail says nothing about rarer things. */
export const NOVELTY_MOST = 6;
/** A deviation of this many usual reaches fills its bar; the band's edge is at 3.4 of them. */
export const DEVIATION_FULL = 10;
const BAND_EDGE = 3.4;
/** The engine's bound: the series hardly moved before. */
const DEVIATION_MOST = 1000;

/** How far out an axis is: shape and colour, beside its words. */
export interface AxisLook {
  readonly tone: Tone;
  readonly glyph: GlyphName;
  /** Class of the bar. */
  readonly ink: 'run' | 'high' | 'critical';
  /** Filled part of the bar, in [0,1]. */
  readonly share: number;
}

const USUAL = { tone: 'neutral', glyph: 'ring', ink: 'run' } as const;
const UNUSUAL = { tone: 'high', glyph: 'triangle', ink: 'high' } as const;
const FAR = { tone: 'crit', glyph: 'diamond', ink: 'critical' } as const;

/** How new an anomaly is for its series: 1.85 opens an event of the early preset. */
export function noveltyLook(novelty: number): AxisLook {
  const share = Math.max(0, Math.min(1, novelty / NOVELTY_MOST));
  if (novelty >= 4) return { ...FAR, share };
  return novelty >= 1.85 ? { ...UNUSUAL, share } : { ...USUAL, share };
}

/** How far an anomaly is from what its series usually does; 3.4 opens an event of the precise preset. */
export function deviationLook(deviation: number): AxisLook {
  const share = Math.max(0, Math.min(1, deviation / DEVIATION_FULL));
  if (deviation >= DEVIATION_FULL) return { ...FAR, share };
  return deviation >= BAND_EDGE ? { ...UNUSUAL, share } : { ...USUAL, share };
}

/** "1 in 1300 samples", from a mean surprise (-log10). */
export function noveltyText(novelty: number): string {
  if (novelty >= NOVELTY_MOST) return 'never seen before';
  const once = 10 ** novelty;
  if (once < 2) return 'seen often before';
  return `1 in ${plainNumber(once >= 100 ? Number(once.toPrecision(2)) : once, 0)} samples`;
}

/** What a deviation is a multiple of: its usual swing, which it stays within 98 % of the time. */
export function deviationText(deviation: number): string {
  return deviation >= 0.99 * DEVIATION_MOST ? 'hardly moved before' : 'its usual swing';
}

/** A deviation as a multiple: "2.4×". */
export function deviationValue(deviation: number): string {
  return deviation >= 0.99 * DEVIATION_MOST ? `over ${DEVIATION_MOST}×` : timesText(deviation);
}

const VIEWS: Readonly<Record<string, string>> = {
  phase: 'this time of its season',
  level: 'its usual level',
  regression: 'before the change against after it',
  absence: 'whether it comes in at all',
  template: 'log messages seen before',
  alert: 'somebody else\u2019s alert',
  'demand-against-capacity': 'expected demand against capacity',
};

/** What was compared by the view that was surprised most, in words. */
export function viewText(view: string): string {
  const [, kind, length] = /^(shingle|mean)-(\d+)$/.exec(view) ?? [];
  if (kind === 'shingle') return `the course of its last ${length} samples`;
  if (kind === 'mean') return `the mean of its last ${length} samples`;
  return VIEWS[view] ?? view.replaceAll('-', ' ');
}

type Past = NonNullable<Anomaly['context']['nearestPast']>;

const alikePercent = ({ distance }: Pick<Past, 'distance'>): number => Math.round((1 - distance) * 100);

/** Whether the nearest past instance is near enough to be worth a look. */
export function isAlike(past: Pick<Past, 'distance'>): boolean {
  return alikePercent(past) >= 10;
}

/** How much alike the nearest past instance is: "87 % alike", "nothing alike". */
export function alikeText(past: Pick<Past, 'distance'>): string {
  return isAlike(past) ? `${alikePercent(past)}\u202F% alike` : 'nothing alike';
}

/** How the incident of that time ended: "fixed, verified"; undefined where there was none. */
export function endedText({ incidentState, outcome }: Pick<Past, 'incidentState' | 'outcome'>): string | undefined {
  if (outcome !== undefined) return OUTCOMES[outcome].toLowerCase();
  return incidentState === undefined ? undefined : 'not closed yet';
}

/** A part of what differs: its share now, and then where the nearest past instance had it too. Shares in [0,1]. */
export interface Difference {
  readonly part: string;
  readonly share: number | undefined;
  readonly then: number | undefined;
}

/** Which labels hold more than their part, largest first; then those that did at the nearest past instance and do not now. */
export function differences({ context }: Pick<Anomaly, 'context'>): readonly Difference[] {
  const past = context.nearestPast?.labelsDiffering ?? [];
  const same = (a: { label: string; value: string }, b: { label: string; value: string }): boolean =>
    a.label === b.label && a.value === b.value;
  const now = context.labelsDiffering.filter(({ value }) => value !== '');
  const gone = past.filter((each) => each.value !== '' && !now.some((one) => same(one, each)));
  return [
    ...now
      .toSorted((a, b) => b.share - a.share)
      .map((each) => ({
        part: `${each.label}=${each.value}`,
        share: each.share,
        then: past.find((one) => same(one, each))?.share,
      })),
    ...gone.map((each) => ({ part: `${each.label}=${each.value}`, share: undefined, then: each.share })),
  ];
}

/** "5 of 12 indicators depart together: error ratio, latency p95, busy slots, …"; undefined where it is alone. */
export function togetherText({
  context: { together },
  service,
}: Pick<Anomaly, 'context' | 'service'>): string | undefined {
  if (together === undefined || together.indicators.length < 2) return undefined;
  const names = together.indicators.map(({ indicator }) => indicatorName(indicator));
  const shown = names.slice(0, 3).join(', ');
  return `${names.length} of ${plural(together.of, 'indicator')} of ${service} depart together: ${shown}${names.length > 3 ? ', …' : ''}`;
}
