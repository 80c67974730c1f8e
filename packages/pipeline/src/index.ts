export { STAGES, type StageEntry } from './stages.ts';
export type { StageOutcome } from './outcome.ts';
