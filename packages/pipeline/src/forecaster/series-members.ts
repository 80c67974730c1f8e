/** A way to continue a series: `values` (no gaps) to `horizon` further ones. */
export type Member = (values: Float64Array, horizon: number) => Float64Array;

/** The level of the last values goes on (half-life 5 steps). */
export const level: Member = (values, horizon) => {
  const rate = 1 - 0.5 ** (1 / 5);
  let current = values[0] as number;
  for (const value of values) current += rate * (value - current);
  return new Float64Array(horizon).fill(current);
};

/** A straight line through the newest values (up to 60), damped by 0.98 a step (Gardner and McKenzie, 1985). */
export const dampedTrend: Member = (values, horizon) => {
  const n = Math.min(60, values.length);
  const from = values.length - n;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let i = 0; i < n; i++) {
    const y = values[from + i] as number;
    sumX += i;
    sumY += y;
    sumXX += i * i;
    sumXY += i * y;
  }
  const spread = n * sumXX - sumX * sumX;
  const slope = spread > 0 ? (n * sumXY - sumX * sumY) / spread : 0;
  const end = (sumY - slope * sumX) / n + slope * (n - 1);
  const out = new Float64Array(horizon);
  let damped = 0;
  let share = 1;
  for (let h = 0; h < horizon; h++) {
    share *= 0.98;
    damped += share;
    out[h] = end + slope * damped;
  }
  return out;
};

/** The value one season ago, averaged over the seasons seen with a weight that halves per season. */
export function seasonal(period: number): Member {
  return (values, horizon) => {
    const out = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) {
      let sum = 0;
      let weight = 0;
      let share = 1;
      for (let at = values.length + (h % period) - period; at >= 0 && share > 0.05; at -= period) {
        sum += share * (values[at] as number);
        weight += share;
        share /= 2;
      }
      out[h] = weight > 0 ? sum / weight : (values.at(-1) as number);
    }
    return out;
  };
}

/** Solves a symmetric positive definite system in place (Cholesky); undefined when it is singular. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array | undefined {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    const row = matrix[i] as Float64Array;
    for (let j = 0; j <= i; j++) {
      const other = matrix[j] as Float64Array;
      let sum = row[j] as number;
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number);
      if (i === j) {
        if (!(sum > 0)) return undefined;
        row[i] = Math.sqrt(sum);
      } else row[j] = sum / (other[j] as number);
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = right[i] as number;
    for (let k = 0; k < i; k++) sum -= ((matrix[i] as Float64Array)[k] as number) * (right[k] as number);
    right[i] = sum / ((matrix[i] as Float64Array)[i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i] as number;
    for (let k = i + 1; k < n; k++) sum -= ((matrix[k] as Float64Array)[i] as number) * (right[k] as number);
    right[i] = sum / ((matrix[i] as Float64Array)[i] as number);
  }
  return right;
}

/** Ridge regression on these lags and a constant, applied step by step; falls back to `level` with too little history. */
export function ridge(lags: readonly number[]): Member {
  const longest = Math.max(...lags);
  return (values, horizon) => {
    const rows = values.length - longest;
    const size = lags.length + 1;
    if (rows < 3 * size) return level(values, horizon);
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    let variance = 0;
    for (const value of values) variance += (value - mean) ** 2 / values.length;
    if (!(variance > 0)) return new Float64Array(horizon).fill(mean);
    const scale = Math.sqrt(variance);
    const z = values.map((value) => (value - mean) / scale);
    const matrix = Array.from({ length: size }, () => new Float64Array(size));
    const right = new Float64Array(size);
    const feature = new Float64Array(size);
    for (let t = longest; t < z.length; t++) {
      feature[0] = 1;
      lags.forEach((lag, i) => (feature[i + 1] = z[t - lag] as number));
      for (let i = 0; i < size; i++) {
        right[i] = (right[i] as number) + (feature[i] as number) * (z[t] as number);
        const row = matrix[i] as Float64Array;
        for (let j = 0; j <= i; j++) row[j] = (row[j] as number) + (feature[i] as number) * (feature[j] as number);
      }
    }
    for (let i = 0; i < size; i++)
      (matrix[i] as Float64Array)[i] = ((matrix[i] as Float64Array)[i] as number) + 0.01 * rows;
    const weights = solve(matrix, right);
    if (weights === undefined) return level(values, horizon);
    const extended = new Float64Array(z.length + horizon);
    extended.set(z);
    for (let h = 0; h < horizon; h++) {
      let value = weights[0] as number;
      lags.forEach((lag, i) => (value += (weights[i + 1] as number) * (extended[z.length + h - lag] as number)));
      // A recursion may run away: nothing leaves ten standard deviations.
      extended[z.length + h] = Math.max(-10, Math.min(10, value));
    }
    return extended.slice(z.length).map((value) => mean + scale * value);
  };
}
