import { AlarmPolicy, type Preset } from './alarm-policy.ts';
import { CONSTANTS } from './constants.ts';
import { clearDeepScore, type DeepScore } from './deep-score.ts';
import { PrototypeStore } from './prototype-store.ts';
import { RunningQuantile } from './running-quantile.ts';

const LARGEST = 1e150;
const ROUNDING = 1e-9;
const DAY_MS = 86_400_000;
const { ring: RING, lags: LAGS, shingle: SHINGLE, means: MEANS } = CONSTANTS.wide;
const HALF_LIVES = CONSTANTS.halfLives;
const SHARES = HALF_LIVES.map((halfLife) => 1 - 2 ** (-1 / halfLife));
/** Residual views: one for each level, and the autoregression; novelty views: shingles, and means of two lengths. */
const RESIDUALS = HALF_LIVES.length + 1;
const NOVELTIES = 1 + MEANS.length;
const VIEW_NAMES = [`shingle-${SHINGLE}`, ...MEANS.map((length) => `mean-${length}`)];

/** Numbers of a series, one after the other. */
const ROWS = 0;
const LAST_AT = 1;
const LAST_VALUE = 2;
const OBSERVED = 3;
const LOW = 4;
const HIGH = 5;
const LEVELS = 6;
const WEIGHTS = LEVELS + HALF_LIVES.length;
const VALUES = WEIGHTS + LAGS;
const LARGEST_RESIDUALS = VALUES + RING;
const EXCESS = LARGEST_RESIDUALS + RESIDUALS;
const SIZE = EXCESS + NOVELTIES;

/**
 * The Detector's wide tier: any number of series in a few typed arrays, some 3 kB each. The same two axes and the same alarm policy as
 * the deep tier, with prototypes for its history and O(1) quantiles for its histograms. A step allocates nothing.
 */
export class WideBank {
  readonly series: number;
  readonly preset: Preset;
  readonly seasonMs: number;
  readonly policy: AlarmPolicy;
  readonly numbers: Float64Array;
  readonly shingles: PrototypeStore;
  readonly means: readonly PrototypeStore[];
  /** 98 % quantiles of residuals, above and below by view; then 95 % quantiles of distances. */
  readonly spreads: RunningQuantile;
  readonly usual: RunningQuantile;
  // Scratch: no part of the state.
  private readonly magnitudes = new Float64Array(RESIDUALS);
  private readonly predictions = new Float64Array(RESIDUALS);
  private readonly window = new Float64Array(SHINGLE);
  private readonly past = new Float64Array(SHINGLE);

  constructor(options: { readonly series: number; readonly preset: Preset; readonly seasonMs?: number }) {
    const { series, preset, seasonMs = DAY_MS } = options;
    this.series = series;
    this.preset = preset;
    this.seasonMs = seasonMs;
    this.policy = new AlarmPolicy(preset, series);
    this.numbers = new Float64Array(series * SIZE);
    for (let base = 0; base < this.numbers.length; base += SIZE) {
      this.numbers[base + LAST_AT] = Number.NaN;
      this.numbers[base + LAST_VALUE] = Number.NaN;
    }
    this.shingles = new PrototypeStore(series, CONSTANTS.wide.prototypes, SHINGLE);
    this.means = MEANS.map(() => new PrototypeStore(series, CONSTANTS.wide.meanPrototypes, 1));
    this.spreads = new RunningQuantile(series * 2 * RESIDUALS, CONSTANTS.spreadQuantile, CONSTANTS.warmRows);
    this.usual = new RunningQuantile(series * NOVELTIES, CONSTANTS.tailQuantile, CONSTANTS.warmRows);
  }

  /** Every array of the state, in a fixed order. */
  arrays(): readonly (Float64Array | Uint32Array)[] {
    return [
      this.numbers,
      this.policy.numbers,
      ...[this.shingles, ...this.means].flatMap((store) => [store.values, store.stamps]),
      ...[this.spreads, this.usual].flatMap(({ values, seen }) => [values, seen]),
    ];
  }

  /** Bytes of state of each series. */
  bytesPerSeries(): number {
    return this.arrays().reduce((sum, { byteLength }) => sum + byteLength, 0) / this.series;
  }

