import { simulatedTraces } from './families.ts';
import { fitLogistic, type FittedModel } from './fit-logistic.ts';
import { rowsOf, type KnownTrace } from './rows.ts';

/** What the weights are fitted with; chosen once, on how families that were left out score. */
export const TRAINING = { seed: 'train', simulated: 14, everySteps: 48, weightOfOthers: 2, penalty: 10 } as const;

/** Fits the hazard on the simulated families and on `others`. The same traces give the same weights. */
export function trainOn(others: readonly KnownTrace[]): FittedModel {
  const simulated: readonly KnownTrace[] = simulatedTraces(TRAINING.simulated, TRAINING.seed);
  const rows = rowsOf([...simulated, ...others], TRAINING.everySteps, (_, index) =>
    index < simulated.length ? 1 : TRAINING.weightOfOthers,
  );
  return fitLogistic(rows, Uint32Array.from(rows.label.keys()), TRAINING.penalty);
}
