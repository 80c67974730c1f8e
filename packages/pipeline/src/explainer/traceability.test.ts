import { valueText } from '@autoops/charts';
import type { Approval, Evidence, Narrative, Plan, PolicyDecision, Run } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { anIncident, aStory, valueInputs } from './story.fixture.ts';
import {
  clockTime,
  computeValue,
  count,
  duration,
  evidenceOwed,
  narrate,
  percent,
  type IncidentStory,
} from './index.ts';

/** Every way in which a value of the evidence may be written in a sentence. */
function writings(value: unknown, into = new Set<string>()): Set<string> {
  if (typeof value === 'number') {
    for (const text of [
      String(value),
      count(value),
      value.toFixed(1),
      percent(value),
      duration(value),
      valueText(value, 's'),
      `${Math.round(value)} s`,
    ])
      into.add(text);
  } else if (typeof value === 'string') {
    into.add(value);
    if (/^\d{4}-\d\d-\d\dT/.test(value)) into.add(clockTime(value));
    if (/^-?\d+\.\d\d$/.test(value)) into.add(count(Number(value)));
  } else if (typeof value === 'object' && value !== null) {
    // What a rule found: "6 > 5 replicas without approval" is told in other words, with its numbers.
    if ('ruleId' in value && 'fact' in value)
      for (const [number] of String(value.fact).matchAll(/\d+/gu)) into.add(number);
    for (const item of Object.values(value)) writings(item, into);
  }
  return into;
}

/** Digits of a claim that no value of its evidence accounts for. */
function unaccounted(text: string, evidence: Evidence | undefined): string {
  let rest = text;
  for (const writing of [...writings(evidence?.data)].toSorted((a, b) => b.length - a.length))
    if (/\d/.test(writing))
      rest = rest.replaceAll(
        new RegExp(`(?<![\\d.])${writing.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\d.]\\d|\\d)`, 'gu'),
        '',
      );
  return rest.replace('80 %: ', '').replaceAll(/[^\d]/g, '');
}

function expectTraceable(narrative: Narrative, evidence: readonly Evidence[]): void {
  for (const sentence of narrative.sentences) {
    const unclaimed = sentence.claims.reduce((text, item) => text.replace(item.text, ''), sentence.text);
    expect(unclaimed.replaceAll(/p\d\d/g, ''), sentence.text).not.toMatch(/\d/);
    for (const item of sentence.claims) {
      const source = evidence.find(({ id }) => id === item.evidence);
      expect(unaccounted(item.text, source), `"${item.text}" by ${source?.kind}`).toBe('');
    }
  }
}

const stored = (story: IncidentStory): readonly Evidence[] =>
  evidenceOwed(story, []).map((item, index) => ({ ...item, id: `E${index + 1}` }));

const plan = {
  id: '00000000-0000-7000-8000-000000000010',
  version: 1,
  createdAt: '2026-01-15T14:02:30.000Z',
  hash: 'f'.repeat(64),
  title: 'Scale checkout from 4 to 6',
  steps: [{ title: 'Scale checkout from 4 to 6' }],
  rejected: [],
} as unknown as Plan;
const decision = {
  id: '00000000-0000-7000-8000-000000000011',
  decidedAt: '2026-01-15T14:02:31.000Z',
  bundleDigest: 'a'.repeat(64),
  inputDigest: 'b'.repeat(64),
  verdict: {
    effect: 'require-approval',
    ruleIds: ['replica-cap'],
    facts: ['6 > 5 replicas'],
    rules: [{ ruleId: 'replica-cap', fact: '6 > 5 replicas' }],
  },
} as unknown as PolicyDecision;
const approval = {
  id: '00000000-0000-7000-8000-000000000012',
  state: 'approved',
  decisions: [
    {
      actor: { kind: 'person', id: 'approver@demo' },
      decision: 'approve',
      at: '2026-01-15T14:02:40.000Z',
      reason: 'fine',
    },
  ],
} as unknown as Approval;
const sample = (good: boolean) => ({ phase: 'window', good, at: '2026-01-15T14:03:00.000Z', value: 0 });
const run = (state: 'verified' | 'compensated', verdict: string): Run =>
  ({
    id: '00000000-0000-7000-8000-000000000013',
    steps: [{ id: 's', index: 0, title: 'Scale checkout from 4 to 6', state }],
    verification: { state: 'done', verdict, samples: [sample(true), sample(true), sample(state === 'verified')] },
    finishedAt: '2026-01-15T14:03:40.000Z',
  }) as unknown as Run;

describe('every number of a narrative', () => {
  it.each([
    ['verified', { plan, decision, approval, run: run('verified', 'verified') }],
    ['ineffective', { plan, decision, approval, run: run('compensated', 'ineffective') }],
    ['rolled-back', { plan, decision, approval, run: run('compensated', 'verified') }],
    ['denied', { plan, decision }],
    ['no-safe-plan', {}],
    ['self-healed', { plan }],
  ] as const)('is a value of the evidence it cites: %s', (outcome, set) => {
    const acted = 'run' in set;
    const story = aStory({
      ...set,
      incident: anIncident({ outcome }),
      value: computeValue(valueInputs({ actionTaken: acted })),
    });
    const evidence = stored(story);
    expectTraceable(narrate(story, evidence), evidence);
  });

  it('is said of what was counted: failed and all of them, by hand', () => {
    const story = aStory();
    const sli = stored(story).find(({ kind }) => kind === 'series')?.data as { bad: number[]; total: number[] };
    const since = Math.floor((Date.parse(story.incident.openedAt) - Date.parse('2026-01-15T14:01:00Z')) / 10_000);
    const sum = (counts: readonly number[]): number => counts.slice(since).reduce((all, one) => all + one, 0);
    expect([sum(sli.bad), sum(sli.total)]).toEqual([48, 960]);
    const headline = narrate(story, stored(story)).sentences.find(({ section }) => section === 'headline');
    expect(headline?.text).toContain('48 of 960 requests failed');
    expect(headline?.text.split(/\s+/u).length).toBeLessThanOrEqual(22);
  });

  it('is refused by this very test when the evidence says something else', () => {
    const story = aStory();
    const evidence = stored(story).map((item) =>
      item.kind === 'value'
        ? { ...item, data: { ...item.data, observed: { failedRequests: 49, requests: 961 } } }
        : item,
    );
    expect(() => expectTraceable(narrate(story, evidence), evidence)).toThrow(/48 of 960/);
  });
});
