import { CONSTANTS } from './constants.ts';

export type Preset = 'early' | 'precise';

/** How the early preset decides; shipped are `CONSTANTS.early`. */
export type EarlyPolicy = { readonly [name in keyof typeof CONSTANTS.early]: number };

/** The part of a score that the policy writes. */
export interface Decision {
  /** In [0, 1]; 0.5 and above is an alarm's strength. */
  score: number;
  /** True on the row that opens an event: one row per episode. */
  alarm: boolean;
  /** Departures begin so often that they are one event: no further alarm until they become rarer. */
  flapping: boolean;
}

const ROWS = 0;
const LAST_ALARM_ROW = 1;
const LAST_ALARM = 2;
const LAST_STRONG_ROW = 3;
const INTERVAL = 4;
const LAST_AT = 5;
/** Milliseconds that went forward: a clock that was wrong once, or jumps back, neither silences nor repeats an alarm for long. */
const ELAPSED = 6;
const DEPARTURES = 7;
/** When the latest departures began, a ring of them. */
const BEGAN = 8;

/** Scores of repetitions begin here: just above what the glow around a departure can reach. */
const REPEATED = CONSTANTS.precise.glow / (1 + CONSTANTS.precise.glow) + 0.001;

const SIZE = BEGAN + CONSTANTS.flap.departures;

/** Where the state of many series lies: a block each, with the policy's numbers from `at` on. */
export interface PolicyPlace {
  readonly numbers: Float64Array;
  readonly stride: number;
  readonly at: number;
}

/** Turns the two axes of a row into a score and at most one alarm per episode, for any number of series side by side. */
export class AlarmPolicy {
  /** Numbers that the state of a series takes. */
  static readonly size = SIZE;
  /** Where among them the time of the last row is. */
  static readonly lastAt = LAST_AT;
  /** State of all series, one after the other. */
  readonly numbers: Float64Array;
  private readonly stride: number;
  private readonly first: number;
  private readonly preset: Preset;
  private readonly early: EarlyPolicy;

  /** For one series with a place of its own, or for as many as have their blocks at `place`. */
  constructor(preset: Preset, place?: PolicyPlace, early: EarlyPolicy = CONSTANTS.early) {
    this.preset = preset;
    this.early = early;
    this.numbers = place?.numbers ?? new Float64Array(SIZE);
    this.stride = place?.stride ?? SIZE;
    this.first = place?.at ?? 0;
    for (let at = this.first; at < this.numbers.length; at += this.stride) {
      this.numbers[at + LAST_ALARM_ROW] = Number.NEGATIVE_INFINITY;
      this.numbers[at + LAST_ALARM] = Number.NEGATIVE_INFINITY;
      this.numbers[at + LAST_STRONG_ROW] = Number.NEGATIVE_INFINITY;
      this.numbers[at + LAST_AT] = Number.NaN;
      this.numbers.fill(Number.NEGATIVE_INFINITY, at + BEGAN, at + SIZE);
    }
  }

  /** Rows of a series that have been decided on. */
  rows(series = 0): number {
    return this.numbers[series * this.stride + this.first + ROWS] as number;
  }

  /** The usual distance between rows in ms; 0 before the second. */
  interval(series = 0): number {
    return this.numbers[series * this.stride + this.first + INTERVAL] as number;
  }

  /** Counts a row and follows the usual distance between rows, which turns times into rows. */
  private arrive(base: number, at: number): number {
    const { numbers } = this;
    const rows = (numbers[base + ROWS] as number) + 1;
    numbers[base + ROWS] = rows;
    const step = at - (numbers[base + LAST_AT] as number);
    numbers[base + LAST_AT] = at;
    if (step > 0) {
      const interval = numbers[base + INTERVAL] as number;
      const bound = interval * 0.1;
      numbers[base + INTERVAL] = interval === 0 ? step : interval + Math.max(-bound, Math.min(bound, step - interval));
      numbers[base + ELAPSED] = (numbers[base + ELAPSED] as number) + step;
    }
    return rows;
  }

