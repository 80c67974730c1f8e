export { loadPolicyEngine, PolicyEngineError, type ReloadablePolicyEngine, type ReloadOutcome } from './opa/policy-engine.ts';
