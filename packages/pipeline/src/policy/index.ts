export { authorize, refusalOf, type Authorization, type AuthorizeOutcome } from './authorize.ts';
export { decide, unreadableVerdict, type DecidedPlan, type MonotonicMs } from './decide.ts';
export { autonomyFor, autonomyOf, rulesForUnknownEnvironment } from './environment-rules.ts';
export { differingRules, evaluateAll, type Evaluation } from './evaluate-all.ts';
export { PLANNER, type ApproverRights, type PolicyActor, type PolicyFacts } from './facts.ts';
export { policyInput } from './policy-input.ts';
