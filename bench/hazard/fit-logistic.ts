/** Rows of features with what came of them; `weight` says how much a row counts. */
export interface LabelledRows {
  readonly width: number;
  readonly features: Float32Array;
  readonly label: Uint8Array;
  readonly weight: Float32Array;
}

/** A fitted logistic regression over standardised features. */
export interface FittedModel {
  readonly mean: number[];
  readonly deviation: number[];
  readonly weights: number[];
  readonly bias: number;
}

/** As far as the hazard itself lets a standardised feature go (hazard-model.ts). */
const FARTHEST = 5;

/** Solves a symmetric positive definite system in place by Cholesky's decomposition. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const at = (row: number, column: number): number => matrix[row * n + column] as number;
  for (let j = 0; j < n; j++) {
    let sum = at(j, j);
    for (let k = 0; k < j; k++) sum -= at(j, k) ** 2;
    const root = Math.sqrt(Math.max(sum, 1e-12));
    matrix[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let rest = at(i, j);
      for (let k = 0; k < j; k++) rest -= at(i, k) * at(j, k);
      matrix[i * n + j] = rest / root;
    }
  }
  const found = right.slice();
  for (let i = 0; i < n; i++) {
    let sum = found[i] as number;
    for (let k = 0; k < i; k++) sum -= at(i, k) * (found[k] as number);
    found[i] = sum / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = found[i] as number;
    for (let k = i + 1; k < n; k++) sum -= at(k, i) * (found[k] as number);
    found[i] = sum / at(i, i);
  }
  return found;
}

/** Mean and deviation of each feature over the chosen rows. */
function moments(rows: LabelledRows, chosen: Uint32Array): { mean: number[]; deviation: number[] } {
  const mean = new Float64Array(rows.width);
  const square = new Float64Array(rows.width);
  for (const row of chosen)
    for (let i = 0; i < rows.width; i++) {
      const value = rows.features[row * rows.width + i] as number;
      mean[i] = (mean[i] as number) + value / chosen.length;
      square[i] = (square[i] as number) + (value * value) / chosen.length;
    }
  const rounded = (value: number): number => Number(value.toPrecision(6));
  return {
    mean: Array.from(mean, rounded),
    deviation: Array.from(square, (value, i) =>
      rounded(Math.max(1e-3, Math.sqrt(Math.max(0, value - (mean[i] as number) ** 2)))),
    ),
  };
}

/**
 * Fits the weights by Newton's method on the ridge-penalised likelihood of the chosen rows (McCullagh and Nelder, 1989): the same
 * rows give the same weights. `penalty` counts in rows.
 */
export function fitLogistic(rows: LabelledRows, chosen: Uint32Array, penalty: number, rounds = 8): FittedModel {
  const { width } = rows;
  const size = width + 1;
  const { mean, deviation } = moments(rows, chosen);
  let weights = new Float64Array(size);
  const row = new Float64Array(size);
  row[width] = 1;
  for (let round = 0; round < rounds; round++) {
    const curvature = new Float64Array(size * size);
    const slope = new Float64Array(size);
    for (const index of chosen) {
      let sum = weights[width] as number;
      for (let i = 0; i < width; i++) {
        const standard =
          ((rows.features[index * width + i] as number) - (mean[i] as number)) / (deviation[i] as number);
        const held = standard > FARTHEST ? FARTHEST : standard < -FARTHEST ? -FARTHEST : standard;
        row[i] = held;
        sum += held * (weights[i] as number);
      }
      const p = 1 / (1 + Math.exp(-sum));
      const weight = rows.weight[index] as number;
      const miss = weight * ((rows.label[index] as number) - p);
      const steep = weight * Math.max(p * (1 - p), 1e-5);
      for (let i = 0; i < size; i++) slope[i] = (slope[i] as number) + miss * (row[i] as number);
      if (steep < 1e-4) continue;
      for (let i = 0; i < size; i++) {
        const scaled = steep * (row[i] as number);
        const at = i * size;
        for (let j = 0; j <= i; j++) curvature[at + j] = (curvature[at + j] as number) + scaled * (row[j] as number);
      }
    }
    for (let i = 0; i < width; i++) {
      slope[i] = (slope[i] as number) - penalty * (weights[i] as number);
      curvature[i * size + i] = (curvature[i * size + i] as number) + penalty;
    }
    for (let i = 0; i < size; i++) curvature[i * size + i] = (curvature[i * size + i] as number) + 1e-3;
    const move = solve(curvature, slope);
    let largest = 0;
    for (const value of move) largest = Math.max(largest, Math.abs(value));
    // A long step of Newton's may overshoot where the likelihood is flat.
    const share = Math.min(1, 3 / largest);
    weights = weights.map((value, i) => value + share * (move[i] as number));
    if (largest < 1e-3) break;
  }
  const rounded = (value: number): number => Number(value.toPrecision(5));
  return {
    mean,
    deviation,
    weights: Array.from(weights.subarray(0, width), rounded),
    bias: rounded(weights[width] as number),
  };
}
