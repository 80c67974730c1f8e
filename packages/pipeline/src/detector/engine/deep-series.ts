import { AlarmPolicy, type Preset } from './alarm-policy.ts';
import { Autoregression } from './autoregression.ts';
import { CONSTANTS } from './constants.ts';
import { CounterRate } from './counter-rate.ts';
import { clearDeepScore, MEAN_VIEWS, PHASE_VIEW, SHINGLE_VIEWS, type DeepScore } from './deep-score.ts';
import { EpisodeTracker } from './episode.ts';
import { LARGEST, ROUNDING } from './magnitudes.ts';
import { nearestShingle, type Nearest } from './nearest.ts';
import { PhaseMemory } from './phase-memory.ts';
import { levelResidual, ResidualScale } from './residual-view.ts';
import { SortedRing } from './sorted-ring.ts';
import type { Spread } from './spread.ts';
import { Tail } from './tail.ts';

const DAY_MS = 86_400_000;

export interface DeepOptions {
  readonly preset: Preset;
  /** Length of the season that rows are compared across; a day by default. */
  readonly seasonMs?: number;
  /** The values are of a counter that only grows: its rate is scored. */
  readonly counter?: boolean;
}

const STRANGE = CONSTANTS.shingles.indexOf(8);

const ROWS = 0;
/** Time that was observed, in ms; a gap adds no more than 1/24 of a season. */
const OBSERVED = 1;
const LAST_AT = 2;
const LAST_VALUE = 3;
const GAP_SHARE = 1 / 24;

/** The Detector's deep tier for one series: rings of its history, every view, and the alarm policy of one preset. */
export class DeepSeries {
  readonly raw = new SortedRing(CONSTANTS.history);
  readonly means = CONSTANTS.means.map(() => new SortedRing(CONSTANTS.history));
  readonly shingleTails = CONSTANTS.shingles.map(() => new Tail(CONSTANTS.usual));
  readonly meanTails = CONSTANTS.means.map(() => new Tail(CONSTANTS.usual));
  readonly phase: PhaseMemory;
  readonly phaseTail = new Tail(CONSTANTS.usual);
  readonly levels = new Float64Array(CONSTANTS.halfLives.length).fill(Number.NaN);
  readonly autoregression = new Autoregression();
  /** One scale per residual view (levels, then the autoregression), and one for how strange the last 8 rows are. */
  readonly scales = [...CONSTANTS.halfLives, CONSTANTS.lags].map(() => new ResidualScale());
  readonly strangeness = new ResidualScale();
  readonly policy: AlarmPolicy;
  readonly episode: EpisodeTracker;
  /** When the rows of `raw` were, slot by slot. */
  readonly times = new Float64Array(CONSTANTS.history);
  readonly rate = new CounterRate();
  readonly numbers = new Float64Array([0, 0, Number.NaN, Number.NaN]);
  readonly preset: Preset;
  readonly seasonMs: number;
  readonly counter: boolean;
  private most = 0;
  private readonly near: Nearest = { distance: 0, rowsAgo: 0 };
  private readonly magnitudes = new Float64Array(3);
  private readonly predictions = new Float64Array(3);

  constructor({ preset, seasonMs = DAY_MS, counter = false }: DeepOptions) {
    this.preset = preset;
    this.seasonMs = seasonMs;
    this.counter = counter;
    this.episode = new EpisodeTracker(preset);
    this.phase = new PhaseMemory(seasonMs);
    this.policy = new AlarmPolicy(preset);
  }

  /**
   * Scores a row by this and earlier rows, and learns it. A value that is not finite is a lost sample: unknown, never zero; a row
   * equal to the one before in time and value was delivered twice and says nothing. Rows count in order of arrival.
   */
  step(at: number, sample: number, out: DeepScore): void {
    clearDeepScore(out);
    const { numbers } = this;
    const value = this.counter ? this.rate.rate(at, sample) : sample;
    out.learning = this.learns();
    if (!Number.isFinite(value)) return;
    const known = Math.max(-LARGEST, Math.min(LARGEST, value));
    const last = numbers[LAST_AT] as number;
    if (at === last && known === numbers[LAST_VALUE]) return;
    numbers[ROWS] = (numbers[ROWS] as number) + 1;
    if (at > last) numbers[OBSERVED] = (numbers[OBSERVED] as number) + Math.min(at - last, GAP_SHARE * this.seasonMs);
    numbers[LAST_AT] = at;
    numbers[LAST_VALUE] = known;
    out.learning = this.learns();
    const strange = this.scoreNovelty(at, known, out);
    this.scoreDeviation(known, numbers[ROWS] as number, out);
    this.policy.decide(at, out.novelty, out.deviation, strange, out);
    this.episode.follow(at, known, out);
  }

  /** The newest value that was scored, a counter's as its rate; NaN before the first. */
  get newest(): number {
    return this.numbers[LAST_VALUE] as number;
  }

  private learns(): boolean {
    const { numbers } = this;
    return (numbers[ROWS] as number) < CONSTANTS.warmRows || (numbers[OBSERVED] as number) < this.seasonMs;
  }

