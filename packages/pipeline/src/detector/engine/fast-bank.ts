import { AlarmPolicy, type Preset } from './alarm-policy.ts';
import { Arrivals } from './arrivals.ts';
import { CONSTANTS } from './constants.ts';
import { clearDeepScore, type DeepScore } from './deep-score.ts';
import { LARGEST, ROUNDING } from './magnitudes.ts';
import { RunningQuantile } from './running-quantile.ts';
import { Slab } from './slab.ts';

/** What the fast tier has beside the engine's constants. */
export const FAST = {
  /** Half life, in rows, of the level that residuals are taken from. */
  halfLife: 5,
  /** Parts of a season whose usual value is kept. */
  bins: 96,
  /** How far a season moves the usual value of a part of it. */
  learning: 0.25,
  /** Share of a new excess in the mean of the tail's, the largest that counts and the smallest mean, in spreads. */
  tailShare: 0.05,
  largestExcess: 20,
  leastExcess: 1 / 16,
} as const;

/** Rounding of numbers of 32 bits, and the largest of them. */
const SINGLE = 1e-6;
const LARGEST_PROFILE = 3e38;
const DAY_MS = 86_400_000;
const SHARE = 1 - 2 ** (-1 / FAST.halfLife);
/** Surprise where the tail begins: at the quantile that residuals are measured in. */
const AT_TAIL = -Math.log10(1 - CONSTANTS.spreadQuantile);
const { threshold: THRESHOLD } = CONSTANTS.precise;

/** Views: the distance from the level, and from what is usual in this part of the season. */
const FROM_LEVEL = 0;
const FROM_PROFILE = 1;
const VIEWS = 2;

/** What a series' block holds, in words. */
const LEVEL = Arrivals.words;
const LARGEST_RESIDUALS = LEVEL + 1;
const EXCESS = LARGEST_RESIDUALS + VIEWS;
const POLICY = EXCESS + 1;
const SPREADS = POLICY + AlarmPolicy.size;
/** Numbers of 32 bits, two a word; NaN before the first. */
const PROFILE = SPREADS + RunningQuantile.words(2 * VIEWS);
const SIZE = PROFILE + FAST.bins / 2;
const MAY_BE_NAN = [...Arrivals.mayBeNaN, POLICY + AlarmPolicy.lastAt];

/**
 * The Detector's fast tier: any number of series in one piece of memory, less than 1 kB each. Deviation is the distance from the level of
 * the last rows; novelty is how rare it is that neither this level nor the same part of earlier seasons explains a row. Without a history
 * it names no past instance. A step allocates nothing.
 */
export class FastBank {
  readonly series: number;
  readonly preset: Preset;
  readonly seasonMs: number;
  readonly policy: AlarmPolicy;
  private readonly slab: Slab;
  private readonly numbers: Float64Array;
  private readonly arrivals: Arrivals;
  private readonly profile: Float32Array;
  private readonly spreads: RunningQuantile;
  // Scratch: no part of the state.
  private readonly magnitudes = new Float64Array(VIEWS);

  constructor(options: { readonly series: number; readonly preset: Preset; readonly seasonMs?: number }) {
    const { series, preset, seasonMs = DAY_MS } = options;
    this.series = series;
    this.preset = preset;
    this.seasonMs = seasonMs;
    this.slab = new Slab(series, SIZE);
    this.numbers = this.slab.numbers;
    this.profile = new Float32Array(this.numbers.buffer);
    this.arrivals = new Arrivals(this.slab, seasonMs);
    this.policy = new AlarmPolicy(preset, { numbers: this.numbers, stride: SIZE, at: POLICY });
    for (let base = 0; base < this.numbers.length; base += SIZE)
      this.profile.fill(Number.NaN, 2 * (base + PROFILE), 2 * (base + SIZE));
    this.spreads = new RunningQuantile(this.slab, SPREADS, 2 * VIEWS, CONSTANTS.spreadQuantile, CONSTANTS.warmRows);
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
    return 8 * SIZE;
  }

