export type { Clock, IdGenerator } from './clock.ts';
export type { PolicyEngine } from './policy-engine.ts';
export type {
  BudgetLimits,
  CommitResult,
  Guard,
  OutboxDraft,
  Refusal,
  StateStore,
  Transition,
  Write,
} from './state-store.ts';
export type { ConfigReader, HistoryReader, IndicatorReader, IndicatorWindow, RecordReader, Router } from './readers.ts';
export type { ActionOutcome, ActionRequest, TargetConnector, TargetState } from './target-connector.ts';
export type {
  IndicatorTick,
  SeriesRow,
  ShardBatch,
  ShardResult,
  ShardWork,
  SignalStore,
  StoredSignals,
} from './shard-store.ts';
export type { ObjectStore } from './object-store.ts';
export type { Signer } from './signer.ts';
export type { ConfigWriter, StatusStore } from './status-store.ts';
export type { IndicatorMeans, KnownForecast, ServiceForecastStore } from './service-forecast-store.ts';
