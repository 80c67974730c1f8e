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
export { LEARNS_AT } from './learning.ts';
export { ENGINE as DETECTOR_ENGINE, ENGINE_VERSION as DETECTOR_VERSION } from './scoring.ts';
