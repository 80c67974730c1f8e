import { clockText, wordRows, type ChartPoint, type WordPlace } from '@autoops/charts';
import type uPlot from 'uplot';

/** Something that happened while a series was measured. */
export interface ChartEvent {
  readonly at: number;
  readonly text: string;
  /** What the picture says of it where that is not all of `text`. */
  readonly short?: string | undefined;
  readonly kind: 'anomaly' | 'ended' | 'change' | 'note';
  /** The end of a stretch of time. */
  readonly to?: number | undefined;
}

const INKS: Readonly<Record<ChartEvent['kind'], string>> = {
  anomaly: '--crit',
  ended: '--allow',
  change: '--ink3',
  note: '--accent',
};

/** The value of a colour of the theme as it is now. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What is said of an event whose own words are too long for its chart. */
const KIND_WORDS: Readonly<Record<ChartEvent['kind'], string>> = {
  anomaly: 'anomaly',
  ended: 'back',
  change: 'change',
  note: 'note',
};

/** Rows of words that a chart of this height can spare, and the most of its width that the words of one event may take: half of it is on one side of any line. */
const WORD_ROWS = 3;
const WORDS_SHARE = 0.5;
const ROW_PX = 14;
const GAP_PX = 4;
/** How far letters rise over their foot. */
const RISE_PX = 9;
/** What is free above a plot without words: its highest value rises over it. */
const BARE_PX = 17;
const wordFont = (scale: number): string => `${12 * scale}px "Inter Variable", sans-serif`;

/** Where a plot lies in pixels, where an instant (in ms) is on it, and how wide words are. */
interface Ground {
  readonly left: number;
  readonly right: number;
  readonly gap: number;
  readonly x: (ms: number) => number;
  readonly widthOf: (words: string) => number;
}

interface MarkedEvent extends ChartEvent {
  readonly from: number;
  readonly end: number;
  readonly words: string;
  readonly place: WordPlace | undefined;
}

/** The events within a plot, in order of time, with what is said of each and where in the lane above the plot that has room. */
export function inLane(events: readonly ChartEvent[], ground: Ground): readonly MarkedEvent[] {
  const { left, right, gap, x, widthOf } = ground;
  const shown = events
    .toSorted((a, b) => a.at - b.at)
    .map((event) => {
      const words = event.short ?? event.text;
      const fitting = widthOf(words) <= (right - left) * WORDS_SHARE ? words : KIND_WORDS[event.kind];
      return {
        ...event,
        words: fitting,
        from: Math.max(left, x(event.at)),
        end: Math.min(right, x(event.to ?? event.at)),
      };
    })
    .filter(({ at, end }) => x(at) <= right && end >= left);
  const places = wordRows(
    shown.map(({ from, words }) => ({
      x: from,
      width: widthOf(words),
      side: from - left > (right - left) / 2 ? 'left' : 'right',
    })),
    { left, right, rows: WORD_ROWS, gap },
  );
  return shown.map((event, index) => ({ ...event, place: places[index] }));
}

/** The events of a plot as it lies on its canvas, in the canvas's pixels. */
function marked(plot: uPlot, events: readonly ChartEvent[]): readonly MarkedEvent[] {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = wordFont(devicePixelRatio);
  const shown = inLane(events, {
    left: bbox.left,
    right: bbox.left + bbox.width,
    gap: GAP_PX * devicePixelRatio,
    x: (ms) => plot.valToPos(ms / 1000, 'x', true),
    widthOf: (words) => ctx.measureText(words).width,
  });
  ctx.restore();
  return shown;
}

/** How much room, in CSS pixels, the words of its events need above a plot. */
export function laneHeight(plot: uPlot, events: readonly ChartEvent[], cycle: number): number {
  // When uPlot asks for the first time, the plot does not lie anywhere yet.
  if (cycle === 0) return BARE_PX;
  const rows = marked(plot, events).map(({ place }) => (place === undefined ? 0 : place.row + 1));
  return Math.max(BARE_PX, GAP_PX + Math.max(0, ...rows) * ROW_PX);
}

/** Draws the events of a chart: stretches of time, and lines that reach up to their words above the plot. */
export function drawEvents(plot: uPlot, events: readonly ChartEvent[]): void {
  const shown = marked(plot, events);
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = wordFont(scale);
  ctx.textBaseline = 'alphabetic';
  ctx.setLineDash([3 * scale, 3 * scale]);
  for (const { from, end, to, kind, words, place } of shown) {
    ctx.strokeStyle = colour(INKS[kind]);
    ctx.fillStyle = ctx.strokeStyle;
    if (to !== undefined) {
      ctx.globalAlpha = 0.12;
      ctx.fillRect(from, bbox.top, end - from, bbox.height);
      ctx.globalAlpha = 1;
    }
    const foot = bbox.top - (GAP_PX + (place?.row ?? 0) * ROW_PX) * scale;
    ctx.beginPath();
    ctx.moveTo(from, place === undefined ? bbox.top : foot - RISE_PX * scale);
    ctx.lineTo(from, bbox.top + bbox.height);
    ctx.stroke();
    if (place === undefined) continue;
    ctx.textAlign = place.anchor === 'end' ? 'right' : 'left';
    ctx.fillText(words, place.x, foot);
  }
  ctx.restore();
}

/** So near, in CSS pixels, is the cursor on the line of an event. */
const NEAR_PX = 5;

/** The words in full of the events that the cursor of a plot is on. */
export function eventsAtCursor(plot: uPlot, events: readonly ChartEvent[]): readonly string[] {
  const left = plot.cursor.left ?? Number.NaN;
  return events.filter(({ at }) => Math.abs(plot.valToPos(at / 1000, 'x') - left) <= NEAR_PX).map(({ text }) => text);
}

const NAMED = 5;

/** The newest events within the time of `points` in words, for whoever does not see the picture; empty where there are none. */
export function marksText(events: readonly ChartEvent[], points: readonly ChartPoint[]): string {
  const [from, to] = [points[0]?.at ?? Number.NaN, points.at(-1)?.at ?? Number.NaN];
  const shown = events
    .filter((event) => event.at <= to && (event.to ?? event.at) >= from)
    .toSorted((a, b) => b.at - a.at);
  if (shown.length === 0) return '';
  const named = shown.slice(0, NAMED).map(({ at, text }) => `${text} at ${clockText(at, true)} UTC`);
  const more = shown.length > NAMED ? ` and ${shown.length - NAMED} more` : '';
  return ` Marked: ${named.join(', ')}${more}.`;
}