  /**
   * Scores a row of a series by it and earlier rows of the same series, and learns it. A value that is not finite is a lost sample; a
   * row equal to the one before in time and value was delivered twice and says nothing.
   */
  step(series: number, at: number, sample: number, out: DeepScore): void {
    clearDeepScore(out);
    const { numbers, profile, magnitudes } = this;
    const base = series * SIZE;
    out.learning = this.arrivals.learns(series);
    if (!Number.isFinite(sample)) return;
    const value = Math.max(-LARGEST, Math.min(LARGEST, sample));
    const rows = this.arrivals.arrive(series, at, value);
    if (rows === 0) return;
    out.learning = this.arrivals.learns(series);

    const level = rows === 1 ? value : (numbers[base + LEVEL] as number);
    numbers[base + LEVEL] = level + SHARE * (value - level);
    this.measure(series, base, FROM_LEVEL, value, level, rows);
    const bin = 2 * (base + PROFILE) + this.binOf(at);
    const usual = profile[bin] as number;
    if (Number.isNaN(usual)) {
      magnitudes[FROM_PROFILE] = Number.POSITIVE_INFINITY;
      profile[bin] = Math.max(-LARGEST_PROFILE, Math.min(LARGEST_PROFILE, value));
    } else {
      this.measure(series, base, FROM_PROFILE, value, usual, rows);
      this.learnProfile(series, base, bin, value - usual);
    }
    out.deviation = magnitudes[FROM_LEVEL] as number;
    this.surprise(base, Math.min(out.deviation, magnitudes[FROM_PROFILE] as number), rows, out);
    if (rows > CONSTANTS.warmRows) {
      out.expected = level;
      out.low = level - THRESHOLD * this.spread(series, base, FROM_LEVEL, 1);
      out.high = level + THRESHOLD * this.spread(series, base, FROM_LEVEL, 0);
    }
    this.policy.decide(at, out.novelty, out.deviation, 0, out, series);
  }

  private binOf(at: number): number {
    const { seasonMs } = this;
    // Not by `%`, which takes longer than all the rest of a step.
    const phase = at - seasonMs * Math.floor(at / seasonMs);
    return Math.min(FAST.bins - 1, ((phase * FAST.bins) / seasonMs) >>> 0);
  }

  /** A part of a season learns from all of its rows together as much as it may; what is far away counts as the edge of the band. */
  private learnProfile(series: number, base: number, bin: number, residual: number): void {
    const { profile } = this;
    const perBin = (this.policy.interval(series) * FAST.bins) / this.seasonMs;
    const rate = FAST.learning * Math.min(1, perBin);
    const bound = THRESHOLD * this.spread(series, base, FROM_PROFILE, residual >= 0 ? 0 : 1);
    // The memory of a profile is of single precision, and so is the largest number that it holds.
    const next = (profile[bin] as number) + rate * Math.max(-bound, Math.min(bound, residual));
    profile[bin] = Math.max(-LARGEST_PROFILE, Math.min(LARGEST_PROFILE, next));
  }

  private spread(series: number, base: number, view: number, sign: number): number {
    const quantile = this.spreads.value(series, 2 * view + sign);
    const floor = CONSTANTS.spreadFloor * (this.numbers[base + LARGEST_RESIDUALS + view] as number);
    return Math.max(quantile, floor, Number.MIN_VALUE);
  }

  /** Writes the residual of a view in units of what residuals of its sign usually reach; learns it. */
  private measure(series: number, base: number, view: number, value: number, expected: number, rows: number): void {
    const { numbers, magnitudes, spreads } = this;
    const residual = value - expected;
    const away = Math.abs(residual);
    // A profile's single precision is no departure either.
    const size = away < (view === FROM_PROFILE ? SINGLE : ROUNDING) * Math.abs(value) ? 0 : Math.min(LARGEST, away);
    const sign = residual >= 0 || size === 0 ? 0 : 1;
    const at = base + LARGEST_RESIDUALS + view;
    numbers[at] = Math.max((numbers[at] as number) * 0.9999, size);
    magnitudes[view] =
      rows <= CONSTANTS.warmRows || size === 0 ? 0 : Math.min(1e6, size / this.spread(series, base, view, sign));
    spreads.add(series, 2 * view + sign, size);
  }

  /** Writes -log10 of how rare a departure is: a line below the quantile it is measured in, an exponential tail above; learns it. */
  private surprise(base: number, departure: number, rows: number, out: DeepScore): void {
    const { numbers } = this;
    const over = departure - 1;
    const mean = Math.max(numbers[base + EXCESS] as number, FAST.leastExcess);
    const surprise = over <= 0 ? AT_TAIL * departure : AT_TAIL + over / mean / Math.LN10;
    if (over > 0) numbers[base + EXCESS] = mean + FAST.tailShare * (Math.min(over, FAST.largestExcess) - mean);
    out.novelty = rows <= CONSTANTS.warmRows ? 0 : Math.min(CONSTANTS.surpriseCap, surprise);
  }
}
