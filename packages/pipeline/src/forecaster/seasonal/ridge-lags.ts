/** How a regression on earlier values is set up; lags and half-life in steps. */
export interface LagModel {
  readonly lags: readonly number[];
  /** Ridge penalty as a share of the rows, on standardised values. */
  readonly penalty: number;
  /** The regression is on differences at this distance; 0 = on the values. */
  readonly difference: number;
  /** On logarithms; only for positive series. */
  readonly logarithm: boolean;
  /** Older rows count half after this many steps; 0 = all count the same. */
  readonly halfLife: number;
}

/** Solves a symmetric positive definite system (row-major, lower half) in place by Cholesky; false when it is singular. */
function solveInPlace(matrix: Float64Array, right: Float64Array): boolean {
  const n = right.length;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (matrix[i * n + k] as number) * (matrix[j * n + k] as number);
      if (i !== j) matrix[i * n + j] = sum / (matrix[j * n + j] as number);
      else if (sum > 1e-12) matrix[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  for (let i = 0; i < n; i++) {
    let sum = right[i] as number;
    for (let k = 0; k < i; k++) sum -= (matrix[i * n + k] as number) * (right[k] as number);
    right[i] = sum / (matrix[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (matrix[k * n + i] as number) * (right[k] as number);
    right[i] = sum / (matrix[i * n + i] as number);
  }
  return true;
}

/** Values as the regression sees them: logarithms where asked for, standardised by what lies before `until`. */
interface Standardised {
  readonly values: Float64Array;
  readonly mean: number;
  readonly spread: number;
}

function standardise(values: Float64Array, until: number, logarithm: boolean): Standardised | undefined {
  let source = values;
  if (logarithm) {
    let smallest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < until; i++) smallest = Math.min(smallest, values[i] as number);
    if (!(smallest > 0)) return undefined;
    source = values.map((value) => Math.log(Math.max(value, smallest / 10)));
  }
  let mean = 0;
  for (let i = 0; i < until; i++) mean += (source[i] as number) / until;
  let variance = 0;
  for (let i = 0; i < until; i++) variance += ((source[i] as number) - mean) ** 2 / until;
  if (!(variance > 1e-24 * Math.max(1e-200, mean * mean)) || !Number.isFinite(variance)) return undefined;
  const spread = Math.sqrt(variance);
  return { values: source.map((value) => (value - mean) / spread), mean, spread };
}

/**
 * Continues a series from each of the ascending `origins` (steps before it are known, later ones are not looked at) by `horizon`
 * steps, with a ridge regression on lags whose sums grow from origin to origin. A path is undefined where history is too short or
 * the system singular; the whole is undefined where the model does not apply. Paths stay within one range beyond what was seen.
 */
export function continueByLags(
  series: Float64Array,
  origins: readonly number[],
  horizon: number,
  model: LagModel,
): (Float64Array | undefined)[] | undefined {
  const { lags, penalty, difference, logarithm, halfLife } = model;
  const first = origins[0] ?? 0;
  const size = lags.length + 1;
  const longest = Math.max(...lags, difference);
  const start = longest + difference;
  if (lags.length === 0 || first - longest < 1.5 * size || first - start < size) return undefined;
  const standard = standardise(series, first, logarithm);
  if (standard === undefined) return undefined;
  const levels = standard.values;
  const source =
    difference === 0
      ? levels
      : levels.map((value, i) => (i < difference ? 0 : value - (levels[i - difference] as number)));
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const feature = new Float64Array(size);
  feature[0] = 1;
  const growth = halfLife > 0 ? 2 ** (1 / halfLife) : 1;
  let weight = 1;
  let rows = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let seen = 0;
  let t = start;
  return origins.map((origin) => {
    for (; t < origin; t++) {
      for (let i = 1; i < size; i++) feature[i] = source[t - (lags[i - 1] as number)] as number;
      const target = (source[t] as number) * weight;
      for (let i = 0; i < size; i++) {
        const value = feature[i] as number;
        const weighted = value * weight;
        right[i] = (right[i] as number) + value * target;
        const row = i * size;
        for (let j = 0; j <= i; j++) matrix[row + j] = (matrix[row + j] as number) + weighted * (feature[j] as number);
      }
      rows += weight;
      weight *= growth;
    }
    for (; seen < origin; seen++) {
      lowest = Math.min(lowest, levels[seen] as number);
      highest = Math.max(highest, levels[seen] as number);
    }
    const system = matrix.slice();
    const coefficients = right.slice();
    system[0] = (system[0] as number) + 1e-9 * rows;
    for (let i = 1; i < size; i++) system[i * size + i] = (system[i * size + i] as number) + penalty * rows;
    if (!solveInPlace(system, coefficients)) return undefined;
    const range = highest - lowest;
    const floor = lowest - range;
    const ceiling = highest + range;
    const extended = new Float64Array(longest + horizon);
    extended.set(source.subarray(origin - longest, origin));
    const path = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) {
      let value = coefficients[0] as number;
      for (let i = 1; i < size; i++)
        value += (coefficients[i] as number) * (extended[longest + h - (lags[i - 1] as number)] as number);
      if (difference === 0) {
        value = Math.max(floor, Math.min(ceiling, value));
        extended[longest + h] = value;
        path[h] = value;
      } else {
        extended[longest + h] = value;
        const base = h >= difference ? path[h - difference] : levels[origin + h - difference];
        path[h] = Math.max(floor, Math.min(ceiling, value + (base as number)));
      }
    }
    return path.map((value) => {
      const level = standard.mean + standard.spread * value;
      return logarithm ? Math.exp(level) : level;
    });
  });
}
