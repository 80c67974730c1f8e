export { STAGES, type StageEntry } from './stages.ts';
export type { StageOutcome } from './outcome.ts';
export {
  clockTime,
  computeValue,
  count,
  duration,
  evidenceOwed,
  evidenceUri,
  indicatorName,
  leadingAnomaly,
  measure,
  narrate,
  percent,
} from './explainer/index.ts';
export type { IncidentStory, ObservedSli, ValueInputs } from './explainer/index.ts';
export { seededRandom, type SeededRandom } from './random/seeded.ts';
