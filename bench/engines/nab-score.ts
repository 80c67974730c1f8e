/** Weights of a NAB profile (NAB v1.1): what a found window earns, a false row costs and a missed window costs. */
export interface NabProfile {
  readonly name: string;
  readonly found: number;
  readonly falseRow: number;
  readonly missed: number;
}

export const NAB_PROFILES: readonly NabProfile[] = [
  { name: 'standard', found: 1, falseRow: 0.11, missed: 1 },
  { name: 'reward_low_FP_rate', found: 1, falseRow: 0.22, missed: 1 },
  { name: 'reward_low_FN_rate', found: 1, falseRow: 0.11, missed: 2 },
];

/** What the scorer needs of a file: its windows (row numbers, both ends included) and one score per row. */
export interface ScoredFile {
  readonly group: string;
  readonly windows: readonly (readonly [number, number])[];
  readonly scores: ArrayLike<number>;
}

/** NAB's scaled sigmoid: 1 far to the left, 0 at 0, -1 beyond 3. */
export function scaledSigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

/** Rows at the start of a file that count neither way. */
export function probationRows(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 750);
}

interface Step {
  readonly threshold: number;
  /** Change of the sum of all files' scores when the row is a detection too. */
  readonly change: number;
}

/** Rows of one file from the highest score down, with what each adds to the score of the rows above it. */
function stepsOf(file: ScoredFile, profile: NabProfile): Step[] {
  const rows = file.scores.length;
  const windows = file.windows.toSorted((a, b) => a[0] - b[0]);
  const credit = new Float64Array(rows);
  const windowOf = new Int32Array(rows).fill(-1);
  const full = scaledSigmoid(-1);
  let next = 0;
  for (let row = 0; row < rows; row += 1) {
    while (next < windows.length && row > (windows[next]?.[1] ?? 0)) next += 1;
    const current = windows[next];
    if (current !== undefined && row >= current[0]) {
      windowOf[row] = next;
      const width = current[1] - current[0] + 1;
      credit[row] = (profile.found * scaledSigmoid(-(current[1] - row + 1) / width)) / full;
      continue;
    }
    const before = windows[next - 1];
    const position = before === undefined ? 4 : (row - before[1]) / Math.max(1, before[1] - before[0]);
    credit[row] = profile.falseRow * scaledSigmoid(position);
  }
  const order: number[] = [];
  for (let row = probationRows(rows); row < rows; row += 1) order.push(row);
  order.sort((a, b) => (file.scores[b] ?? 0) - (file.scores[a] ?? 0));
  const best = new Float64Array(windows.length).fill(Number.NaN);
  return order.map((row) => {
    const threshold = file.scores[row] ?? 0;
    const window = windowOf[row] ?? -1;
    const worth = credit[row] ?? 0;
    if (window < 0) return { threshold, change: worth };
    const earlier = best[window] ?? Number.NaN;
    if (worth <= earlier) return { threshold, change: 0 };
    best[window] = worth;
    return { threshold, change: Number.isNaN(earlier) ? worth + profile.missed : worth - earlier };
  });
}

/** A score curve over thresholds: `gain(threshold)` above no detection at all, for the files it was made of. */
export class NabCurve {
  readonly #thresholds: Float64Array;
  readonly #gains: Float64Array;

  constructor(files: readonly ScoredFile[], profile: NabProfile) {
    const steps = files.flatMap((file) => stepsOf(file, profile)).sort((a, b) => b.threshold - a.threshold);
    const thresholds: number[] = [];
    const gains: number[] = [];
    let sum = 0;
    for (const [index, step] of steps.entries()) {
      sum += step.change;
      if (steps[index + 1]?.threshold === step.threshold) continue; // rows that tie are detections together
      thresholds.push(step.threshold);
      gains.push(sum);
    }
    this.#thresholds = Float64Array.from(thresholds);
    this.#gains = Float64Array.from(gains);
  }

  /** The gain when every row at or above the threshold is a detection. */
  gain(threshold: number): number {
    let low = 0;
    let high = this.#thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#thresholds[middle] ?? 0) >= threshold) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.#gains[low - 1] ?? 0);
  }

  /** The threshold with the highest gain; Infinity (no detection) where nothing gains. */
  best(): { readonly threshold: number; readonly gain: number } {
    let threshold = Number.POSITIVE_INFINITY;
    let gain = 0;
    for (const [index, value] of this.#gains.entries()) {
      if (value <= gain) continue;
      gain = value;
      threshold = this.#thresholds[index] ?? 0;
    }
    return { threshold, gain };
  }
}

export interface NabResult {
  readonly profile: string;
  /** With the best threshold for the whole corpus, as published scores have it: 0 = no detection, 100 = perfect. */
  readonly score: number;
  readonly threshold: number;
  /** Each group judged at the threshold that is best for the other groups. */
  readonly othersThreshold: number;
}

/** NAB v1.1 score of a corpus under one profile. */
export function scoreNab(files: readonly ScoredFile[], profile: NabProfile): NabResult {
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
  // (raw - null) / (perfect - null): raw - null is the gain over no detection.
  const scale = 100 / (windows * (profile.found + profile.missed));
  const { threshold, gain } = new NabCurve(files, profile).best();
  const groups = [...new Set(files.map((file) => file.group))];
  const apart = groups.reduce((sum, group) => {
    const others = new NabCurve(
      files.filter((file) => file.group !== group),
      profile,
    ).best();
    const own = new NabCurve(
      files.filter((file) => file.group === group),
      profile,
    );
    return sum + own.gain(others.threshold);
  }, 0);
  return { profile: profile.name, score: gain * scale, threshold, othersThreshold: apart * scale };
}
