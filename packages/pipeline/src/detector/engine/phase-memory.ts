/** Slots of a season, seasons remembered, slots to either side that are the same phase, and the share of a season that is "earlier". */
const SLOTS = 384;
const SEASONS = 16;
const TOLERANCE = 16;
const EARLIER = 0.25;

/** What a series was at the same phase (within 1/24 of a season) of earlier seasons: the last value in every 1/384 of each of 16. */
export class PhaseMemory {
  readonly values = new Float64Array(SLOTS * SEASONS).fill(Number.NaN);
  /** Number of the season that each column holds; NaN before the first. */
  readonly seasons = new Float64Array(SEASONS).fill(Number.NaN);
  /** When the nearest value of the last comparison was seen, to a slot; NaN where there was none. No part of the state. */
  nearestAt = Number.NaN;
  private readonly seasonMs: number;

  constructor(seasonMs: number) {
    this.seasonMs = seasonMs;
  }

  /** Distance to the nearest value of the same phase at least a quarter of a season ago; Infinity where there is none. */
  distance(at: number, value: number): number {
    const { values, seasons, seasonMs } = this;
    const slotMs = seasonMs / SLOTS;
    const slot = Math.floor((at - Math.floor(at / seasonMs) * seasonMs) / slotMs);
    const latest = at - EARLIER * seasonMs;
    let best = Number.POSITIVE_INFINITY;
    this.nearestAt = Number.NaN;
    for (let column = 0; column < SEASONS; column += 1) {
      const season = seasons[column] as number;
      if (Number.isNaN(season)) continue;
      for (let away = -TOLERANCE; away <= TOLERANCE; away += 1) {
        const phase = (slot + away + SLOTS) % SLOTS;
        if (season * seasonMs + phase * slotMs > latest) continue;
        const difference = Math.abs((values[column * SLOTS + phase] as number) - value);
        if (difference < best) {
          best = difference; // NaN, an empty slot, never is
          this.nearestAt = season * seasonMs + phase * slotMs;
        }
      }
    }
    return best;
  }

  learn(at: number, value: number): void {
    const { values, seasons, seasonMs } = this;
    const season = Math.floor(at / seasonMs);
    const column = ((season % SEASONS) + SEASONS) % SEASONS;
    // Also when the column holds a later season: a clock that was wrong once must not keep it for ever.
    if (season !== seasons[column]) {
      values.fill(Number.NaN, column * SLOTS, (column + 1) * SLOTS);
      seasons[column] = season;
    }
    const slot = Math.min(SLOTS - 1, Math.floor(((at - season * seasonMs) / seasonMs) * SLOTS));
    values[column * SLOTS + slot] = value;
  }
}
