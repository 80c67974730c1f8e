import type { Approval, Evidence, PolicyDecision } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { aForecast, anAnomaly, anIncident, anObservation, aRateCard, aStory, valueInputs } from './story.fixture.ts';
import { computeValue, evidenceOwed, narrate, type IncidentStory } from './index.ts';

function stored(story: IncidentStory): readonly Evidence[] {
  return evidenceOwed(story, []).map((item, index) => ({ ...item, id: `E${index + 1}` }));
}

describe('computeValue', () => {
  it('is the frozen forecast minus what was observed, with an interval', () => {
    const value = computeValue(valueInputs());
    expect(value.claim).toBe(true);
    const { p10, p50, p90 } = value.failedRequestsAvoided;
    // about (1800 s x .9 - 60 s) x 10 % x 8/s
    expect(p50).toBeGreaterThan(900);
    expect(p50).toBeLessThan(1600);
    expect(Number(p10)).toBeLessThan(Number(p50));
    expect(Number(p50)).toBeLessThan(Number(p90));
    // Counted by hand: six slots of ten seconds with 8 of 80 failed since the opening; 12 slots in all.
    expect(value.observed).toMatchObject({ failedRequests: 48, requests: 960, badMinutes: 1 });
  });

  it('is the same, digit by digit, for the same inputs', () => {
    expect(computeValue(valueInputs())).toEqual(computeValue(valueInputs()));
  });

  it('books nothing on a demo card, and says indicative', () => {
    const value = computeValue(valueInputs());
    expect(value).toMatchObject({ indicative: true, grade: 'C' });
    expect(value.money?.booked.amount).toBe('0.00');
    expect(Number(value.money?.p50.amount)).toBeGreaterThan(0);
  });

  it('books the P10 with an approved card, eight comparables and a calibrated forecast', () => {
    const value = computeValue(
      valueInputs({
        rateCard: aRateCard({ approvedBy: 'cfo' }),
        untreatedSeconds: [1500, 1600, 1700, 1800, 1900, 2000, 2100, 2200],
        trackRecord: { n: 100, covered: 80 },
      }),
    );
    expect(value).toMatchObject({ grade: 'B', indicative: false });
    expect(value.money?.booked).toEqual(value.money?.p10);
  });

  it.each([
    ['no action', { actionTaken: false }],
    ['no forecast', { forecast: undefined }],
    ['no observation', { observed: undefined }],
    ['neither comparables nor a prior', { rateCard: undefined }],
  ])('claims zero and says why with %s', (_case, set) => {
    const value = computeValue(valueInputs(set));
    expect(value).toMatchObject({
      claim: false,
      grade: 'D',
      badMinutesAvoided: { p10: 0, p50: 0, p90: 0 },
      failedRequestsAvoided: { p10: 0, p50: 0, p90: 0 },
    });
    expect(value.reason).not.toBe('');
  });

  it.each(['ineffective', 'inconclusive', 'rolled-back', 'aborted'] as const)(
    'claims nothing for an action that was %s, however bad the forecast was',
    (outcome) => {
      expect(computeValue(valueInputs({ outcome }))).toMatchObject({
        claim: false,
        failedRequestsAvoided: { p10: 0, p50: 0, p90: 0 },
        reason: 'Nothing shows that the action ended the trouble, so nothing was avoided by it.',
      });
    },
  );

  it('shows minutes and requests also with little history, but only as indicative', () => {
    const approved = {
      rateCard: aRateCard({ approvedBy: 'cfo' }),
      untreatedSeconds: [1500, 1600, 1700, 1800, 1900, 2000, 2100, 2200],
      trackRecord: { n: 100, covered: 80 },
    };
    const value = computeValue(valueInputs({ ...approved, forecast: aForecast({ sufficientHistory: false }) }));
    expect(value).toMatchObject({ claim: true, indicative: true });
    expect(value.money?.booked.amount).toBe('0.00');
    expect(value.excluded.join(' ')).toContain('little history');
  });

  it('prints a negative value as negative when the action made it worse', () => {
    const total = Array.from({ length: 2160 }, () => 80);
    const worse = { ...anObservation(), total, bad: total.map((all) => all / 2) };
    const value = computeValue(valueInputs({ observed: worse, outcome: 'harmful' }));
    expect(value.claim).toBe(true);
    expect(value.failedRequestsAvoided.p50).toBeLessThan(0);
  });
});

