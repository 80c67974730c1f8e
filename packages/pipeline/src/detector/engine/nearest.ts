import type { SortedRing } from './sorted-ring.ts';

/** The nearest earlier row: how far, and how many rows ago; Infinity and 0 where nothing can be compared yet. */
export interface Nearest {
  distance: number;
  rowsAgo: number;
}

/**
 * Nearest earlier shingle on raw scale: the last `length` numbers of `ring` (the newest put in last) against every earlier run of
 * as many whose end lies more than `recent` rows back (what overlaps with the newest is no precedent). Distance: the largest difference (L-infinity), which cannot overflow.
 * Exact: candidates come in order of the difference of their last number, and no later one can be nearer than that.
 */
export function nearestShingle(ring: SortedRing, length: number, recent: number, out: Nearest): void {
  const { values, order, count, size } = ring;
  const capacity = values.length;
  const own = (count - 1) % capacity;
  const value = values[own] as number;
  out.distance = Number.POSITIVE_INFINITY;
  out.rowsAgo = 0;
  // The oldest row whose whole shingle is still inside.
  const reach = size - length;
  let right = ring.below(value);
  let left = right - 1;
  let best = Number.POSITIVE_INFINITY;
  let bestAge = 0;
  for (;;) {
    const downwards = left >= 0 ? value - (values[order[left] as number] as number) : Number.POSITIVE_INFINITY;
    const upwards = right < size ? (values[order[right] as number] as number) - value : Number.POSITIVE_INFINITY;
    let slot: number;
    let distance: number;
    if (downwards < upwards) {
      distance = downwards;
      slot = order[left] as number;
      left -= 1;
    } else {
      distance = upwards;
      slot = right < size ? (order[right] as number) : 0;
      right += 1;
    }
    if (distance >= best || distance === Number.POSITIVE_INFINITY) break;
    let age = own - slot;
    if (age < 0) age += capacity;
    if (age <= recent || age > reach) continue;
    let ownSlot = own;
    let otherSlot = slot;
    for (let back = 1; back < length; back += 1) {
      ownSlot = ownSlot === 0 ? capacity - 1 : ownSlot - 1;
      otherSlot = otherSlot === 0 ? capacity - 1 : otherSlot - 1;
      const difference = Math.abs((values[ownSlot] as number) - (values[otherSlot] as number));
      if (difference > distance) {
        distance = difference;
        if (distance >= best) break;
      }
    }
    if (distance < best) {
      best = distance;
      bestAge = age;
      if (best === 0) break;
    }
  }
  out.distance = best;
  out.rowsAgo = bestAge;
}
