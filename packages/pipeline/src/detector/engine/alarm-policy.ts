import { CONSTANTS } from './constants.ts';

export type Preset = 'early' | 'precise';

/** The part of a score that the policy writes. */
export interface Decision {
  /** In [0, 1]; 0.5 and above is an alarm's strength. */
  score: number;
  /** True on the row that opens an event: one row per episode. */
  alarm: boolean;
}

const ROWS = 0;
const LAST_ALARM_ROW = 1;
const LAST_STRONG_AT = 2;
const LAST_STRONG_ROW = 3;
const INTERVAL = 4;
const LAST_AT = 5;

/** Turns the two axes of a row into a score and at most one alarm per episode. */
export class AlarmPolicy {
  readonly numbers = new Float64Array(6);
  private readonly preset: Preset;

  constructor(preset: Preset) {
    this.preset = preset;
    this.numbers[LAST_ALARM_ROW] = Number.NEGATIVE_INFINITY;
    this.numbers[LAST_STRONG_AT] = Number.NEGATIVE_INFINITY;
    this.numbers[LAST_STRONG_ROW] = Number.NEGATIVE_INFINITY;
    this.numbers[LAST_AT] = Number.NaN;
  }

  /** Counts a row and follows the usual distance between rows, which turns times into rows. */
  private arrive(at: number): number {
    const { numbers } = this;
    const rows = (numbers[ROWS] as number) + 1;
    numbers[ROWS] = rows;
    const step = at - (numbers[LAST_AT] as number);
    numbers[LAST_AT] = at;
    if (step > 0) {
      const interval = numbers[INTERVAL] as number;
      const bound = interval * 0.1;
      numbers[INTERVAL] = interval === 0 ? step : interval + Math.max(-bound, Math.min(bound, step - interval));
    }
    return rows;
  }

  /** Decides on a row: its time in ms, its mean surprise, its median deviation and how strange its last 8 rows are together. */
  decide(at: number, novelty: number, deviation: number, strangeness: number, out: Decision): void {
    const rows = this.arrive(at);
    if (this.preset === 'early') this.decideEarly(rows, novelty, out);
    else this.decidePrecise(at, rows, deviation, strangeness, out);
  }

  private decideEarly(rows: number, novelty: number, out: Decision): void {
    const { numbers } = this;
    const { threshold, coolDownShare, coolDownRows, coolDownMs, silence, youth, youthRows } = CONSTANTS.early;
    out.alarm = false;
    out.score = 0;
    if (novelty <= 0) return;
    const interval = numbers[INTERVAL] as number;
    const day = interval > 0 ? coolDownMs / interval : Number.POSITIVE_INFINITY;
    const coolDown = Math.max(coolDownRows, Math.min(coolDownShare * rows, day));
    const quiet = rows - Math.max(0, numbers[LAST_ALARM_ROW] as number);
    const strength = novelty + youth * Math.log10(youthRows / Math.max(rows, CONSTANTS.warmRows));
    if (quiet < coolDown && (numbers[LAST_ALARM_ROW] as number) > 0) {
      // The open event's repetitions: below everything that is judged by itself.
      out.score = (0.1 * novelty) / CONSTANTS.surpriseCap;
      return;
    }
    const excess = strength + silence * Math.log10(Math.max(1, quiet / coolDown)) - threshold;
    // Below the threshold from 0.1 to 0.5, above it from 0.5 to 1: monotone in the excess.
    out.score = excess >= 0 ? 0.5 + 0.5 * Math.tanh(excess / 2) : 0.5 + 0.4 * Math.tanh(excess);
    if (excess >= 0 && rows >= CONSTANTS.warmRows) {
      out.alarm = true;
      numbers[LAST_ALARM_ROW] = rows;
    }
  }

  private decidePrecise(at: number, rows: number, deviation: number, strangeness: number, out: Decision): void {
    const { numbers } = this;
    const { threshold, glow, calmMs, calmRows } = CONSTANTS.precise;
    const strength = deviation >= threshold ? deviation : Math.max(deviation, Math.min(glow * threshold, strangeness));
    out.score = strength / (strength + threshold);
    out.alarm = false;
    if (deviation < threshold) return;
    const calm =
      at - (numbers[LAST_STRONG_AT] as number) >= calmMs && rows - (numbers[LAST_STRONG_ROW] as number) >= calmRows;
    numbers[LAST_STRONG_AT] = at;
    numbers[LAST_STRONG_ROW] = rows;
    out.alarm = calm;
  }
}