describe('narrate', () => {
  it('cites evidence for every number it shows', () => {
    const story = aStory();
    const narrative = narrate(story, stored(story));
    expect(narrative.sentences.length).toBeGreaterThanOrEqual(5);
    for (const sentence of narrative.sentences) {
      const unclaimed = sentence.claims.reduce((text, item) => text.replace(item.text, ''), sentence.text);
      expect(unclaimed.replaceAll('p95', '').replaceAll('80 %: ', '')).not.toMatch(/\d/);
    }
  });

  it('leaves out a sentence whose evidence is missing', () => {
    const story = aStory();
    const without = stored(story).filter((item) => item.kind !== 'forecast');
    expect(
      narrate(story, without).sentences.some((sentence) => sentence.text.includes('budget would have been gone')),
    ).toBe(false);
  });

  it.each([
    'denied',
    'rejected',
    'expired',
    'no-safe-plan',
    'self-healed',
    'ineffective',
    'harmful',
    'rolled-back',
    'closed-by-person',
  ] as const)('tells a %s incident', (outcome) => {
    const story = aStory({
      incident: anIncident({ outcome }),
      value: computeValue(valueInputs({ actionTaken: false })),
    });
    const narrative = narrate(story, stored(story));
    const headline = narrative.sentences.find((sentence) => sentence.section === 'headline');
    expect(headline?.text.split(/\s+/u).length).toBeLessThanOrEqual(26);
    expect(narrative.sentences.some((sentence) => sentence.text.startsWith('No value is claimed.'))).toBe(true);
  });

  it('says that it does not know a cause that nothing shows', () => {
    const story = aStory({ anomalies: [] });
    expect(narrate(story, stored(story)).spine.rootCause).toEqual({
      text: 'We do not know',
      confidence: 'unknown',
      evidence: [],
    });
  });

  const sentence = (story: IncidentStory, section: string): string =>
    narrate(story, stored(story))
      .sentences.filter((each) => each.section === section)
      .map(({ text }) => text)
      .join(' ');
  /** Counted until 14:04, while the incident stayed open until 14:12. */
  const hardlyObservedStory = aStory({
    incident: anIncident({ outcome: 'expired', closedAt: '2026-01-15T14:12:07.000Z' }),
    value: computeValue(valueInputs({ actionTaken: false })),
  });

  it('says how much of an incident was observed where that is little', () => {
    expect(sentence(hardlyObservedStory, 'headline')).toContain('at least 48 requests failed');
    expect(sentence(hardlyObservedStory, 'what-happened')).toContain(
      'in the 2 min that were observed; nobody measured the rest of the 10 min',
    );
    expect(sentence(hardlyObservedStory, 'are-we-safer')).toBe(
      'Not known: nobody measured what users felt after 14:04:00 UTC. Nothing shows that the cause is gone.',
    );
  });

  it('counts at least what failed until an incident was left to people', () => {
    const story = aStory({
      incident: anIncident({ outcome: 'denied', closedAt: '2026-01-15T14:02:40.000Z' }),
      value: computeValue(valueInputs({ actionTaken: false })),
    });
    expect(sentence(story, 'headline')).toContain('at least 48 requests failed');
    // The second half of 33 s, from where a count begins: one slot of ten seconds with 8 of 80 failed.
    expect(sentence(story, 'are-we-safer')).toMatch(/^No: 8 of 80 requests failed in the incident's last 10 s\. /u);
  });

  it('tells that a person had approved what policy then forbade', () => {
    const at = '2026-01-15T14:02:35.000Z';
    const told = sentence(
      aStory({
        incident: anIncident({ outcome: 'denied' }),
        decision: {
          id: 'd',
          decidedAt: at,
          verdict: {
            effect: 'deny',
            ruleIds: ['freeze'],
            rules: [{ ruleId: 'freeze', fact: 'environment:prod is set to no-new: stock taking' }],
          },
        } as unknown as PolicyDecision,
        approval: {
          id: 'a',
          state: 'void',
          decisions: [{ actor: { kind: 'person', id: 'anna' }, decision: 'approve', at, reason: '' }],
        } as unknown as Approval,
      }),
      'why-allowed',
    );
    expect(told).toBe(
      'Policy forbade it, although anna had approved it at 14:02:35 UTC: prod takes no new changes (stock taking).',
    );
  });

  const first = anAnomaly({
    id: '00000000-0000-7000-8000-000000000004',
    indicator: 'db_connections',
    unit: 'n',
    severity: 'low',
    observed: 22,
    bandHigh: 9,
    openedAt: '2026-01-15T14:02:04.000Z',
  });

  it('calls the earliest evidence the first sign, and counts a change from its own time to it', () => {
    const story = aStory({ anomalies: [anAnomaly(), first] });
    expect(sentence(story, 'what-happened')).toContain(
      'The first sign, at 14:02:04 UTC: checkout database connections, at worst 22, expected at most 9.',
    );
    expect(sentence(story, 'cause')).toBe('Just before: Job reindex started (3 s earlier).');
  });

  it('counts a change that came after a slight first sign to the opening, and none that came after that', () => {
    const before = { ...first, openedAt: '2026-01-15T14:02:00.000Z' };
    const late = aStory({ anomalies: [anAnomaly(), before] });
    expect(sentence(late, 'cause')).toBe('Before it opened: Job reindex started (6 s earlier).');
    const after = aStory({
      incident: anIncident({ openedAt: '2026-01-15T14:02:00.000Z' }),
      anomalies: [anAnomaly(), before],
    });
    expect(sentence(after, 'cause')).toBe('');
    expect(narrate(after, stored(after)).spine.rootCause.text).toBe('checkout database connections at 22');
  });

  it('quotes the reason of an approval', () => {
    const decisions = [
      {
        actor: { kind: 'person', id: 'anna' },
        decision: 'approve',
        at: '2026-01-15T14:02:40.000Z',
        reason: 'scenario',
      },
    ];
    const approval = { id: 'a', state: 'approved', decisions } as unknown as Approval;
    expect(sentence(aStory({ approval }), 'why-allowed')).toBe(
      'anna approved it at 14:02:40 UTC with the reason "scenario".',
    );
  });

  it("gives follow-ups to the service's team", () => {
    const owners = (set: Partial<IncidentStory>) =>
      narrate(aStory(set), stored(aStory())).actions.map(({ owner }) => owner);
    expect(owners({ serviceOwner: 'team-payments' })).toEqual(['team-payments']);
    expect(owners({})).toEqual(['service owner']);
  });

  it('owes no evidence twice', () => {
    const story = aStory();
    expect(evidenceOwed(story, stored(story))).toEqual([]);
  });
});
