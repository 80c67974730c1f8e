import type uPlot from 'uplot';

/** A point of a course stands for so many px of the plot. */
const STEP_PX = 2;

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * The course of a column of a plot in pixels of its canvas: in each two px the mean of what is known there, so that thousands of points
 * cost no more to paint than hundreds. One run for each stretch without a hole.
 */
function courseOf(plot: uPlot, column: number, [first, last]: readonly [number, number]): Place[][] {
  const at = plot.data[0];
  const values = plot.data[column] ?? [];
  const width = STEP_PX * devicePixelRatio;
  const left = plot.valToPos(at[first] ?? 0, 'x', true);
  const perSecond = plot.valToPos((at[first] ?? 0) + 1, 'x', true) - left;
  const runs: Place[][] = [];
  let run: Place[] = [];
  let step = Number.NaN;
  let sum = 0;
  let count = 0;
  const finish = (): void => {
    if (count > 0) run.push({ x: (step + 0.5) * width, y: plot.valToPos(sum / count, 'y', true) });
    [sum, count] = [0, 0];
  };
  for (let index = first; index <= last; index += 1) {
    const value = values[index];
    const next = Math.floor((left + ((at[index] ?? 0) - (at[first] ?? 0)) * perSecond) / width);
    if (next !== step || typeof value !== 'number') finish();
    step = next;
    if (typeof value === 'number') {
      sum += value;
      count += 1;
    } else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  finish();
  return run.length > 0 ? [...runs, run] : runs;
}

/** The path of a line of which only the course matters. */
export const coursePaths: uPlot.Series.PathBuilder = (plot, series, first, last) => {
  const stroke = new Path2D();
  for (const run of courseOf(plot, series, [first, last]))
    run.forEach(({ x, y }, index) => (index === 0 ? stroke.moveTo(x, y) : stroke.lineTo(x, y)));
  return { stroke };
};

/** Fills what lies between the columns `low` and `high` of a plot, which are known at the same instants. */
export function fillBand(plot: uPlot, [low, high]: readonly [number, number], colour: string): void {
  const { ctx, bbox } = plot;
  const shown = plot.series[0]?.idxs ?? [0, plot.data[0].length - 1];
  const floors = courseOf(plot, low, shown);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour;
  ctx.beginPath();
  courseOf(plot, high, shown).forEach((ceiling, index) => {
    [...ceiling, ...(floors[index] ?? []).toReversed()].forEach(({ x, y }, corner) =>
      corner === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y),
    );
    ctx.closePath();
  });
  ctx.fill();
  ctx.restore();
}
