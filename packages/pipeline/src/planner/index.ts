export { contextOf } from './assess.ts';
export type { CatalogueRunbook, ForcedRunbook, PlanningFacts, PlanningPorts, RunbookRecord } from './facts.ts';
export { editPlan } from './edit-plan.ts';
export { lookAgainInMs } from './look-again.ts';
export { forcedPlan, proposePlan, type ProposeOutcome } from './propose-plan.ts';
export { rankScore } from './rank.ts';
export { PLANNER_VERSION } from './version.ts';
