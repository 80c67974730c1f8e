/** A least-squares line over the newest part of a series. Slope per step; a fit of fewer than three known values is level. */
export interface LineFit {
  readonly slope: number;
  /** The line's value at the newest step. */
  readonly end: number;
  /** Share of the variance that the line explains, in [0,1]. */
  readonly explained: number;
  /** Standard deviation around the line. */
  readonly noise: number;
  /** Standard error of the slope, had the residuals been independent. */
  readonly slopeError: number;
  readonly known: number;
}

/** The line through `values[from..to)`, unknown ones (NaN) left out; `fallback` is its value where nothing is known. */
export function lineFit(values: Float64Array, from: number, to: number, fallback: number): LineFit {
  const newest = to - 1;
  let known = 0;
  let sumT = 0;
  let sumV = 0;
  for (let i = Math.max(0, from); i < to; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    known++;
    sumT += i - newest;
    sumV += value;
  }
  if (known === 0) return { slope: 0, end: fallback, explained: 0, noise: 0, slopeError: 0, known };
  const meanT = sumT / known;
  const meanV = sumV / known;
  let spreadT = 0;
  let spreadV = 0;
  let together = 0;
  for (let i = Math.max(0, from); i < to; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const t = i - newest - meanT;
    const v = value - meanV;
    spreadT += t * t;
    spreadV += v * v;
    together += t * v;
  }
  if (known < 3 || spreadT === 0) return { slope: 0, end: meanV, explained: 0, noise: 0, slopeError: 0, known };
  const slope = together / spreadT;
  const unexplained = Math.max(0, spreadV - slope * together);
  const noise = Math.sqrt(unexplained / (known - 2));
  return {
    slope,
    end: meanV - slope * meanT,
    explained: spreadV > 0 ? 1 - unexplained / spreadV : 0,
    noise,
    slopeError: noise / Math.sqrt(spreadT),
    known,
  };
}
