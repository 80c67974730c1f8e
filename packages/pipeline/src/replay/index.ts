export { changedField, fieldDigests, type FieldDigests } from './field-digests.ts';
export {
  planDigest,
  recordPlanning,
  replayPlanning,
  UnrecordedQuestion,
  type PlanningRecord,
} from './planning-record.ts';
export {
  replayIncident,
  type ReplayAnswer,
  type ReplayedDecision,
  type ReplayEngines,
  type ReplayMaterial,
} from './replay.ts';