  /**
   * Scores a row of a series by it and earlier rows of the same series, and learns it. A value that is not finite is a lost sample; a
   * row equal to the one before in time and value was delivered twice and says nothing.
   */
  step(series: number, at: number, sample: number, out: DeepScore): void {
    clearDeepScore(out);
    const { numbers } = this;
    const base = series * SIZE;
    out.learning = this.learns(base);
    if (!Number.isFinite(sample)) return;
    const value = Math.max(-LARGEST, Math.min(LARGEST, sample));
    const last = numbers[base + LAST_AT] as number;
    if (at === last && value === numbers[base + LAST_VALUE]) return;
    const rows = (numbers[base + ROWS] as number) + 1;
    numbers[base + ROWS] = rows;
    if (at > last)
      numbers[base + OBSERVED] = (numbers[base + OBSERVED] as number) + Math.min(at - last, this.seasonMs / 24);
    numbers[base + LAST_AT] = at;
    if (rows === 1) this.begin(base, value);
    out.learning = this.learns(base);
    this.scoreDeviation(series, base, rows, value, out);
    numbers[base + LAST_VALUE] = value;
    numbers[base + LOW] = Math.min(numbers[base + LOW] as number, value);
    numbers[base + HIGH] = Math.max(numbers[base + HIGH] as number, value);
    numbers[base + VALUES + (rows % RING)] = value;
    this.scoreNovelty(series, base, rows, value, out);
    this.policy.decide(at, out.novelty, out.deviation, 0, out, series);
  }

  private learns(base: number): boolean {
    const { numbers } = this;
    return (
      (numbers[base + ROWS] as number) < CONSTANTS.warmRows || (numbers[base + OBSERVED] as number) < this.seasonMs
    );
  }

  private begin(base: number, value: number): void {
    const { numbers } = this;
    numbers[base + LOW] = value;
    numbers[base + HIGH] = value;
    for (let level = 0; level < HALF_LIVES.length; level += 1) numbers[base + LEVELS + level] = value;
    for (let slot = 0; slot < RING; slot += 1) numbers[base + VALUES + slot] = value;
    numbers[base + WEIGHTS] = 1;
  }

  private scoreDeviation(series: number, base: number, rows: number, value: number, out: DeepScore): void {
    const { magnitudes, predictions } = this;
    for (let view = 0; view < RESIDUALS; view += 1) {
      const residual =
        view < HALF_LIVES.length ? this.levelResidual(base, view, value) : this.lagResidual(base, rows, value);
      predictions[view] = value - residual;
      magnitudes[view] = this.magnitude(
        series,
        base,
        view,
        rows,
        Math.abs(residual) < ROUNDING * Math.abs(value) ? 0 : residual,
      );
    }
    const a = magnitudes[0] as number;
    const b = magnitudes[1] as number;
    const c = magnitudes[2] as number;
    const deviation = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    out.deviation = deviation;
    if (rows <= CONSTANTS.warmRows) return;
    const middle = deviation === a ? 0 : deviation === b ? 1 : 2;
    const expected = predictions[middle] as number;
    out.expected = expected;
    out.low = expected - CONSTANTS.precise.threshold * this.spread(series, base, middle, 1);
    out.high = expected + CONSTANTS.precise.threshold * this.spread(series, base, middle, 0);
  }

  private levelResidual(base: number, view: number, value: number): number {
    const { numbers } = this;
    const level = numbers[base + LEVELS + view] as number;
    numbers[base + LEVELS + view] = level + (SHARES[view] as number) * (value - level);
    return value - level;
  }

  /** Normalised least mean squares over the last values, as distances from the slow level (Haykin, Adaptive Filter Theory, ch. 6). */
  private lagResidual(base: number, rows: number, value: number): number {
    const { numbers } = this;
    const level = numbers[base + LEVELS + HALF_LIVES.length - 1] as number;
    let prediction = level;
    let power = 0;
    for (let lag = 1; lag <= LAGS; lag += 1) {
      const away = (numbers[base + VALUES + ((rows - lag + RING) % RING)] as number) - level;
      prediction += (numbers[base + WEIGHTS + lag - 1] as number) * away;
      power += away * away;
    }
    const residual = value - prediction;
    if (power > 0) {
      const gain =
        (CONSTANTS.wide.learning * Math.max(-1, Math.min(1, residual / Math.sqrt(power)))) / Math.sqrt(power);
      for (let lag = 1; lag <= LAGS; lag += 1) {
        const away = (numbers[base + VALUES + ((rows - lag + RING) % RING)] as number) - level;
        numbers[base + WEIGHTS + lag - 1] = (numbers[base + WEIGHTS + lag - 1] as number) + gain * away;
      }
    }
    return residual;
  }

