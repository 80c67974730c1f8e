export { observedSli, type ObservedSli } from './observed-sli.ts';
export { computeValue, type ValueInputs } from './value.ts';
export { evidenceOwed, evidenceUri, type IncidentStory } from './evidence.ts';
export { EXPLAINER_VERSION, storyDigest, storyRecord, tell, type StoryRecord } from './story-record.ts';
export { leadingAnomaly } from './lead.ts';
export { narrate } from './narrative.ts';
export { clockTime, count, duration, indicatorName, measure, percent } from './words.ts';
