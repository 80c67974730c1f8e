import { AlarmPolicy, type Preset } from './alarm-policy.ts';
import { Arrivals } from './arrivals.ts';
import { CONSTANTS } from './constants.ts';
import { clearDeepScore, type DeepScore } from './deep-score.ts';
import { LARGEST, ROUNDING } from './magnitudes.ts';
import { PrototypeStore } from './prototype-store.ts';
import { RunningQuantile } from './running-quantile.ts';
import { Slab } from './slab.ts';

const DAY_MS = 86_400_000;
const {
  lags: LAGS,
  shingle: SHINGLE,
  means: MEANS,
  prototypes: PROTOTYPES,
  meanPrototypes: MEAN_PROTOTYPES,
} = CONSTANTS.wide;
/** Values kept: a window of the longest mean, which is longer than two shingles and the lags. */
const RING = Math.max(...MEANS, 2 * SHINGLE, LAGS + 1);
const HALF_LIVES = CONSTANTS.halfLives;
const SHARES = HALF_LIVES.map((halfLife) => 1 - 2 ** (-1 / halfLife));
/** Residual views: one for each level, and the autoregression; novelty views: shingles, and means of two lengths. */
const RESIDUALS = HALF_LIVES.length + 1;
const NOVELTIES = 1 + MEANS.length;
const VIEW_NAMES = [`shingle-${SHINGLE}`, ...MEANS.map((length) => `mean-${length}`)];

/** What a series' block holds, in words. */
const LOW = Arrivals.words;
const HIGH = LOW + 1;
const LEVELS = HIGH + 1;
const WEIGHTS = LEVELS + HALF_LIVES.length;
const VALUES = WEIGHTS + LAGS;
const LARGEST_RESIDUALS = VALUES + RING;
const EXCESS = LARGEST_RESIDUALS + RESIDUALS;
/** What is learned of a mean is as old as it is long: those that the values kept do not give are kept themselves. */
const PAST_MEANS = EXCESS + NOVELTIES;
const isKept = (length: number): boolean => 2 * length > RING;
const POLICY = MEANS.reduce((sum, length) => (isKept(length) ? sum + length : sum), PAST_MEANS);
const SPREADS = POLICY + AlarmPolicy.size;
const USUAL = SPREADS + RunningQuantile.words(2 * RESIDUALS);
const SHINGLES = USUAL + RunningQuantile.words(NOVELTIES);
const MEAN_STORES = SHINGLES + PrototypeStore.words(PROTOTYPES, SHINGLE);
const SIZE = MEAN_STORES + MEANS.length * PrototypeStore.words(MEAN_PROTOTYPES, 1);
/** Times and values before the first. */
const MAY_BE_NAN = [...Arrivals.mayBeNaN, POLICY + AlarmPolicy.lastAt];
/** Surprise where the tail begins. */
const AT_TAIL = -Math.log10(1 - CONSTANTS.tailQuantile);

/**
 * The Detector's wide tier: any number of series in one piece of memory, some 3.5 kB each. The same two axes and the same alarm policy as
 * the deep tier, with prototypes for its history and O(1) quantiles for its histograms. A step allocates nothing.
 */
export class WideBank {
  readonly series: number;
  readonly preset: Preset;
  readonly seasonMs: number;
  readonly policy: AlarmPolicy;
  readonly slab: Slab;
  readonly shingles: PrototypeStore;
  readonly means: readonly PrototypeStore[];
  /** 98 % quantiles of residuals, above and below by view; then 95 % quantiles of distances. */
  readonly spreads: RunningQuantile;
  readonly usual: RunningQuantile;
  // Scratch: no part of the state.
  private readonly magnitudes = new Float64Array(RESIDUALS);
  private readonly residuals = new Float64Array(RESIDUALS);
  private readonly numbers: Float64Array;
  private readonly arrivals: Arrivals;
  /** The ring's values, newest first. */
  private readonly recent = new Float64Array(RING);
  /** Results of small functions: a number that is returned may be allocated, one that is written here is not. */
  private readonly mean = new Float64Array(1);
  private readonly surprised = new Float64Array(1);

  constructor(options: { readonly series: number; readonly preset: Preset; readonly seasonMs?: number }) {
    const { series, preset, seasonMs = DAY_MS } = options;
    this.series = series;
    this.preset = preset;
    this.seasonMs = seasonMs;
    this.slab = new Slab(series, SIZE);
    this.numbers = this.slab.numbers;
    this.arrivals = new Arrivals(this.slab, seasonMs);
    this.policy = new AlarmPolicy(preset, { numbers: this.numbers, stride: SIZE, at: POLICY });
    this.shingles = new PrototypeStore(this.slab, SHINGLES, PROTOTYPES, SHINGLE);
    this.means = MEANS.map((_, view) => {
      const at = MEAN_STORES + view * PrototypeStore.words(MEAN_PROTOTYPES, 1);
      return new PrototypeStore(this.slab, at, MEAN_PROTOTYPES, 1);
    });
    this.spreads = new RunningQuantile(this.slab, SPREADS, 2 * RESIDUALS, CONSTANTS.spreadQuantile, CONSTANTS.warmRows);
    this.usual = new RunningQuantile(this.slab, USUAL, NOVELTIES, CONSTANTS.tailQuantile, CONSTANTS.warmRows);
  }