  /** Decides on a row: its time in ms, its mean surprise, its median deviation and how strange its last 8 rows are together. */
  decide(at: number, novelty: number, deviation: number, strangeness: number, out: Decision, series = 0): void {
    const base = series * this.stride + this.first;
    const rows = this.arrive(base, at);
    out.alarm = false;
    out.flapping = false;
    if (this.preset === 'early') this.decideEarly(base, rows, novelty, out);
    else this.decidePrecise(base, rows, deviation, strangeness, out);
  }

  /** Whether the departures remembered all began within the last `window`; units as the caller's `now`. */
  private flaps(base: number, now: number, window: number): boolean {
    // As a whole number, for which the remainder is cheap.
    const next = ((this.numbers[base + DEPARTURES] as number) >>> 0) % CONSTANTS.flap.departures;
    return now - (this.numbers[base + BEGAN + next] as number) <= window;
  }

  /** A departure begins: an alarm, unless it is one of many. */
  private depart(base: number, now: number, out: Decision): void {
    const count = this.numbers[base + DEPARTURES] as number;
    this.numbers[base + BEGAN + ((count >>> 0) % CONSTANTS.flap.departures)] = now;
    this.numbers[base + DEPARTURES] = count + 1;
    out.alarm = !out.flapping;
  }

  private decideEarly(base: number, rows: number, novelty: number, out: Decision): void {
    const { numbers } = this;
    const { threshold, coolDownShare, coolDownRows, coolDownMs, silence, youth, youthRows } = this.early;
    out.score = 0;
    const interval = numbers[base + INTERVAL] as number;
    const day = interval > 0 ? coolDownMs / interval : Number.POSITIVE_INFINITY;
    const coolDown = Math.max(coolDownRows, Math.min(coolDownShare * rows, day));
    out.flapping = this.flaps(base, rows, CONSTANTS.flap.calms * coolDown);
    if (novelty <= 0) return;
    const lastAlarm = numbers[base + LAST_ALARM_ROW] as number;
    const quiet = rows - Math.max(0, lastAlarm);
    const strength = novelty + youth * Math.log10(youthRows / Math.max(rows, CONSTANTS.warmRows));
    if (quiet < coolDown && lastAlarm > 0) {
      // The open event's repetitions: below everything that is judged by itself.
      out.score = (0.1 * novelty) / CONSTANTS.surpriseCap;
      return;
    }
    const excess = strength + silence * Math.log10(Math.max(1, quiet / coolDown)) - threshold;
    // Below the threshold from 0.1 to 0.5, above it from 0.5 to 1: monotone in the excess.
    out.score = excess >= 0 ? 0.5 + 0.5 * Math.tanh(excess / 2) : 0.5 + 0.4 * Math.tanh(excess);
    if (excess < 0 || rows < CONSTANTS.warmRows) return;
    numbers[base + LAST_ALARM_ROW] = rows;
    this.depart(base, rows, out);
  }

  private decidePrecise(base: number, rows: number, deviation: number, strangeness: number, out: Decision): void {
    const { numbers } = this;
    const { threshold, glow, calmMs, calmRows, restRows } = CONSTANTS.precise;
    const strength = deviation >= threshold ? deviation : Math.max(deviation, Math.min(glow * threshold, strangeness));
    out.score = strength / (strength + threshold);
    const elapsed = numbers[base + ELAPSED] as number;
    out.flapping = this.flaps(base, elapsed, CONSTANTS.flap.calms * calmMs);
    if (deviation < threshold) return;
    const rested = rows - (numbers[base + LAST_STRONG_ROW] as number) >= restRows;
    numbers[base + LAST_STRONG_ROW] = rows;
    const fresh =
      rested &&
      elapsed - (numbers[base + LAST_ALARM] as number) >= calmMs &&
      rows - (numbers[base + LAST_ALARM_ROW] as number) >= calmRows;
    if (!fresh) {
      // The open event's repetitions and its return: above all that stays inside the band, below what opens an event.
      out.score = REPEATED + (0.5 - REPEATED) * (2 * out.score - 1) * 0.99;
      return;
    }
    numbers[base + LAST_ALARM] = elapsed;
    numbers[base + LAST_ALARM_ROW] = rows;
    this.depart(base, elapsed, out);
  }
}
