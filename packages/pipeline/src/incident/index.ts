export { INCIDENT_ARCS, PLAN_ARCS, RUN_ARCS, STEP_ARCS, arcOf, type Arc, type Mover } from './lifecycle.ts';
export { LifecycleError, settle, settleFault, type Settlement } from './settle.ts';
export { healByItself } from './self-heal.ts';
export { newRun } from './start-run.ts';
export type { Decision, RefusalCode } from './decision.ts';
export {
  acknowledgeIncident,
  assignIncident,
  closeIncident,
  mergeIncident,
  requestPlan,
  retire as retirePlan,
  type IncidentRequest,
} from './incident-decisions.ts';
export {
  approvePlan,
  expireApproval,
  expireAwaitingExecute,
  newApproval,
  rejectPlan,
  type ApprovalRequest,
} from './approval-decisions.ts';
export {
  requestAbort,
  requestExecute,
  requestPause,
  requestResume,
  requestRollback,
  startWrites,
  type ExecuteAnswer,
  type RunRequest,
} from './run-decisions.ts';
