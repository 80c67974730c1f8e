import { AlarmPolicy, DETECTOR_CONSTANTS, type EarlyPolicy } from '@autoops/pipeline';

const { early } = DETECTOR_CONSTANTS;

/**
 * Cool-downs that do not grow with what is known. NAB's windows are a tenth of their file, divided by their number: a cool-down that
 * is a share of the rows seen grows as they do, and what it earns on NAB an operator need not get.
 */
export const FIXED_COOL_DOWNS: readonly { readonly name: string; readonly policy: EarlyPolicy }[] = [
  { name: 'a day', policy: { ...early, coolDownShare: Number.POSITIVE_INFINITY } },
  { name: '100 rows', policy: { ...early, coolDownShare: 0, coolDownRows: 100 } },
];

/** What the early preset says of rows by another policy; `novelty` is NaN where a row was not decided on (lost, or delivered twice). */
export function scoresBy(policy: EarlyPolicy, at: Float64Array, novelty: Float64Array): Float64Array {
  const decided = new AlarmPolicy('early', undefined, policy);
  const out = { score: 0, alarm: false, flapping: false };
  return novelty.map((surprise, row) => {
    if (Number.isNaN(surprise)) return 0;
    decided.decide(at[row] as number, surprise, 0, 0, out);
    return out.score;
  });
}