  private spread(series: number, base: number, view: number, sign: number): number {
    const quantile = this.spreads.values[(series * RESIDUALS + view) * 2 + sign] as number;
    const floor = CONSTANTS.spreadFloor * (this.numbers[base + LARGEST_RESIDUALS + view] as number);
    return Math.max(quantile, floor, Number.MIN_VALUE);
  }

  /** A residual in units of what residuals of its sign usually reach; learns it. */
  private magnitude(series: number, base: number, view: number, rows: number, residual: number): number {
    const { numbers } = this;
    const size = Math.min(LARGEST, Math.abs(residual));
    const sign = residual >= 0 ? 0 : 1;
    const at = base + LARGEST_RESIDUALS + view;
    numbers[at] = Math.max((numbers[at] as number) * 0.9999, size);
    const found =
      rows <= CONSTANTS.warmRows || size === 0 ? 0 : Math.min(1e6, size / this.spread(series, base, view, sign));
    this.spreads.add((series * RESIDUALS + view) * 2 + sign, size);
    return found;
  }

  private scoreNovelty(series: number, base: number, rows: number, value: number, out: DeepScore): void {
    const { numbers, window, past } = this;
    const radius = CONSTANTS.wide.radius * ((numbers[base + HIGH] as number) - (numbers[base + LOW] as number));
    for (let back = 0; back < SHINGLE; back += 1) {
      window[back] = numbers[base + VALUES + ((rows - back + RING) % RING)] as number;
      past[back] = numbers[base + VALUES + ((rows - back - SHINGLE + RING) % RING)] as number;
    }
    // What overlaps with the newest rows is no precedent: a shingle is learned when it has passed.
    if (rows > 2 * SHINGLE) this.shingles.learn(series, past, radius, rows - SHINGLE);
    let most = 0;
    let sum = 0;
    let from = rows;
    for (let view = 0; view < NOVELTIES; view += 1) {
      const store = view === 0 ? this.shingles : (this.means[view - 1] as PrototypeStore);
      const length = view === 0 ? SHINGLE : (MEANS[view - 1] as number);
      if (view > 0) {
        // Before the newest mean is asked about, the one that no longer overlaps with it is learned.
        const learned = rows - length;
        if (learned >= length) {
          past[0] = this.meanOf(base, learned, length);
          store.learn(series, past, radius / 4, learned);
        }
        window[0] = this.meanOf(base, rows, length);
      }
      const distance = store.nearest(series, window);
      if (distance === Number.POSITIVE_INFINITY) continue;
      const surprise = this.surprise(
        series,
        base,
        view,
        Math.abs(distance) < ROUNDING * Math.abs(value) ? 0 : distance,
        radius,
      );
      sum += surprise;
      if (surprise <= most) continue;
      most = surprise;
      from = store.nearestStamp;
      out.view = VIEW_NAMES[view] as string;
    }
    out.nearestRowsAgo = rows - from;
    out.novelty = sum / NOVELTIES;
  }

  /** Mean of `length` values that ended at a row; both windows lie within the ring. */
  private meanOf(base: number, end: number, length: number): number {
    let sum = 0;
    for (let back = 0; back < length; back += 1)
      sum += this.numbers[base + VALUES + ((end - back + RING) % RING)] as number;
    return sum / length;
  }

  /** -log10 of how rare a distance is: a line below the 95 % quantile, an exponential tail above it; learns the distance. */
  private surprise(series: number, base: number, view: number, distance: number, radius: number): number {
    const { numbers, usual } = this;
    const index = series * NOVELTIES + view;
    const start = Math.max(usual.values[index] as number, radius / 4, Number.MIN_VALUE);
    const excess = Math.max(numbers[base + EXCESS + view] as number, radius / 16, Number.MIN_VALUE);
    const atStart = -Math.log10(1 - CONSTANTS.tailQuantile);
    const surprise =
      distance <= start
        ? (atStart * distance) / start
        : atStart + Math.min(CONSTANTS.surpriseCap, (distance - start) / excess / Math.LN10);
    const warm = (usual.seen[index] as number) >= CONSTANTS.warmRows;
    if (distance > start)
      numbers[base + EXCESS + view] =
        (numbers[base + EXCESS + view] as number) +
        0.05 * (distance - start - (numbers[base + EXCESS + view] as number));
    usual.add(index, distance);
    return warm ? Math.min(CONSTANTS.surpriseCap, surprise) : 0;
  }
}
