export { observedSli, type ObservedSli } from './observed-sli.ts';
export { computeValue, type ValueInputs } from './value.ts';
export { evidenceOwed, evidenceUri } from './evidence.ts';
export type { IncidentStory } from './story.ts';
export { EXPLAINER_VERSION, storyDigest, storyRecord, tell, type StoryRecord } from './story-record.ts';
export { leadingAnomaly } from './lead.ts';
export { narrate } from './narrative.ts';
export { clockTime, count, duration, percent } from './words.ts';
