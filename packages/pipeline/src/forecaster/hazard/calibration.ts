/** A correction of probabilities that outcomes of one class of resource taught: logit(p) becomes slope x logit(p) + shift. */
export interface BreachCalibration {
  readonly slope: number;
  readonly shift: number;
  /** Outcomes it stands on (looks at the same 24 hours count as one), and how many of them were breaches. */
  readonly n: number;
  readonly breaches: number;
}

/** One judged look: what was said for 24 hours before any correction, what came, and how much it counts. */
export interface BreachOutcome {
  readonly probability: number;
  readonly came: boolean;
  /** Share of an independent outcome: looks every half hour see the same 24 hours 48 times. */
  readonly weight: number;
}

/** Outcomes wanted of each sort before the shipped probabilities are touched. */
const ENOUGH = 30;
const ENOUGH_OF_EACH = 5;
/** How far a correction may go, and the precision (1 / variance) of the belief that none is needed. */
const SLOPE = { least: 0.5, most: 2 } as const;
const SHIFT_LIMIT = 2;
const PRIOR = { slope: 10, shift: 2 } as const;
const ROUNDS = 25;
/** Probabilities beyond are held here: their logits would decide alone. */
const SURE = 1e-4;

const bounded = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const logit = (p: number): number => {
  const held = bounded(p, SURE, 1 - SURE);
  return Math.log(held / (1 - held));
};
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * Fits the correction (Platt, 1999) by Newton steps on the penalised likelihood, pulled towards none and bounded; undefined while
 * there are fewer than 30 outcomes, or fewer than 5 of either sort. The same outcomes in the same order give the same numbers.
 */
export function calibrate(outcomes: readonly BreachOutcome[]): BreachCalibration | undefined {
  let n = 0;
  let breaches = 0;
  for (const { weight, came } of outcomes) {
    n += weight;
    if (came) breaches += weight;
  }
  if (n < ENOUGH || breaches < ENOUGH_OF_EACH || n - breaches < ENOUGH_OF_EACH) return undefined;
  let slope = 1;
  let shift = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let gradientSlope = PRIOR.slope * (slope - 1);
    let gradientShift = PRIOR.shift * shift;
    let slopes = PRIOR.slope;
    let shifts = PRIOR.shift;
    let both = 0;
    for (const { probability, came, weight } of outcomes) {
      const x = logit(probability);
      const p = logistic(slope * x + shift);
      const miss = weight * (p - (came ? 1 : 0));
      const curve = weight * Math.max(1e-6, p * (1 - p));
      gradientSlope += miss * x;
      gradientShift += miss;
      slopes += curve * x * x;
      shifts += curve;
      both += curve * x;
    }
    const determinant = slopes * shifts - both * both;
    slope = bounded(slope - (shifts * gradientSlope - both * gradientShift) / determinant, SLOPE.least, SLOPE.most);
    shift = bounded(shift - (slopes * gradientShift - both * gradientSlope) / determinant, -SHIFT_LIMIT, SHIFT_LIMIT);
  }
  return { slope, shift, n, breaches: Math.round(breaches) };
}

/** The corrected probability, in [0,1]; rises with `probability`. */
export function calibrated(calibration: BreachCalibration | undefined, probability: number): number {
  if (calibration === undefined || probability <= 0 || probability >= 1) return probability;
  return logistic(calibration.slope * Math.log(probability / (1 - probability)) + calibration.shift);
}
