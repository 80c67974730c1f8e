export { nextMove, type Move, type MoveFacts } from './next-move.ts';
export { opIdOf, effectOf, type Effect } from './op-id.ts';
export { backOffMs, MAX_ATTEMPTS } from './back-off.ts';
export { compareForUndo, driftedField, recheckAtDispatch, type DispatchFacts, type Recheck } from './recheck.ts';
export { intentOf, inverseOf, requestOf } from './intent.ts';
export { canaryOf, canaryVerification } from './canary.ts';
export { waitIsOver } from './wait-for.ts';
export {
  RECORD_LOOK_MS,
  advanceVerification,
  beginVerification,
  firstDispatchOf,
  isGood,
  type SignalPoints,
  type VerificationFacts,
} from './verification.ts';
export { rollbackClaims, rollbackTokenRow, type RollbackClaims, type RollbackTokens } from './rollback-token.ts';
export {
  claimStep,
  recordApplied,
  recordCanary,
  recordDispatch,
  recordFailure,
  recordIntent,
  recordNeverSent,
  recordSkipped,
  recordUnanswered,
  recordUndoneWithoutEffect,
  recordUnknown,
  timer,
  type RunScene,
} from './step-transitions.ts';
export {
  actionWords,
  callHuman,
  endStale,
  finishRollback,
  holdInconclusive,
  keepVerifying,
  pauseFrozen,
  POLL_MS,
  startRollingBack,
  startRunning,
  startVerifying,
  succeed,
} from './run-transitions.ts';
