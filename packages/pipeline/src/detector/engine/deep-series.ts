import { AlarmPolicy, type Decision, type Preset } from './alarm-policy.ts';
import { Autoregression } from './autoregression.ts';
import { CONSTANTS } from './constants.ts';
import { nearestShingle, type Nearest } from './nearest.ts';
import { PhaseMemory } from './phase-memory.ts';
import { levelResidual, ResidualScale } from './residual-view.ts';
import { SortedRing } from './sorted-ring.ts';
import type { Spread } from './spread.ts';
import { Tail } from './tail.ts';

/** Larger magnitudes are cut to this: sums and products of a few stay finite. */
const LARGEST = 1e150;

/** Differences below this share of the values are rounding, not news. */
const ROUNDING = 1e-9;

const DAY_MS = 86_400_000;

/** What a row was found to be. Reused from row to row. */
export interface DeepScore extends Decision {
  /** Mean surprise of the novelty views, -log10 of how rare the row is for this series. */
  novelty: number;
  /** Median residual of the deviation views, in 98 % quantiles of their past residuals: comparable across series. */
  deviation: number;
  /** What the middle deviation view expected, and the band beyond which it would open an event; NaN while learning. */
  expected: number;
  low: number;
  high: number;
  /** The view that was surprised most. */
  view: string;
  /** Rows back to the nearest past instance on that view; 0 where there is none. */
  nearestRowsAgo: number;
  /** Less than 50 rows, or less than a season, has been seen. */
  learning: boolean;
}

export interface DeepOptions {
  readonly preset: Preset;
  /** Length of the season that rows are compared across; a day by default. */
  readonly seasonMs?: number;
}

const SHINGLE_VIEWS = CONSTANTS.shingles.map((length) => `shingle-${length}`);
const MEAN_VIEWS = CONSTANTS.means.map((length) => `mean-${length}`);
const STRANGE = CONSTANTS.shingles.indexOf(8);

const ROWS = 0;
const FIRST_AT = 1;

/** A score before any row. */
export function emptyDeepScore(): DeepScore {
  return {
    score: 0,
    alarm: false,
    novelty: 0,
    deviation: 0,
    expected: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    view: '',
    nearestRowsAgo: 0,
    learning: true,
  };
}

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
  readonly numbers = new Float64Array([0, Number.NaN]);
  readonly preset: Preset;
  readonly seasonMs: number;
  private readonly near: Nearest = { distance: 0, rowsAgo: 0 };
  private readonly magnitudes = new Float64Array(3);
  private readonly predictions = new Float64Array(3);

  constructor({ preset, seasonMs = DAY_MS }: DeepOptions) {
    this.preset = preset;
    this.seasonMs = seasonMs;
    this.phase = new PhaseMemory(seasonMs);
    this.policy = new AlarmPolicy(preset);
  }

  /** Scores a row by this and earlier rows, and learns it. A value that is not finite is a lost sample: unknown, never zero. */
  step(at: number, value: number, out: DeepScore): void {
    out.alarm = false;
    out.score = 0;
    out.novelty = 0;
    out.deviation = 0;
    out.expected = Number.NaN;
    out.low = Number.NaN;
    out.high = Number.NaN;
    out.view = '';
    out.nearestRowsAgo = 0;
    if (!Number.isFinite(value)) return;
    const known = Math.max(-LARGEST, Math.min(LARGEST, value));
    const { numbers } = this;
    const rows = (numbers[ROWS] as number) + 1;
    numbers[ROWS] = rows;
    if (rows === 1) numbers[FIRST_AT] = at;
    out.learning = rows < CONSTANTS.warmRows || at - (numbers[FIRST_AT] as number) < this.seasonMs;
    const strange = this.scoreNovelty(at, known, out);
    this.scoreDeviation(known, rows, out);
    this.policy.decide(at, out.novelty, out.deviation, strange, out);
  }

  private scoreNovelty(at: number, value: number, out: DeepScore): number {
    const { raw, means, near } = this;
    raw.push(value);
    let sum = 0;
    let most = 0;
    let strange = 0;
    const take = (tail: Tail, view: string): void => {
      if (near.distance === Number.POSITIVE_INFINITY) return;
      const surprise = tail.score(near.distance);
      sum += surprise;
      if (surprise <= most) return;
      most = surprise;
      out.view = view;
      out.nearestRowsAgo = near.rowsAgo;
    };
    const rounding = ROUNDING * Math.abs(value);
    for (let index = 0; index < SHINGLE_VIEWS.length; index += 1) {
      const length = CONSTANTS.shingles[index] as number;
      nearestShingle(raw, length, length, near);
      if (index === STRANGE && near.distance !== Number.POSITIVE_INFINITY)
        strange = this.strangeness.score(near.distance);
      take(this.shingleTails[index] as Tail, SHINGLE_VIEWS[index] as string);
    }
    for (let index = 0; index < MEAN_VIEWS.length; index += 1) {
      const length = CONSTANTS.means[index] as number;
      const ring = means[index] as SortedRing;
      ring.push(this.meanOf(length));
      nearestShingle(ring, 1, length, near);
      if (near.distance < rounding) near.distance = 0;
      take(this.meanTails[index] as Tail, MEAN_VIEWS[index] as string);
    }
    const mean = this.meanOf(CONSTANTS.phaseMean);
    near.distance = this.phase.distance(at, mean);
    near.rowsAgo = 0;
    if (near.distance < rounding) near.distance = 0;
    take(this.phaseTail, 'phase');
    this.phase.learn(at, mean);
    out.novelty = sum / (SHINGLE_VIEWS.length + MEAN_VIEWS.length + 1);
    return strange;
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
      this.phase.values,
      this.phase.seasons,
      ...this.tails().map(({ fit }) => fit),
      ...[...this.scales, this.strangeness].map((scale) => scale.numbers),
      ...this.spreads().map((spread) => spread.numbers),
    ];
  }
}
