export { contextOf } from './assess.ts';
export type { Parameters } from './bind-parameters.ts';
export { capacityNeed, stormFactor } from './capacity-need.ts';
export type { CatalogueRunbook, ForcedRunbook, PlanningFacts, PlanningPorts, RunbookRecord } from './facts.ts';
export { forcedPlan, proposePlan, type ProposeOutcome } from './propose-plan.ts';
export { rankScore, reversibilityRank, successProbability } from './rank.ts';
