export {
  Actor,
  Instant,
  Json,
  JsonObject,
  Money,
  Name,
  Quantiles,
  Severity,
  Sha256,
  Traceparent,
  Uuid,
} from './primitives.ts';
export {
  ApprovalState,
  Autonomy,
  IncidentOutcome,
  IncidentState,
  LEFT_TO_PEOPLE,
  PlanState,
  Reason,
  ENDED_RUN_STATES,
  RunState,
  Stage,
  StepState,
  Toggle,
} from './states.ts';
export {
  Anomaly,
  AnomalyContext,
  DepartingTogether,
  LabelShare,
  NearestPast,
  AnomalyKind,
  BurnRate,
  ChangeBefore,
  Evidence,
  FanPoint,
  Forecast,
  GuidedPlan,
  Incident,
  IncidentResource,
  incidentName,
} from './incident.ts';
export { Annotation, AnnotationRequest } from './annotations.ts';
export {
  AlarmPrecision,
  AnomalyLabel,
  DetectorPrecision,
  LabelRequest,
  LabelValue,
  ServicePrecision,
} from './labels.ts';
export {
  DemandForecast,
  Judgement,
  ResourceForecast,
  RiskForecast,
  ServiceForecast,
  TrackRecord,
} from './service-forecast.ts';
export { Finding, IncidentValue, Narrative, NarrativeSentence, RateCard } from './value.ts';
export {
  Condition,
  ParameterSpec,
  Runbook,
  RunbookResource,
  RunbookStep,
  SignalRef,
  ToolClass,
  VerificationSignal,
  PlanVerification,
  VerificationSpec,
  WaitFor,
} from './runbook.ts';
export {
  Action,
  DryRun,
  DryRunStep,
  Plan,
  PlanReason,
  PlanStep,
  PrecheckResult,
  RejectedCandidate,
  Target,
} from './plan.ts';
export {
  Constraint,
  DecisionRow,
  EnvironmentRules,
  EvaluateResponse,
  FileMistake,
  PolicyDecision,
  PolicyVerdict,
  RuleDecision,
  RuleRecord,
  StepVerdict,
  VerdictEffect,
} from './policy.ts';
export { EditableParameter, PlanChanges, PlanChangesRequest, WhatIfResponse } from './plan-edit.ts';
export { Approval, RollbackToken, Run, RunLogLine, Step, StepIntent, Verification, VerificationSample } from './run.ts';
export { AuditDraft, AuditEntry, AuditStatus, consideredIn, ConsideredRunbook } from './audit.ts';
export { Permission, Principal, Role, ROLE_PERMISSIONS } from './permissions.ts';
export { DeliveryJob, IncidentJob, QueueName, ShardJob, StepJob } from './jobs.ts';
export { Control, ControlLevel, ControlScope } from './controls.ts';
export { Preferences, PreferencesResource } from './preferences.ts';
export { Problem } from './problem.ts';
export { PRODUCTION_TIMINGS, scaleTimings, type Timings } from './timings.ts';
export {
  ChangeEvent,
  IndicatorPoint,
  IngestEventsRequest,
  IngestLogsRequest,
  IngestMetricsRequest,
  IngestRequest,
  IngestResponse,
  Labels,
  LogRecord,
  LogSeverity,
  MetricSample,
  MOST_LABELS,
  MOST_SIGNALS,
  SCORED_AHEAD_MS,
  SeriesResource,
  SIGNAL_TIMES,
} from './signals.ts';
export { HOOKS, isCardNumber, SECRET_NAME, type RedactionHook } from './redaction/hooks.ts';
export type { AlertSignal, Redaction, SampleColumns, SeriesIdentity, SignalBatch } from './signals.ts';
export { ConfigKind, OpenSlo, SourceConfig, Sources, Topology, type ConfigDocument } from './config.ts';
export { LiveEvent, LiveEventDraft, LiveEventType } from './events.ts';
export {
  IncidentRow,
  IntegrationResource,
  OwnFigure,
  OwnFigures,
  page,
  ServiceResource,
  SessionResource,
  SloResource,
  TimelineEntry,
  ValueSummary,
  type IncidentRecord,
  type Page,
} from './resources.ts';
export {
  ChannelCreated,
  ChannelRequest,
  ChannelResource,
  DeliveryResource,
  TokenCreated,
  TokenRequest,
  TokenResource,
} from './access.ts';
export { ROUTES, type Route } from './routes.ts';
