/** A high or low of a series from which it moved back by at least the threshold. */
export interface TurningPoint {
  readonly at: number;
  readonly value: number;
}

/** The turning points of a series, oldest first, and the low from which it has climbed since. */
export interface TurningPoints {
  readonly peaks: readonly TurningPoint[];
  /** Lowest point since the last peak (since the start while there is none). */
  readonly trough: TurningPoint;
}

/**
 * Highs that the series came back from by at least `threshold` before `values.length`. A series without known values has its
 * trough at 0.
 */
export function turningPoints(values: Float64Array, threshold: number): TurningPoints {
  const peaks: TurningPoint[] = [];
  let high = Number.NEGATIVE_INFINITY;
  let highAt = 0;
  let low = Number.POSITIVE_INFINITY;
  let lowAt = 0;
  let climbing = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    if (climbing) {
      if (value >= high) {
        high = value;
        highAt = i;
      } else if (high - value >= threshold) {
        peaks.push({ at: highAt, value: high });
        climbing = false;
        low = value;
        lowAt = i;
      }
    } else if (value <= low) {
      low = value;
      lowAt = i;
    } else if (value - low >= threshold) {
      climbing = true;
      high = value;
      highAt = i;
    }
  }
  return { peaks, trough: { at: lowAt, value: Number.isFinite(low) ? low : 0 } };
}
