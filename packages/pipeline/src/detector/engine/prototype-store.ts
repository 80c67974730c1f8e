/** Stamps are rows; 0 marks an empty place. */
const EMPTY = 0;

/**
 * A bounded memory of shingles for any number of series: what comes within a radius of one that is kept renews it, other things take
 * the place of the one not seen for longest. Distance: the largest difference (L-infinity). Nothing is allocated.
 */
export class PrototypeStore {
  readonly values: Float64Array;
  /** Row at which each was last seen. */
  readonly stamps: Uint32Array;
  /** When the nearest of the last question was last seen; no part of the state. */
  nearestStamp = EMPTY;
  private nearestPlace = -1;
  /** Distance of the last find, in an array so that no number is allocated for it. */
  private readonly found = new Float64Array(1);
  private readonly places: number;
  private readonly length: number;

  constructor(series: number, places: number, length: number) {
    this.values = new Float64Array(series * places * length);
    this.stamps = new Uint32Array(series * places);
    this.places = places;
    this.length = length;
  }

  /** Distance from the window that begins at `from` to the nearest kept; Infinity where nothing is kept yet. */
  nearest(series: number, window: Float64Array, from = 0): number {
    this.find(series, window, from, Number.POSITIVE_INFINITY);
    this.nearestStamp = this.nearestPlace < 0 ? EMPTY : (this.stamps[this.nearestPlace] as number);
    return this.found[0] as number;
  }

  /**
   * Finds the nearest that is no further than `bound`, the first of several; leaves its place, or -1, and its distance. Most of those
   * kept are left after their first number, which is what makes a question cheap.
   */
  private find(series: number, window: Float64Array, from: number, bound: number): void {
    const { values, stamps, places, length, found } = this;
    const own = window[from] as number;
    let best = bound;
    let nearest = -1;
    // Places are taken in order: behind an empty one all are.
    for (let place = series * places, end = place + places; place < end && stamps[place] !== EMPTY; place += 1) {
      const at = place * length;
      let distance = Math.abs((values[at] as number) - own);
      if (distance > best) continue;
      for (let back = 1; back < length && distance <= best; back += 1)
        distance = Math.max(distance, Math.abs((values[at + back] as number) - (window[from + back] as number)));
      if (distance > best || (distance === best && nearest >= 0)) continue;
      best = distance;
      nearest = place;
    }
    this.nearestPlace = nearest;
    found[0] = nearest < 0 ? Number.POSITIVE_INFINITY : best;
  }

  /** Keeps the window that begins at `from`, seen at `row`. */
  learn(series: number, window: Float64Array, radius: number, row: number, from = 0): void {
    const { stamps, values, places, length } = this;
    const stamp = Math.min(0xffff_ffff, row);
    this.find(series, window, from, radius);
    if (this.nearestPlace >= 0) {
      stamps[this.nearestPlace] = stamp;
      return;
    }
    let oldest = series * places;
    for (let place = oldest + 1, end = oldest + places; place < end; place += 1)
      if ((stamps[place] as number) < (stamps[oldest] as number)) oldest = place;
    stamps[oldest] = stamp;
    for (let back = 0; back < length; back += 1) values[oldest * length + back] = window[from + back] as number;
  }
}
