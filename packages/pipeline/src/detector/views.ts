import { get, PROTOTYPES, S, type SeriesState } from './series-state.ts';

/** Bins of a season's profile: 10 s bins of 10 min up to an hour, quarters of a day, hours of a week. */
export function binsOf(seasonMs: number): number {
  if (seasonMs <= 3_600_000) return 60;
  return seasonMs <= 86_400_000 ? 96 : 168;
}

/** What a season's profile expects at a moment; NaN where a bin has not been seen in an earlier pass. */
export function seasonValue(profile: Float32Array, offset: number, bins: number, seasonMs: number, at: number): number {
  // Linear between the centres of neighbouring bins, so that a bin's edge is no step.
  const position = ((at % seasonMs) / seasonMs) * bins - 0.5;
  const left = Math.floor(position);
  const share = position - left;
  const a = profile[offset + ((left + bins) % bins)] as number;
  const b = profile[offset + ((left + 1) % bins)] as number;
  return a * (1 - share) + b * share;
}

/** Adds a value to the bin being filled; a bin enters the profile when it is left. */
export function updateSeason(
  state: SeriesState,
  season: number,
  offset: number,
  bins: number,
  seasonMs: number,
  at: number,
  value: number,
): void {
  const { scalars, profile } = state;
  const [binIndex, sumIndex, countIndex] =
    season === 0 ? [S.bin0, S.binSum0, S.binCount0] : [S.bin1, S.binSum1, S.binCount1];
  const bin = Math.floor(((at % seasonMs) / seasonMs) * bins) % bins;
  if (bin !== get(scalars, binIndex)) {
    const count = get(scalars, countIndex);
    if (count > 0) {
      const left = offset + get(scalars, binIndex);
      const mean = get(scalars, sumIndex) / count;
      const known = profile[left] as number;
      // Committed only on leaving the bin: a forecast never stands on the pass it is judged in.
      profile[left] = Number.isNaN(known) ? mean : 0.7 * known + 0.3 * mean;
    }
    scalars[binIndex] = bin;
    scalars[sumIndex] = 0;
    scalars[countIndex] = 0;
  }
  scalars[sumIndex] = get(scalars, sumIndex) + value;
  scalars[countIndex] = get(scalars, countIndex) + 1;
}

/** Surprise (-log10 p) of the distance from the pair (previous, value) to the nearest prototype on raw scale; learns it. */
export function noveltyOf(state: SeriesState, previous: number, value: number, learnIt: boolean): number {
  const { scalars, prototypes } = state;
  const range = get(scalars, S.high) - get(scalars, S.low);
  const radius = Math.max(0.02 * range, get(scalars, S.floor) * 0.02);
  let nearest = Number.POSITIVE_INFINITY;
  let which = -1;
  let weakest = 0;
  let weakestWeight = Number.POSITIVE_INFINITY;
  for (let i = 0; i < PROTOTYPES; i++) {
    const at = i * 3;
    const weight = prototypes[at + 2] as number;
    if (weight < weakestWeight) {
      weakestWeight = weight;
      weakest = at;
    }
    if (weight === 0) continue;
    const distance = Math.max(
      Math.abs((prototypes[at] as number) - previous),
      Math.abs((prototypes[at + 1] as number) - value),
    );
    if (distance < nearest) {
      nearest = distance;
      which = at;
    }
  }
  const q95 = get(scalars, S.noveltyQ95);
  const excess = get(scalars, S.noveltyExcess);
  const floor = Math.max(radius, Number.MIN_VALUE);
  const distance = Number.isFinite(nearest) ? nearest : 0;
  // Exponential tail over the running q95; below it a straight line through (0, 0) and (q95, 1.3).
  const surprise =
    distance <= Math.max(q95, floor)
      ? (1.3 * distance) / Math.max(q95, floor)
      : 1.3 + (distance - Math.max(q95, floor)) / Math.max(excess, floor) / Math.LN10;
  if (learnIt) {
    const count = get(scalars, S.noveltyCount) + 1;
    scalars[S.noveltyCount] = count;
    const step = Math.max(excess, floor) * Math.max(0.05, 1 / count);
    scalars[S.noveltyQ95] = Math.max(0, q95 + step * (distance > q95 ? 0.95 : -0.05));
    if (distance > q95) scalars[S.noveltyExcess] = excess + 0.05 * (distance - q95 - excess);
    if (count % 16 === 0)
      for (let at = 2; at < prototypes.length; at += 3) prototypes[at] = (prototypes[at] as number) * 0.984;
    if (which >= 0 && nearest <= radius) {
      prototypes[which + 2] = (prototypes[which + 2] as number) + 1;
    } else {
      prototypes[weakest] = previous;
      prototypes[weakest + 1] = value;
      prototypes[weakest + 2] = 1;
    }
  }
  return Math.min(12, surprise);
}
