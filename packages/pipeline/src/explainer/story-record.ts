import type { Evidence, IncidentValue, Narrative } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import type { IncidentStory } from './story.ts';
import { narrate } from './narrative.ts';
import { computeValue, type ValueInputs } from './value.ts';

/** Rises whenever the same record would be told or valued otherwise. */
export const EXPLAINER_VERSION = '7';

/** All that a story was told from, as JSON: stored with it, so that value and narrative can be made again. */
export interface StoryRecord {
  readonly version: string;
  readonly now: string;
  readonly value: Omit<ValueInputs, 'now'>;
  readonly story: Omit<IncidentStory, 'value' | 'now'>;
  /** Evidence that sentences could cite, in the order it was stored. */
  readonly evidence: readonly Pick<Evidence, 'uri' | 'id'>[];
}

/** The record of a story about to be told, without `undefined` members, so that its digests hold once stored. */
export function storyRecord(
  inputs: ValueInputs,
  story: Omit<IncidentStory, 'value'>,
  evidence: readonly Evidence[],
): StoryRecord {
  const { now, ...value } = inputs;
  const { now: _now, ...rest } = story;
  return plain({
    version: EXPLAINER_VERSION,
    now: now.toISOString(),
    value,
    story: rest,
    evidence: evidence.map(({ uri, id }) => ({ uri, id })),
  });
}

/** Values the incident and tells its story from the record alone. */
export function tell(record: StoryRecord): { readonly value: IncidentValue; readonly narrative: Narrative } {
  const now = new Date(record.now);
  const value = computeValue({ ...record.value, now });
  return { value, narrative: narrate({ ...record.story, value, now }, record.evidence) };
}

/** Digest of what was told: narrative and value. */
export function storyDigest(told: { readonly value: IncidentValue; readonly narrative: Narrative }): string {
  return digestOf(plain({ value: told.value, narrative: told.narrative }));
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
