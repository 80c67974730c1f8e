import { longestStep, type ChartPoint } from '@autoops/charts';
import type uPlot from 'uplot';
import { colour } from './dense-events.ts';

/** A stretch of time in ms since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** So late a sample may come, in ms, before the end of a chart counts as unknown. */
const USUAL_DELAY_MS = 5000;
/** Narrower stretches are no more than the edge of a line. */
const LEAST_PX = 2;
const HATCH_PX = 6;

/** What of `time` lies before the first and after the last known value, where that is longer than samples usually are apart. */
export function unknownStretches(points: readonly ChartPoint[], time: Stretch): readonly Stretch[] {
  const known = points.filter(({ at, value }) => value !== null && at >= time.from && at <= time.to);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return [time];
  const usual = Math.max(USUAL_DELAY_MS, longestStep(points.map(({ at }) => at)));
  return [
    { from: time.from, to: first.at },
    { from: last.at, to: time.to },
  ].filter(({ from, to }) => to - from > usual);
}

/** Hatches stretches of a plot, as the other charts hatch what nobody knows. */
export function hatch(plot: uPlot, stretches: readonly Stretch[]): void {
  const { ctx, bbox } = plot;
  const line = HATCH_PX * devicePixelRatio * Math.SQRT2;
  ctx.save();
  ctx.strokeStyle = colour('--line2');
  ctx.lineWidth = devicePixelRatio;
  for (const { from, to } of stretches) {
    const left = Math.max(bbox.left, plot.valToPos(from / 1000, 'x', true));
    const width = Math.min(bbox.left + bbox.width, plot.valToPos(to / 1000, 'x', true)) - left;
    if (width < LEAST_PX * devicePixelRatio) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, width, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < left + width; x += line) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}
