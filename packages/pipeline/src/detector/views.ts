import { get, S, type SeriesState } from './series-state.ts';

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
