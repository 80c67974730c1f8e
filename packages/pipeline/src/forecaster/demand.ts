import { HistorySums, type SloHistory } from '../slo/history.ts';

/** Seconds over which the present level of demand is taken. */
const PRESENT_SECONDS = 60;
/** Half width of the phase window that a season's value is taken over. */
const PHASE_SHARE = 1 / 40;
const LEVEL_LIMIT = 2;

function rate(sums: HistorySums, fromMs: number, toMs: number): number {
  const { total, observedSeconds } = sums.between(fromMs, toMs);
  return observedSeconds > 0 ? total / observedSeconds : Number.NaN;
}

/**
 * Demand in events per second at each of `atMs`: the mean at the same phase of the earlier seasons, scaled by how the last
 * minute compares with its own phase; the last minute's level while no season has been seen. Never negative.
 */
export function forecastDemand(
  history: SloHistory,
  seasonSeconds: readonly number[],
  nowMs: number,
  atMs: readonly number[],
): number[] {
  const sums = new HistorySums(history);
  const present = rate(sums, nowMs - PRESENT_SECONDS * 1000, nowMs);
  const first = history.timestampMs[0] ?? nowMs;
  const level = Number.isNaN(present)
    ? Number.isNaN(rate(sums, first - 1, nowMs))
      ? 0
      : rate(sums, first - 1, nowMs)
    : present;
  const season = seasonSeconds.find((seconds) => nowMs - first >= seconds * 1000);
  if (season === undefined) return atMs.map(() => level);
  const seasonMs = season * 1000;
  const half = seasonMs * PHASE_SHARE;
  const samePhase = (at: number): number => {
    let sum = 0;
    let weight = 0;
    let share = 1;
    for (
      let earlier = at - Math.ceil((at - nowMs + half) / seasonMs) * seasonMs;
      earlier > first && share > 0.05;
      earlier -= seasonMs
    ) {
      const value = rate(sums, earlier - half, earlier + half);
      if (!Number.isNaN(value)) {
        sum += share * value;
        weight += share;
      }
      share *= 0.7;
    }
    return weight > 0 ? sum / weight : Number.NaN;
  };
  const usual = samePhase(nowMs - (PRESENT_SECONDS * 1000) / 2);
  const scale = usual > 0 ? Math.min(LEVEL_LIMIT, Math.max(1 / LEVEL_LIMIT, level / usual)) : 1;
  return atMs.map((at) => {
    const value = samePhase(at);
    return Number.isNaN(value) ? level : Math.max(0, value * scale);
  });
}
