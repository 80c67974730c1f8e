export { replayAnomaly } from './replay-anomaly.ts';
export type { DetectorConfig } from './config.ts';
export {
  detectSeries,
  type DetectedAnomaly,
  type DetectPoint,
  type DetectSeriesOptions,
  type ScoredPoint,
} from './detect-series.ts';
export { detectShard, tickInWords, type DetectorCache, type DetectResult } from './detect-shard.ts';
export { mayOpen } from './may-open.ts';
export { LEARNS_AT } from './learning.ts';
export { ENGINE as DETECTOR_ENGINE, ENGINE_VERSION as DETECTOR_VERSION } from './scoring.ts';
export { AlarmPolicy, type EarlyPolicy, type Preset } from './engine/alarm-policy.ts';
export { engineConfiguration } from './engine/configuration.ts';
export { CONSTANTS as DETECTOR_CONSTANTS } from './engine/constants.ts';
export { readDeepSeries, writeDeepSeries } from './engine/deep-snapshot.ts';
export { emptyDeepScore, type DeepScore } from './engine/deep-score.ts';
export { DeepSeries, type DeepOptions } from './engine/deep-series.ts';
export type { Episode } from './engine/episode.ts';
export { Backtest } from './backtest/backtest.ts';
export type { BacktestAlarm, BacktestReport } from './backtest/labelled-rows.ts';
export { LiveBacktest, type LiveOptions } from './backtest/live-backtest.ts';
export type { Estimate } from './backtest/intervals.ts';
export type { AlarmVerdict, LabelComparison, LabelledSegment } from './backtest/judge-alarms.ts';
export { FastBank } from './engine/fast-bank.ts';
export { fastConfiguration, readFastBank, writeFastBank } from './engine/fast-snapshot.ts';
export { WideBank } from './engine/wide-bank.ts';
export { readWideBank, writeWideBank } from './engine/wide-snapshot.ts';
