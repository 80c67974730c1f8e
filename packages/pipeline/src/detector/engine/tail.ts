import { CONSTANTS } from './constants.ts';
import { SortedRing } from './sorted-ring.ts';

/** Pushes after which the fitted tail is renewed. */
const REFIT_EVERY = 16;

/**
 * How rare a distance is among the recent ones: the empirical tail below the 95 % quantile, an exponential one fitted to the mean
 * excess above it (where ranks saturate and all large distances would tie).
 */
export class Tail {
  readonly ring: SortedRing;
  /** Start of the fitted tail, numbers above it, their mean excess. */
  readonly fit = new Float64Array(3);

  constructor(capacity: number) {
    this.ring = new SortedRing(capacity);
  }

  /** Surprise, -log10 of the share of distances at least as large, from 0 to the cap; then learns the distance. */
  score(distance: number): number {
    const { ring, fit } = this;
    let surprise = 0;
    if (ring.size >= CONSTANTS.warmRows) {
      if (ring.count % REFIT_EVERY === 0 || fit[1] === 0) this.refit();
      const start = fit[0] as number;
      const above = ring.size - ring.below(distance);
      const inTail = fit[1] as number;
      if (distance <= start || above > inTail) surprise = -Math.log10((above + 1) / (ring.size + 1));
      else {
        const excess = fit[2] as number;
        surprise =
          -Math.log10((inTail + 1) / (ring.size + 1)) + (excess > 0 ? (distance - start) / excess / Math.LN10 : 1);
      }
    }
    ring.push(distance);
    return Math.min(CONSTANTS.surpriseCap, surprise);
  }

  private refit(): void {
    const { ring, fit } = this;
    const inTail = Math.max(1, Math.ceil(ring.size * (1 - CONSTANTS.tailQuantile)));
    const start = ring.at(ring.size - inTail);
    let excess = 0;
    for (let rank = ring.size - inTail; rank < ring.size; rank += 1) excess += (ring.at(rank) - start) / inTail;
    fit[0] = start;
    fit[1] = inTail;
    fit[2] = excess;
  }
}
