/** Stamps are rows; 0 marks an empty place. */
const EMPTY = 0;

/**
 * A bounded memory of shingles for any number of series: what comes within a radius of one that is kept renews it, other things take
 * the place of the one not seen for longest. Distance: the largest difference (L-infinity). Each series' shingles stand in the order
 * of their newest numbers, so that a question looks at the few around its own. Nothing is allocated.
 */
export class PrototypeStore {
  /** The newest numbers of a series' shingles side by side, in order, then their second ones, and so on. */
  readonly coordinates: Float64Array;
  /** Row at which each was last seen; empty places are the last ones. */
  readonly stamps: Uint32Array;
  /** When the nearest of the last question was last seen; no part of the state. */
  nearestStamp = EMPTY;
  private nearestPlace = -1;
  /** Where the last window belongs in the order. */
  private position = 0;
  /** Distance of the last find, in an array so that no number is allocated for it. */
  private readonly found = new Float64Array(1);
  private readonly places: number;
  private readonly length: number;

  constructor(series: number, places: number, length: number) {
    this.coordinates = new Float64Array(series * places * length);
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

  /** The newest number of what a series keeps as last seen at a row; NaN where it keeps nothing of that row. */
  newestAt(series: number, row: number): number {
    const { stamps, coordinates, places, length } = this;
    const place = stamps.subarray(series * places, (series + 1) * places).indexOf(row);
    return place < 0 ? Number.NaN : (coordinates[series * places * length + place] as number);
  }

  /** Keeps the window that begins at `from`, seen at `row`. */
  learn(series: number, window: Float64Array, radius: number, row: number, from = 0): void {
    this.find(series, window, from, radius);
    const stamp = Math.min(0xffff_ffff, row);
    if (this.nearestPlace >= 0) this.stamps[this.nearestPlace] = stamp;
    else this.insert(series, window, from, stamp);
  }

  /** How many places of a series are taken. */
  private filled(series: number): number {
    const { stamps, places } = this;
    const first = series * places;
    if (stamps[first + places - 1] !== EMPTY) return places;
    let low = 0;
    let high = places - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (stamps[first + middle] === EMPTY) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Finds the nearest that is no further than `bound`, of several the one seen last: outwards from where the window belongs. */
  private find(series: number, window: Float64Array, from: number, bound: number): void {
    const { coordinates, stamps, places, length, found } = this;
    const first = series * places * length;
    const firstStamp = series * places;
    const filled = this.filled(series);
    const own = window[from] as number;
    let low = 0;
    let high = filled;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((coordinates[first + middle] as number) < own) low = middle + 1;
      else high = middle;
    }
    this.position = low;
    let best = bound;
    let nearest = -1;
    let below = low - 1;
    let above = low;
    let under = below < 0 ? Number.POSITIVE_INFINITY : own - (coordinates[first + below] as number);
    let over = above >= filled ? Number.POSITIVE_INFINITY : (coordinates[first + above] as number) - own;
    while (below >= 0 || above < filled) {
      let place = above;
      let distance = over;
      if (under <= over) {
        place = below;
        distance = under;
        below -= 1;
        under = below < 0 ? Number.POSITIVE_INFINITY : own - (coordinates[first + below] as number);
      } else {
        above += 1;
        over = above >= filled ? Number.POSITIVE_INFINITY : (coordinates[first + above] as number) - own;
      }
      if (distance > best) break;
      for (let back = 1, at = first + place + places; back < length && distance <= best; back += 1, at += places) {
        const difference = Math.abs((coordinates[at] as number) - (window[from + back] as number));
        if (difference > distance) distance = difference;
      }
      if (distance > best) continue;
      if (distance === best && nearest >= 0 && (stamps[firstStamp + place] as number) < (stamps[nearest] as number))
        continue;
      best = distance;
      nearest = firstStamp + place;
    }
    this.nearestPlace = nearest;
    found[0] = nearest < 0 ? Number.POSITIVE_INFINITY : best;
  }

  /** Puts a window where it belongs, in a free place or in that of the one not seen for longest. */
  private insert(series: number, window: Float64Array, from: number, stamp: number): void {
    const { coordinates, stamps, places, length, position } = this;
    const firstStamp = series * places;
    const filled = this.filled(series);
    let free = filled;
    if (filled === places) {
      free = 0;
      for (let place = 1; place < places; place += 1)
        if ((stamps[firstStamp + place] as number) < (stamps[firstStamp + free] as number)) free = place;
    }
    const target = free < position ? position - 1 : position;
    for (let at = firstStamp + free; at < firstStamp + target; at += 1) stamps[at] = stamps[at + 1] as number;
    for (let at = firstStamp + free; at > firstStamp + target; at -= 1) stamps[at] = stamps[at - 1] as number;
    stamps[firstStamp + target] = stamp;
    for (let back = 0; back < length; back += 1) {
      const first = (series * length + back) * places;
      move(coordinates, first, free, target);
      coordinates[first + target] = window[from + back] as number;
    }
  }
}

/** Closes the gap at `free` and opens one at `target`, both counted from `first`; for so few a loop is faster than `copyWithin`. */
function move(numbers: Float64Array, first: number, free: number, target: number): void {
  for (let at = first + free; at < first + target; at += 1) numbers[at] = numbers[at + 1] as number;
  for (let at = first + free; at > first + target; at -= 1) numbers[at] = numbers[at - 1] as number;
}
