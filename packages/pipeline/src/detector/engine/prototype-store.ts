import type { Slab } from './slab.ts';

/** Stamps are rows; 0 marks an empty slot. */
const EMPTY = 0;

/**
 * A bounded memory of shingles for any number of series: what comes within a radius of one that is kept renews it, other things take
 * the slot of the one not seen for longest. Distance: the largest difference (L-infinity). The newest numbers of a series' shingles
 * stand in order, so that a question looks at the few around its own; the others stay in their slots. A ring of links from slot to
 * slot, in order of when they were last seen, says whose turn it is to make room. Nothing is allocated.
 */
export class PrototypeStore {
  /** When the nearest of the last question was last seen; no part of the state. */
  nearestStamp = EMPTY;
  private readonly slab: Slab;
  private readonly places: number;
  /** Numbers of a shingle beside the newest. */
  private readonly others: number;
  /**
   * Where in a block the newest numbers begin, in order; then the others by slot, when each was last seen, whose number is where, for
   * each slot the one seen next after it (after the last one the one not seen for longest), and the one seen last.
   */
  private readonly newest: number;
  private readonly rest: number;
  private readonly stamps: number;
  private readonly slots: number;
  private readonly later: number;
  private readonly last: number;
  private nearestSlot = -1;
  /** Where the last window belongs in the order. */
  private position = 0;
  /** Distance of the last find, in an array so that no number is allocated for it. */
  private readonly found = new Float64Array(1);

  /** Shingles of `length` numbers, at most `places` (a multiple of eight) of each series, in its block from word `at` on. */
  constructor(slab: Slab, at: number, places: number, length: number) {
    this.slab = slab;
    this.places = places;
    this.others = length - 1;
    this.newest = at;
    this.rest = at + places;
    this.stamps = 2 * (at + places * length);
    this.slots = 4 * this.stamps + 4 * places;
    this.later = this.slots + places;
    this.last = this.later + places;
  }

  /** Words of a block that so many shingles take. */
  static words(places: number, length: number): number {
    return places * length + places / 2 + places / 4 + 1;
  }

  /** Distance from the window that begins at `from` to the nearest kept; Infinity where nothing is kept yet. */
  nearest(series: number, window: Float64Array, from = 0): number {
    this.find(series, window, from, Number.POSITIVE_INFINITY);
    const { counts, stride } = this.slab;
    this.nearestStamp =
      this.nearestSlot < 0 ? EMPTY : (counts[2 * series * stride + this.stamps + this.nearestSlot] as number);
    return this.found[0] as number;
  }

  /** The newest number of what a series keeps as last seen at a row; NaN where it keeps nothing of that row. */
  newestAt(series: number, row: number): number {
    const { numbers, counts, bytes, stride } = this.slab;
    for (let place = 0, filled = this.filled(series); place < filled; place += 1) {
      const slot = bytes[8 * series * stride + this.slots + place] as number;
      if (counts[2 * series * stride + this.stamps + slot] === row)
        return numbers[series * stride + this.newest + place] as number;
    }
    return Number.NaN;
  }

  /** Keeps the window that begins at `from`, seen at `row`. */
  learn(series: number, window: Float64Array, radius: number, row: number, from = 0): void {
    this.find(series, window, from, radius);
    const stamp = Math.min(0xffff_ffff, row);
    if (this.nearestSlot >= 0) {
      this.slab.counts[2 * series * this.slab.stride + this.stamps + this.nearestSlot] = stamp;
      this.renew(series, this.nearestSlot);
    } else this.insert(series, window, from, stamp);
  }

  /** Makes a slot of the ring the one seen last. */
  private renew(series: number, slot: number): void {
    const { bytes, stride } = this.slab;
    const block = 8 * series * stride;
    const later = block + this.later;
    const last = bytes[block + this.last] as number;
    if (slot === last) return;
    if (slot === bytes[later + last]) {
      // The first of a closed ring is its last when it is turned.
      bytes[block + this.last] = slot;
      return;
    }
    let before = later;
    while (bytes[before] !== slot) before += 1;
    bytes[before] = bytes[later + slot] as number;
    this.link(series, slot);
  }