  private scoreNovelty(at: number, value: number, out: DeepScore): number {
    const { raw, means, near, phase } = this;
    this.times[raw.count % this.times.length] = at;
    raw.push(value);
    this.most = 0;
    let sum = 0;
    let strange = 0;
    const rounding = ROUNDING * Math.abs(value);
    for (let index = 0; index < SHINGLE_VIEWS.length; index += 1) {
      const length = CONSTANTS.shingles[index] as number;
      nearestShingle(raw, length, length, near);
      if (index === STRANGE && near.distance !== Number.POSITIVE_INFINITY)
        strange = this.strangeness.score(near.distance);
      sum += this.surprise(this.shingleTails[index] as Tail, SHINGLE_VIEWS[index] as string, Number.NaN, out);
    }
    for (let index = 0; index < MEAN_VIEWS.length; index += 1) {
      const length = CONSTANTS.means[index] as number;
      const ring = means[index] as SortedRing;
      ring.push(this.meanOf(length));
      nearestShingle(ring, 1, length, near);
      if (near.distance < rounding) near.distance = 0;
      sum += this.surprise(this.meanTails[index] as Tail, MEAN_VIEWS[index] as string, Number.NaN, out);
    }
    const mean = this.meanOf(CONSTANTS.phaseMean);
    near.distance = phase.distance(at, mean);
    near.rowsAgo = 0;
    if (near.distance < rounding) near.distance = 0;
    sum += this.surprise(this.phaseTail, PHASE_VIEW, phase.nearestAt, out);
    phase.learn(at, mean);
    out.novelty = sum / (SHINGLE_VIEWS.length + MEAN_VIEWS.length + 1);
    return strange;
  }

  /** Surprise of a view whose nearest instance has just been looked for; the view with the most names the row. */
  private surprise(tail: Tail, view: string, nearestAt: number, out: DeepScore): number {
    const { near, times, raw } = this;
    if (near.distance === Number.POSITIVE_INFINITY) return 0;
    const surprise = tail.score(near.distance);
    if (surprise > this.most) {
      this.most = surprise;
      out.view = view;
      out.nearestRowsAgo = near.rowsAgo;
      out.nearestAt = near.rowsAgo === 0 ? nearestAt : (times[(raw.count - 1 - near.rowsAgo) % times.length] as number);
    }
    return surprise;
  }

  /** Mean of the newest `length` values, or of all there are; summed anew, so that equal windows give equal means. */
  private meanOf(length: number): number {
    const { values, count, size } = this.raw;
    const used = Math.min(length, size);
    let sum = 0;
    let slot = (count - used) % values.length;
    for (let index = 0; index < used; index += 1) {
      sum += values[slot] as number;
      slot += 1;
      if (slot === values.length) slot = 0;
    }
    return sum / used;
  }

  private scoreDeviation(value: number, rows: number, out: DeepScore): void {
    const { levels, scales, magnitudes, predictions } = this;
    for (let view = 0; view < scales.length; view += 1) {
      const halfLife = CONSTANTS.halfLives[view];
      const residual =
        halfLife === undefined
          ? this.autoregression.residual(value)
          : levelResidual(levels, view, 1 - 2 ** (-1 / halfLife), value);
      predictions[view] = value - residual;
      const kept = Math.abs(residual) < ROUNDING * Math.abs(value) || !Number.isFinite(residual) ? 0 : residual;
      magnitudes[view] = (scales[view] as ResidualScale).score(kept);
    }
    const [a, b, c] = magnitudes as unknown as [number, number, number];
    out.deviation = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    if (rows <= CONSTANTS.warmRows) return;
    const middle = out.deviation === a ? 0 : out.deviation === b ? 1 : 2;
    const expected = predictions[middle] as number;
    const scale = scales[middle] as ResidualScale;
    out.expected = expected;
    out.low = expected - CONSTANTS.precise.threshold * scale.spread(false);
    out.high = expected + CONSTANTS.precise.threshold * scale.spread(true);
  }

  /** Every spread of the state, in a fixed order. */
  spreads(): readonly Spread[] {
    return [...this.scales, this.strangeness].flatMap(({ up, down }) => [up, down]);
  }

  /** Every ring of the state, in a fixed order. */
  rings(): readonly SortedRing[] {
    return [this.raw, ...this.means, ...this.tails().map(({ ring }) => ring)];
  }

  /** Every fitted tail of the state, in a fixed order. */
  tails(): readonly Tail[] {
    return [...this.shingleTails, ...this.meanTails, this.phaseTail];
  }

  /** Every other array of the state, in a fixed order. */
  arrays(): readonly Float64Array[] {
    const { weights, inverse, past, numbers } = this.autoregression;
    return [
      this.numbers,
      this.levels,
      weights,
      inverse,
      past,
      numbers,
      this.policy.numbers,
      this.episode.numbers,
      this.rate.numbers,
      this.phase.values,
      this.phase.seasons,
      ...this.tails().map(({ fit }) => fit),
      ...[...this.scales, this.strangeness].map((scale) => scale.numbers),
      ...this.spreads().map((spread) => spread.numbers),
    ];
  }
}
