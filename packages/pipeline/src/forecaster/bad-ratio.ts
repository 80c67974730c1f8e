import { betaDraw } from '../slo/beta.ts';
import { HistorySums, type SloHistory } from '../slo/history.ts';
import type { SeededRandom } from '../random/seeded.ts';

/** Points that a block of the bootstrap holds: neighbours stay together, as errors come in bursts. */
const BLOCK = 10;
/** How uncertain the further course of a young incident is (standard deviation of the log of its level), and how fast that settles. */
const YOUNG_SPREAD = 0.35;
const SETTLED_SPREAD = 0.08;
const SETTLING_SECONDS = 120;

/** What the paths are drawn from: the part of the history in which the incident already showed. */
export interface PresentTrouble {
  readonly bad: number;
  readonly total: number;
  readonly ratio: number;
  /** Ratios of single points over the mean ratio: the shape that blocks are drawn from. */
  readonly shape: readonly number[];
  readonly ageSeconds: number;
}

/** The later half of the time since the incident began (it may still be rising), at least 5 s and at most 5 min. */
export function presentTrouble(history: SloHistory, openedAtMs: number, nowMs: number): PresentTrouble {
  const ageSeconds = Math.max(0, (nowMs - openedAtMs) / 1000);
  const seconds = Math.min(300, Math.max(5, ageSeconds / 2));
  const fromMs = nowMs - seconds * 1000;
  const { bad, total } = new HistorySums(history).between(fromMs, nowMs);
  const ratio = total > 0 ? bad / total : 0;
  const shape: number[] = [];
  history.timestampMs.forEach((at, i) => {
    const events = history.total[i] as number;
    if (at > fromMs && at <= nowMs && events > 0 && ratio > 0) shape.push((history.bad[i] as number) / events / ratio);
  });
  return { bad, total, ratio, shape, ageSeconds };
}

/**
 * One path of the ratio of bad events, if nothing is done and the trouble lasts: a level from the Beta posterior (Jeffreys) of
 * the present ratio, widened while the incident is young, times blocks drawn from its recent shape. `steps` values in [0,1];
 * `perStep` points are averaged into each.
 */
export function badRatioPath(
  trouble: PresentTrouble,
  steps: number,
  perStep: number,
  random: SeededRandom,
  out: Float64Array,
): void {
  const level = betaDraw(trouble.bad + 0.5, Math.max(0, trouble.total - trouble.bad) + 0.5, random);
  const spread = SETTLED_SPREAD + (YOUNG_SPREAD - SETTLED_SPREAD) * Math.exp(-trouble.ageSeconds / SETTLING_SECONDS);
  const wander = Math.exp(spread * random.normal());
  const { shape } = trouble;
  const blocks = Math.max(1, Math.ceil(perStep / BLOCK));
  for (let step = 0; step < steps; step++) {
    let factor = 1;
    if (shape.length >= BLOCK) {
      let sum = 0;
      for (let block = 0; block < blocks; block++) {
        const from = Math.floor(random.uniform() * (shape.length - BLOCK + 1));
        for (let i = 0; i < BLOCK; i++) sum += shape[from + i] as number;
      }
      factor = sum / (blocks * BLOCK);
    }
    out[step] = Math.min(1, Math.max(0, level * wander * factor));
  }
}
