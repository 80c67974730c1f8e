/** A logistic regression over standardised features: one set of weights for every horizon, which is itself a feature. */
export interface HazardModel {
  /** Means and standard deviations of the features where the weights were fitted. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly weights: readonly number[];
  readonly bias: number;
}

/** Standardised features further out than this are held there: nothing was fitted beyond. */
const FARTHEST = 5;

/** The probability that the model gives to a feature row, in (0,1). */
export function probabilityOf(model: HazardModel, row: Float64Array): number {
  let sum = model.bias;
  for (let i = 0; i < row.length; i++) {
    const standard = ((row[i] as number) - (model.mean[i] as number)) / (model.deviation[i] as number);
    sum += (model.weights[i] as number) * Math.min(FARTHEST, Math.max(-FARTHEST, standard));
  }
  return 1 / (1 + Math.exp(-sum));
}
