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
  private readonly places: number;
  private readonly length: number;

  constructor(series: number, places: number, length: number) {
    this.values = new Float64Array(series * places * length);
    this.stamps = new Uint32Array(series * places);
    this.places = places;
    this.length = length;
  }

  /** Distance from `window` to the nearest kept; Infinity where nothing is kept yet. */
  nearest(series: number, window: Float64Array): number {
    const { values, stamps, places, length } = this;
    const own = window[0] as number;
    let best = Number.POSITIVE_INFINITY;
    this.nearestPlace = -1;
    for (let place = series * places, end = place + places; place < end; place += 1) {
      if (stamps[place] === EMPTY) continue;
      const at = place * length;
      let distance = Math.abs((values[at] as number) - own);
      for (let back = 1; back < length && distance < best; back += 1)
        distance = Math.max(distance, Math.abs((values[at + back] as number) - (window[back] as number)));
      if (distance >= best) continue;
      best = distance;
      this.nearestPlace = place;
    }
    this.nearestStamp = this.nearestPlace < 0 ? EMPTY : (stamps[this.nearestPlace] as number);
    return best;
  }

  /** Keeps `window`, seen at `row`. */
  learn(series: number, window: Float64Array, radius: number, row: number): void {
    const { stamps, values, places, length } = this;
    const stamp = Math.min(0xffff_ffff, row);
    if (this.nearest(series, window) <= radius && this.nearestPlace >= 0) {
      stamps[this.nearestPlace] = stamp;
      return;
    }
    let oldest = series * places;
    for (let place = oldest + 1, end = oldest + places; place < end; place += 1)
      if ((stamps[place] as number) < (stamps[oldest] as number)) oldest = place;
    stamps[oldest] = stamp;
    for (let back = 0; back < length; back += 1) values[oldest * length + back] = window[back] as number;
  }
}
