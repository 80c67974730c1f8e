import { CONSTANTS } from './constants.ts';

const LAGS = CONSTANTS.lags;
const SIZE = LAGS + 1;

/** Rows before an update is bounded, and its bound in mean errors: one outlier must not teach the model. */
const BOUND_AFTER = 100;
const BOUND = 4;
const START = 100;
const LARGEST_TRACE = 1e6;
/** A value this far beyond the scale of the series starts the model anew. */
const LARGEST_RATIO = 1e6;

const SEEN = 0;
const SCALE = 1;
const ERROR = 2;

/** Recursive least squares with forgetting over the last 8 values and a constant (Haykin, Adaptive Filter Theory, ch. 10). */
export class Autoregression {
  readonly weights = new Float64Array(SIZE);
  readonly inverse = new Float64Array(SIZE * SIZE);
  readonly past = new Float64Array(LAGS);
  readonly numbers = new Float64Array(3);
  // Scratch: no part of the state.
  private readonly input = new Float64Array(SIZE);
  private readonly gain = new Float64Array(SIZE);

  /** What the next value is expected to be, by the weights so far. */
  predict(): number {
    const { past, weights, numbers } = this;
    let sum = (weights[LAGS] as number) * (numbers[SCALE] as number);
    for (let lag = 0; lag < LAGS; lag += 1) sum += (weights[lag] as number) * (past[lag] as number);
    return sum;
  }

  /** Value minus prediction; learns the value. */
  residual(value: number): number {
    const { past, numbers } = this;
    const seen = (numbers[SEEN] as number) + 1;
    numbers[SEEN] = seen;
    const size = Math.abs(value);
    if (seen === 1 || size > LARGEST_RATIO * (numbers[SCALE] as number)) this.restart(value, size);
    const prediction = this.predict();
    const residual = value - prediction;
    this.learn(residual / (numbers[SCALE] as number), seen);
    past.copyWithin(1, 0, LAGS - 1);
    past[0] = value;
    return residual;
  }

  private restart(value: number, size: number): void {
    this.past.fill(value);
    this.numbers[SCALE] = size > 0 ? size : 1;
    this.numbers[ERROR] = 0;
    this.weights.fill(0);
    this.weights[0] = 1;
    this.resetInverse();
  }

  private resetInverse(): void {
    this.inverse.fill(0);
    for (let i = 0; i < SIZE; i += 1) this.inverse[i * SIZE + i] = START;
  }

  private learn(error: number, seen: number): void {
    const { weights, inverse, past, numbers, input, gain } = this;
    const scale = numbers[SCALE] as number;
    for (let lag = 0; lag < LAGS; lag += 1) input[lag] = (past[lag] as number) / scale;
    input[LAGS] = 1;
    let denominator: number = CONSTANTS.forgetting;
    for (let row = 0; row < SIZE; row += 1) {
      let sum = 0;
      for (let column = 0; column < SIZE; column += 1)
        sum += (inverse[row * SIZE + column] as number) * (input[column] as number);
      gain[row] = sum;
      denominator += sum * (input[row] as number);
    }
    const usual = numbers[ERROR] as number;
    const limit = BOUND * usual;
    const bounded = seen > BOUND_AFTER ? Math.max(-limit, Math.min(limit, error)) : error;
    numbers[ERROR] = usual + 0.005 * (Math.abs(error) - usual);
    let trace = 0;
    for (let row = 0; row < SIZE; row += 1) {
      weights[row] = (weights[row] as number) + (bounded * (gain[row] as number)) / denominator;
      for (let column = 0; column < SIZE; column += 1) {
        const at = row * SIZE + column;
        inverse[at] =
          ((inverse[at] as number) - ((gain[row] as number) * (gain[column] as number)) / denominator) /
          CONSTANTS.forgetting;
      }
      trace += inverse[row * SIZE + row] as number;
    }
    // Rounding or too little variety: start the inverse anew and keep the weights, unless they are lost as well.
    if (!(trace > 0 && trace < LARGEST_TRACE)) this.resetInverse();
    if (!weights.every((weight) => Number.isFinite(weight))) {
      weights.fill(0);
      weights[0] = 1;
    }
  }
}
