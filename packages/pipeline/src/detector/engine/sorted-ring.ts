/**
 * The last `capacity` numbers that were put in, findable by value: a ring in order of arrival, and the ring's slots in order of
 * value. Putting in and ranking cost a binary search and one move of at most 2 bytes a number; nothing is allocated.
 */
export class SortedRing {
  readonly values: Float64Array;
  /** Slots of `values`, by rising value; equal values by arrival. */
  readonly order: Uint16Array;
  /** Numbers inside. */
  size = 0;
  /** Numbers ever put in; the next one goes to slot `count % capacity`. */
  count = 0;

  constructor(capacity: number) {
    if (capacity < 1 || capacity > 65_536) throw new RangeError('A sorted ring holds 1 to 65,536 numbers.');
    this.values = new Float64Array(capacity);
    this.order = new Uint16Array(capacity);
  }

  /** How many of the numbers are smaller than `value`. */
  below(value: number): number {
    const { values, order } = this;
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[order[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The number at a rank, 0 being the smallest. */
  at(rank: number): number {
    return this.values[this.order[rank] as number] as number;
  }

  /** Puts a number in; the oldest leaves when the ring is full. */
  push(value: number): void {
    const { values, order } = this;
    const slot = this.count % values.length;
    if (this.size === values.length) {
      const oldest = values[slot] as number;
      let rank = this.below(oldest);
      while (order[rank] !== slot) rank += 1;
      order.copyWithin(rank, rank + 1, this.size);
      this.size -= 1;
    }
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[order[middle] as number] as number) <= value) low = middle + 1;
      else high = middle;
    }
    order.copyWithin(low + 1, low, this.size);
    order[low] = slot;
    values[slot] = value;
    this.size += 1;
    this.count += 1;
  }
}