  /** The whole state as bytes. What is no number gets one bit pattern of many, so that equal states give equal bytes. */
  state(): Uint8Array {
    const { numbers } = this;
    for (let base = 0; base < numbers.length; base += SIZE)
      for (const at of MAY_BE_NAN) if (Number.isNaN(numbers[base + at])) numbers[base + at] = Number.NaN;
    return this.slab.bytes;
  }

  /** Bytes of state of each series. */
  bytesPerSeries(): number {
    return this.slab.bytes.length / this.series;
  }

  /**
   * Scores a row of a series by it and earlier rows of the same series, and learns it. A value that is not finite is a lost sample; a
   * row equal to the one before in time and value was delivered twice and says nothing.
   */
  step(series: number, at: number, sample: number, out: DeepScore): void {
    clearDeepScore(out);
    const { numbers } = this;
    const base = series * SIZE;
    out.learning = this.arrivals.learns(series);
    if (!Number.isFinite(sample)) return;
    const value = Math.max(-LARGEST, Math.min(LARGEST, sample));
    const rows = this.arrivals.arrive(series, at, value);
    if (rows === 0) return;
    if (rows === 1) this.begin(base, value);
    out.learning = this.arrivals.learns(series);
    numbers[base + LOW] = Math.min(numbers[base + LOW] as number, value);
    numbers[base + HIGH] = Math.max(numbers[base + HIGH] as number, value);
    // As a whole number, for which the remainder is cheap.
    const slot = (rows >>> 0) % RING;
    numbers[base + VALUES + slot] = value;
    this.recall(base + VALUES, slot);
    this.scoreDeviation(series, base, rows, out);
    this.scoreNovelty(series, base, rows, out);
    this.policy.decide(at, out.novelty, out.deviation, 0, out, series);
  }

  private begin(base: number, value: number): void {
    const { numbers } = this;
    numbers[base + LOW] = value;
    numbers[base + HIGH] = value;
    for (let level = 0; level < HALF_LIVES.length; level += 1) numbers[base + LEVELS + level] = value;
    for (let slot = 0; slot < RING; slot += 1) numbers[base + VALUES + slot] = value;
    numbers[base + WEIGHTS] = 1;
  }

  /** Copies the ring that begins at `from`, whose newest value is in `slot`, to `recent`. */
  private recall(from: number, slot: number): void {
    const { numbers, recent } = this;
    let back = 0;
    for (let at = from + slot; at >= from; at -= 1) recent[back++] = numbers[at] as number;
    for (let at = from + RING - 1; back < RING; at -= 1) recent[back++] = numbers[at] as number;
  }

  private scoreDeviation(series: number, base: number, rows: number, out: DeepScore): void {
    const { numbers, recent, residuals, magnitudes } = this;
    const value = recent[0] as number;
    for (let view = 0; view < HALF_LIVES.length; view += 1) {
      const level = numbers[base + LEVELS + view] as number;
      numbers[base + LEVELS + view] = level + (SHARES[view] as number) * (value - level);
      residuals[view] = value - level;
    }
    this.predictByLags(base);
    this.measure(series, base, rows);
    const a = magnitudes[0] as number;
    const b = magnitudes[1] as number;
    const c = magnitudes[2] as number;
    const deviation = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    out.deviation = deviation;
    if (rows <= CONSTANTS.warmRows) return;
    const middle = deviation === a ? 0 : deviation === b ? 1 : 2;
    const expected = value - (residuals[middle] as number);
    out.expected = expected;
    out.low = expected - CONSTANTS.precise.threshold * this.spread(series, base, middle, 1);
    out.high = expected + CONSTANTS.precise.threshold * this.spread(series, base, middle, 0);
  }

  /**
   * Writes the last residual: normalised least mean squares over the last values, as distances from the slow level (Haykin, Adaptive
   * Filter Theory, ch. 6).
   */
  private predictByLags(base: number): void {
    const { numbers, recent, residuals } = this;
    const level = numbers[base + LEVELS + HALF_LIVES.length - 1] as number;
    const weights = base + WEIGHTS - 1;
    let prediction = level;
    let power = 0;
    for (let lag = 1; lag <= LAGS; lag += 1) {
      const away = (recent[lag] as number) - level;
      prediction += (numbers[weights + lag] as number) * away;
      power += away * away;
    }
    const residual = (recent[0] as number) - prediction;
    residuals[HALF_LIVES.length] = residual;
    if (power <= 0) return;
    const norm = Math.sqrt(power);
    const gain = (CONSTANTS.wide.learning * Math.max(-1, Math.min(1, residual / norm))) / norm;
    for (let lag = 1; lag <= LAGS; lag += 1)
      numbers[weights + lag] = (numbers[weights + lag] as number) + gain * ((recent[lag] as number) - level);
  }

