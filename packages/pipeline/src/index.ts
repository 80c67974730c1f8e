export { STAGES, type StageEntry } from './stages.ts';
export type { StageOutcome } from './outcome.ts';
export {
  clockTime,
  computeValue,
  count,
  duration,
  EXPLAINER_VERSION,
  evidenceOwed,
  evidenceUri,
  indicatorName,
  leadingAnomaly,
  measure,
  narrate,
  observedSli,
  percent,
  storyDigest,
  storyRecord,
  tell,
} from './explainer/index.ts';
export type { IncidentStory, StoryRecord, ObservedSli, ValueInputs } from './explainer/index.ts';
export { seededRandom, type SeededRandom } from './random/seeded.ts';
export {
  INCIDENT_ARCS,
  LifecycleError,
  PLAN_ARCS,
  RUN_ARCS,
  STEP_ARCS,
  acknowledgeIncident,
  approvePlan,
  arcOf,
  assignIncident,
  closeIncident,
  expireApproval,
  expireAwaitingExecute,
  mergeIncident,
  newApproval,
  newRun,
  rejectPlan,
  requestAbort,
  requestExecute,
  requestPause,
  requestPlan,
  requestResume,
  requestRollback,
  retirePlan,
  settle,
  settleFault,
  startWrites,
  healByItself,
} from './incident/index.ts';
export type {
  ApprovalRequest,
  Arc,
  Decision,
  ExecuteAnswer,
  IncidentRequest,
  Mover,
  RefusalCode,
  RunRequest,
  Settlement,
} from './incident/index.ts';
export {
  PLANNER,
  authorize,
  autonomyFor,
  autonomyOf,
  decide,
  differingRules,
  evaluateAll,
  policyInput,
  refusalOf,
  rulesForUnknownEnvironment,
  unreadableVerdict,
} from './policy/index.ts';
export type {
  ApproverRights,
  Authorization,
  AuthorizeOutcome,
  DecidedPlan,
  Evaluation,
  MonotonicMs,
  PolicyActor,
  PolicyFacts,
} from './policy/index.ts';
export {
  MAX_ATTEMPTS,
  POLL_MS,
  RECORD_LOOK_MS,
  actionWords,
  advanceVerification,
  backOffMs,
  beginVerification,
  callHuman,
  canaryOf,
  canaryVerification,
  claimStep,
  compareForUndo,
  driftedField,
  effectOf,
  endStale,
  finishRollback,
  firstDispatchOf,
  holdInconclusive,
  intentOf,
  inverseOf,
  isGood,
  keepVerifying,
  nextMove,
  opIdOf,
  pauseFrozen,
  recheckAtDispatch,
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
  requestOf,
  rollbackClaims,
  rollbackTokenRow,
  startRollingBack,
  startRunning,
  startVerifying,
  succeed,
  timer,
  waitIsOver,
} from './remediator/index.ts';
export type {
  DispatchFacts,
  Effect,
  Move,
  MoveFacts,
  Recheck,
  RollbackClaims,
  RollbackTokens,
  RunScene,
  SignalPoints,
  VerificationFacts,
} from './remediator/index.ts';
export { parseIndicators, Indicators, type IndicatorDefinition } from './indicators/definition.ts';
export { IndicatorComputer, type ComputerOptions, type TickSink } from './indicators/computer.ts';
export { PARSER_CONFIGURATION } from './logs/parser/configuration.ts';
export { GROUPING, type Grouping } from './logs/parser/group-shapes.ts';
export { VALUE_FORMS, type ValueForms } from './logs/parser/line-shape.ts';
export { LogParser, type LogParserOptions, type ParsedTemplate } from './logs/parser/log-parser.ts';
export { TemplateStream } from './logs/parser/template-stream.ts';
export { IncidentBook, type Opening } from './incident/open.ts';
export { openFromForecast, type ForecastOpening } from './incident/open-forecast.ts';
export { correlate, type Correlation } from './incident/correlate.ts';
export { callDepth, relate, rootOf, type Relation } from './incident/topology-graph.ts';
export {
  Backtest,
  compareAcrossChange,
  DeepSeries,
  detectSeries,
  detectShard,
  DETECTOR_ENGINE,
  DETECTOR_VERSION,
  emptyDeepScore,
  engineConfiguration,
  LEARNS_AT,
  mayOpen,
  readDeepSeries,
  readWideBank,
  replayAnomaly,
  serviceFinding,
  tickInWords,
  WideBank,
  writeDeepSeries,
  writeWideBank,
} from './detector/index.ts';
export type {
  AlarmVerdict,
  BacktestAlarm,
  BacktestReport,
  ChangeComparison,
  ComparedRow,
  DeepOptions,
  DeepScore,
  DetectedAnomaly,
  DetectorCache,
  DetectorConfig,
  DetectPoint,
  DetectResult,
  DetectSeriesOptions,
  Episode,
  Estimate,
  LabelComparison,
  LabelledSegment,
  Preset,
  ScoredPoint,
  SeriesFinding,
  ServiceFinding,
} from './detector/index.ts';
export { parseObjective, sliIndicators, sliNames, type Objective } from './slo/objective.ts';
export { condense, sloHistory, type SloHistory } from './slo/history.ts';
export { BURN_WINDOWS, burnWindows } from './slo/burn-rate.ts';
export { budgetOf, evaluateSlo, type Budget } from './slo/evaluate.ts';
export {
  FORECASTER_ENGINE,
  FORECASTER_VERSION,
  forecastDemand,
  forecastEnded,
  forecastIncident,
  forecastSeries,
  forecastService,
  incidentRisk,
} from './forecaster/index.ts';
export type {
  ForecastSeriesOptions,
  IncidentForecast,
  IncidentForecastInput,
  Recent,
  Risk,
  RiskSigns,
  SeriesForecast,
  SeriesPoint,
  ServiceForecast,
  ServiceForecastInput,
} from './forecaster/index.ts';
export {
  ALERT,
  BREACH_HOURS,
  BREACH_KNOTS,
  BreachAlert,
  forecastBreach,
  HAZARD_WEIGHTS,
  hazardFeatures,
  probabilityOf,
  resourceFacts,
  ResourceHistory,
  type BreachEvidence,
  type BreachForecast,
  type HazardModel,
  type TimeToBreach,
} from './forecaster/index.ts';
export { ENSEMBLE, forecastEnsemble, type EnsembleForecast, type QuantileName } from './forecaster/index.ts';
export { evaluateCondition, planHash, recheck } from './plan/index.ts';
export type { ConditionContext, ConditionResult, HashedPlan } from './plan/index.ts';
export { contextOf, forcedPlan, lookAgainInMs, proposePlan, rankScore } from './planner/index.ts';
export type {
  CatalogueRunbook,
  ForcedRunbook,
  PlanningFacts,
  PlanningPorts,
  ProposeOutcome,
  RunbookRecord,
} from './planner/index.ts';
export {
  changedField,
  fieldDigests,
  planDigest,
  recordPlanning,
  replayIncident,
  replayPlanning,
  UnrecordedQuestion,
} from './replay/index.ts';
export type {
  FieldDigests,
  PlanningRecord,
  ReplayAnswer,
  ReplayedDecision,
  ReplayEngines,
  ReplayMaterial,
} from './replay/index.ts';
export { revisionInMs } from './forecaster/index.ts';
