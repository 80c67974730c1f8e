export { replayAnomaly } from './anomaly.ts';
export type { DetectorConfig } from './config.ts';
export { correlate, type Correlation } from './correlate.ts';
export { detectShard, tickInWords, type DetectorCache, type DetectResult } from './detect-shard.ts';
export { ENGINE as DETECTOR_ENGINE, ENGINE_VERSION as DETECTOR_VERSION, LEARNS_AT } from './scoring.ts';
export { callDepth, relate, rootOf, type Relation } from './topology-graph.ts';