  /** Puts a slot into the ring as the one seen last. */
  private link(series: number, slot: number): void {
    const { bytes, stride } = this.slab;
    const block = 8 * series * stride;
    const last = block + this.later + (bytes[block + this.last] as number);
    const oldest = bytes[last] as number;
    bytes[last] = slot;
    bytes[block + this.later + slot] = oldest;
    bytes[block + this.last] = slot;
  }

  /** How many slots of a series are taken; they are taken in order. */
  private filled(series: number): number {
    const { counts, stride } = this.slab;
    const first = 2 * series * stride + this.stamps;
    if (counts[first + this.places - 1] !== EMPTY) return this.places;
    let low = 0;
    let high = this.places - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (counts[first + middle] === EMPTY) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Finds the nearest that is no further than `bound`, of several the one seen last: outwards from where the window belongs. */
  private find(series: number, window: Float64Array, from: number, bound: number): void {
    const { others, found } = this;
    const { numbers, counts, bytes, stride } = this.slab;
    const block = series * stride;
    const newest = block + this.newest;
    const rest = block + this.rest;
    const stamps = 2 * block + this.stamps;
    const slots = 8 * block + this.slots;
    const filled = this.filled(series);
    const own = window[from] as number;
    let low = 0;
    let high = filled;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[newest + middle] as number) < own) low = middle + 1;
      else high = middle;
    }
    this.position = low;
    let best = bound;
    let nearest = -1;
    let below = low - 1;
    let above = low;
    let under = below < 0 ? Number.POSITIVE_INFINITY : own - (numbers[newest + below] as number);
    let over = above >= filled ? Number.POSITIVE_INFINITY : (numbers[newest + above] as number) - own;
    while (below >= 0 || above < filled) {
      let place = above;
      let distance = over;
      if (under <= over) {
        place = below;
        distance = under;
        below -= 1;
        under = below < 0 ? Number.POSITIVE_INFINITY : own - (numbers[newest + below] as number);
      } else {
        above += 1;
        over = above >= filled ? Number.POSITIVE_INFINITY : (numbers[newest + above] as number) - own;
      }
      if (distance > best) break;
      const slot = bytes[slots + place] as number;
      for (let back = 1, at = rest + slot * others; back <= others && distance <= best; back += 1, at += 1) {
        const difference = Math.abs((numbers[at] as number) - (window[from + back] as number));
        if (difference > distance) distance = difference;
      }
      if (distance > best) continue;
      if (distance === best && nearest >= 0 && (counts[stamps + slot] as number) < (counts[stamps + nearest] as number))
        continue;
      best = distance;
      nearest = slot;
    }
    this.nearestSlot = nearest;
    found[0] = nearest < 0 ? Number.POSITIVE_INFINITY : best;
  }

  /** Puts a window where it belongs, in a free slot or in that of the one not seen for longest. */
  private insert(series: number, window: Float64Array, from: number, stamp: number): void {
    const { places, others, position } = this;
    const { numbers, counts, bytes, stride } = this.slab;
    const block = series * stride;
    const stamps = 2 * block + this.stamps;
    const slots = 8 * block + this.slots;
    let free = this.filled(series);
    let slot = free;
    if (free === places) {
      slot = bytes[8 * block + this.later + (bytes[8 * block + this.last] as number)] as number;
      bytes[8 * block + this.last] = slot;
      free = 0;
      while (bytes[slots + free] !== slot) free += 1;
    } else this.link(series, slot);
    const target = free < position ? position - 1 : position;
    const newest = block + this.newest;
    for (let place = free; place < target; place += 1) {
      numbers[newest + place] = numbers[newest + place + 1] as number;
      bytes[slots + place] = bytes[slots + place + 1] as number;
    }
    for (let place = free; place > target; place -= 1) {
      numbers[newest + place] = numbers[newest + place - 1] as number;
      bytes[slots + place] = bytes[slots + place - 1] as number;
    }
    numbers[newest + target] = window[from] as number;
    bytes[slots + target] = slot;
    counts[stamps + slot] = stamp;
    for (let back = 1, at = block + this.rest + slot * others; back <= others; back += 1, at += 1)
      numbers[at] = window[from + back] as number;
  }
}
