import { clockText, wordRows, type ChartPoint } from '@autoops/charts';
import type uPlot from 'uplot';

/** Something that happened while a series was measured. */
export interface ChartEvent {
  readonly at: number;
  readonly text: string;
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

/** Rows of words that a chart of this height can spare, and the most of its width that the words of one event may take. */
const WORD_ROWS = 3;
const WORDS_SHARE = 0.6;

/** What of `text` fits into `width`, cut off with an ellipsis. */
function fitting(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  let kept = text;
  while (kept.length > 1 && ctx.measureText(kept).width > width) kept = `${kept.slice(0, -2).trimEnd()}…`;
  return kept;
}

/** Draws the events of a chart: lines and stretches of time, with words that never lie on each other. */
export function drawEvents(plot: uPlot, events: readonly ChartEvent[]): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px "Inter Variable", sans-serif`;
  const shown = events
    .toSorted((a, b) => a.at - b.at)
    .map((event) => {
      const from = plot.valToPos(event.at / 1000, 'x', true);
      const to = event.to === undefined ? from : plot.valToPos(event.to / 1000, 'x', true);
      const text = fitting(ctx, event.text, bbox.width * WORDS_SHARE);
      return { ...event, text, from, x: Math.max(bbox.left, from), end: Math.min(right, to) };
    })
    .filter(({ from, end }) => from <= right && end >= bbox.left);
  const places = wordRows(
    shown.map(({ x, text }) => ({
      x,
      width: ctx.measureText(text).width,
      side: x - bbox.left > bbox.width / 2 ? 'left' : 'right',
    })),
    { left: bbox.left, right, rows: WORD_ROWS, gap: 4 * devicePixelRatio },
  );
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { x, end, to, kind } of shown) {
    ctx.strokeStyle = colour(INKS[kind]);
    ctx.fillStyle = ctx.strokeStyle;
    if (to !== undefined) {
      ctx.globalAlpha = 0.12;
      ctx.fillRect(x, bbox.top, end - x, bbox.height);
      ctx.globalAlpha = 1;
    }
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  // Above every line, with a halo: words that lie on one all the same stay readable.
  ctx.setLineDash([]);
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colour('--card');
  for (const [index, { text, kind }] of shown.entries()) {
    const place = places[index];
    if (place === undefined) continue;
    const y = bbox.top + (11 + place.row * 14) * devicePixelRatio;
    ctx.textAlign = place.anchor === 'end' ? 'right' : 'left';
    ctx.fillStyle = colour(INKS[kind]);
    ctx.strokeText(text, place.x, y);
    ctx.fillText(text, place.x, y);
  }
  ctx.restore();
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