  private spread(series: number, base: number, view: number, sign: number): number {
    const quantile = this.spreads.value(series, 2 * view + sign);
    const floor = CONSTANTS.spreadFloor * (this.numbers[base + LARGEST_RESIDUALS + view] as number);
    return Math.max(quantile, floor, Number.MIN_VALUE);
  }

  /** Each residual in units of what residuals of its sign usually reach; learns them. */
  private measure(series: number, base: number, rows: number): void {
    const { numbers, recent, residuals, magnitudes, spreads } = this;
    const rounding = ROUNDING * Math.abs(recent[0] as number);
    for (let view = 0; view < RESIDUALS; view += 1) {
      const residual = residuals[view] as number;
      const away = Math.abs(residual);
      const size = away < rounding ? 0 : Math.min(LARGEST, away);
      const sign = residual >= 0 || size === 0 ? 0 : 1;
      const at = base + LARGEST_RESIDUALS + view;
      numbers[at] = Math.max((numbers[at] as number) * 0.9999, size);
      magnitudes[view] =
        rows <= CONSTANTS.warmRows || size === 0 ? 0 : Math.min(1e6, size / this.spread(series, base, view, sign));
      spreads.add(series, 2 * view + sign, size);
    }
  }

  private scoreNovelty(series: number, base: number, rows: number, out: DeepScore): void {
    const { numbers, recent, mean } = this;
    const value = recent[0] as number;
    const radius = CONSTANTS.wide.radius * ((numbers[base + HIGH] as number) - (numbers[base + LOW] as number));
    let most = 0;
    let sum = 0;
    let from = rows;
    let past = base + PAST_MEANS;
    for (let view = 0; view < NOVELTIES; view += 1) {
      const store = view === 0 ? this.shingles : (this.means[view - 1] as PrototypeStore);
      let distance = 0;
      // What overlaps with the newest rows is no precedent: a shingle, or a mean, is learned when it has passed.
      if (view === 0) {
        if (rows > 2 * SHINGLE) store.learn(series, recent, radius, rows - SHINGLE, SHINGLE);
        distance = store.nearest(series, recent);
      } else {
        const length = MEANS[view - 1] as number;
        const kept = past + ((rows >>> 0) % length);
        const isPastKept = isKept(length);
        if (rows - length >= length) {
          if (isPastKept) mean[0] = numbers[kept] as number;
          else this.takeMean(length, length);
          store.learn(series, mean, radius / 4, rows - length);
        }
        this.takeMean(0, length);
        if (isPastKept) {
          numbers[kept] = mean[0] as number;
          past += length;
        }
        distance = store.nearest(series, mean);
      }
      if (distance === Number.POSITIVE_INFINITY) continue;
      this.measureSurprise(series, base, view, Math.abs(distance) < ROUNDING * Math.abs(value) ? 0 : distance, radius);
      const surprise = this.surprised[0] as number;
      sum += surprise;
      if (surprise <= most) continue;
      most = surprise;
      from = store.nearestStamp;
      out.view = VIEW_NAMES[view] as string;
    }
    out.nearestRowsAgo = rows - from;
    out.novelty = sum / NOVELTIES;
  }

  /** Writes the mean of `length` values, the newest of them `back` rows ago; summed anew, so that equal windows give equal means. */
  private takeMean(back: number, length: number): void {
    const { recent } = this;
    let sum = 0;
    for (let at = back, end = back + length; at < end; at += 1) sum += recent[at] as number;
    this.mean[0] = sum / length;
  }

  /** Writes -log10 of how rare a distance is: a line below the 95 % quantile, an exponential tail above it; learns the distance. */
  private measureSurprise(series: number, base: number, view: number, distance: number, radius: number): void {
    const { numbers, usual } = this;
    const start = Math.max(usual.value(series, view), radius / 4, Number.MIN_VALUE);
    const excess = Math.max(numbers[base + EXCESS + view] as number, radius / 16, Number.MIN_VALUE);
    const surprise =
      distance <= start
        ? (AT_TAIL * distance) / start
        : AT_TAIL + Math.min(CONSTANTS.surpriseCap, (distance - start) / excess / Math.LN10);
    const warm = usual.seen(series, view) >= CONSTANTS.warmRows;
    if (distance > start)
      numbers[base + EXCESS + view] =
        (numbers[base + EXCESS + view] as number) +
        0.05 * (distance - start - (numbers[base + EXCESS + view] as number));
    usual.add(series, view, distance);
    this.surprised[0] = warm ? Math.min(CONSTANTS.surpriseCap, surprise) : 0;
  }
}
