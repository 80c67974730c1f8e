export { evaluateCondition, recheck, type ConditionContext, type ConditionResult } from './conditions.ts';
export { planHash, type HashedPlan } from './plan-hash.ts';
