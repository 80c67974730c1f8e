import { indicatorName } from '@autoops/charts';
import type { Anomaly, Evidence, IncidentResource, Plan } from '@autoops/contracts';
import { Reason } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { bandText, claimParts, headline, liveSentence, mainAnomaly, shortReason } from './incident-sentence.ts';
import { autonomyText, capital, countsForSlo, reasonText, REASONS, saysMore } from './reasons.ts';
import { verbText } from './audit-words.ts';
import { changeLines, stepsText, stepVerdict, touchesText, undoText, verdictWords, wayBackText } from './plan-words.ts';

const anomaly = (over: Partial<Anomaly> = {}): Anomaly => ({
  id: '00000000-0000-4000-8000-000000000001',
  service: 'checkout',
  environment: 'prod',
  indicator: 'error_ratio',
  unit: '0-1',
  labels: {},
  source: 'sandbox',
  kind: 'level',
  direction: 'up',
  severity: 'critical',
  score: 0.98,
  novelty: 7,
  deviation: 18,
  winningView: 'seasonal',
  observed: 0.047,
  expected: 0.005,
  bandLow: 0.002,
  bandHigh: 0.009,
  openedAt: '2026-01-15T14:02:07.000Z',
  lastAt: '2026-01-15T14:03:00.000Z',
  context: {
    labelsDiffering: [],
    changesBefore: [
      {
        eventId: 'c1',
        type: 'job',
        service: 'checkout',
        environment: 'prod',
        at: '2026-01-15T14:01:09.000Z',
        secondsBefore: 58,
        summary: 'job reindex started',
      },
    ],
  },
  decision: { engine: 'e', version: '1', inputDigest: 'a'.repeat(64), outputDigest: 'b'.repeat(64) },
  ...over,
});

const incident = (over: Partial<IncidentResource> = {}): IncidentResource => ({
  id: '00000000-0000-4000-8000-000000000002',
  number: 193,
  version: 1,
  state: 'detected',
  service: 'checkout',
  environment: 'prod',
  kind: 'level',
  source: 'detector',
  severity: 'critical',
  title: 'Checkout fails',
  openedAt: '2026-01-15T14:02:08.000Z',
  updatedAt: '2026-01-15T14:02:08.000Z',
  correlation: [],
  planVersion: 0,
  demo: false,
  name: 'INC-0193',
  anomalies: [anomaly()],
  runIds: [],
  ...over,
});

const evidence = (id: string, kind: Evidence['kind'], data: Evidence['data']): Evidence => ({
  id,
  incidentId: '00000000-0000-4000-8000-000000000002',
  kind,
  title: id,
  uri: '',
  sha256: 'c'.repeat(64),
  capturedAt: '2026-01-15T14:02:08.000Z',
  data,
});

describe('reasons', () => {
  it('has one sentence for every reason of the contract', () => {
    expect(Object.keys(REASONS).toSorted()).toEqual([...Reason.options].toSorted());
  });
  it('is not told beside a text that says the same', () => {
    const more = (reason: Reason, text: string): boolean => saysMore(reasonText(reason), text);
    expect(more('policy-allowed', 'Policy allows "Scale checkout" with its approval; it runs.')).toBe(false);
    expect(more('step-applied', 'Applied: Scale checkout, read back.')).toBe(false);
    expect(more('run-started', 'Run started: Scale checkout.')).toBe(false);
    expect(more('awaiting-approval', '"Scale checkout" needs an approval.')).toBe(true);
    expect(more('verifying', 'All steps applied; an independent signal now says whether it helped.')).toBe(true);
  });
  it('shows an unknown reason in its own words', () => {
    expect(reasonText('made-up-reason')).toBe('Made up reason');
  });
});

describe('a first letter', () => {
  it('is large, but not that of an account', () => {
    expect(['plan made', 'admin@demo signed in'].map(capital)).toEqual(['Plan made', 'admin@demo signed in']);
  });
});

describe('indicators', () => {
  it('are told in words, those that count for an SLO too', () => {
    expect(indicatorName('disk_used')).toBe('disk used');
    expect(indicatorName('slo:checkout-operations:total')).toBe('all events of the SLO checkout-operations');
    expect(indicatorName('slo:checkout-operations:counted')).toBe('counted events of the SLO checkout-operations');
    expect(['slo:checkout-operations:total', 'error_ratio'].map(countsForSlo)).toEqual([true, false]);
  });
});

describe('autonomy', () => {
  it('says who starts a runbook', () => {
    expect(['suggest', 'auto', 'off'].map((level) => autonomyText(level as 'auto'))).toEqual([
      'a person starts it',
      'starts by itself',
      'switched off',
    ]);
  });
});

describe('the sentence of an incident', () => {
  it('says what, since when and why, and links each fact to its evidence', () => {
    const parts = liveSentence(incident(), [
      evidence('E1', 'anomaly', { id: anomaly().id }),
      evidence('E3', 'change', { id: 'c1' }),
    ]);
    expect(parts.map((part) => part.text).join('')).toBe(
      'Checkout error ratio is 4.7\u202F% (expected 0.2–0.9\u202F%) since 14:02:07 UTC; likely cause: job reindex started 58 s earlier.',
    );
    expect(parts.filter((part) => part.fact).map((part) => part.evidence)).toEqual(['E1', 'E1', 'E3']);
  });
  it('does not invent a cause', () => {
    const without = incident({ anomalies: [anomaly({ context: { labelsDiffering: [], changesBefore: [] } })] });
    expect(
      liveSentence(without, [])
        .map((part) => part.text)
        .join(''),
    ).toContain('cause not known yet');
  });
  it('speaks of what users feel before what the machines feel', () => {
    const both = incident({ anomalies: [anomaly({ indicator: 'saturation', score: 1 }), anomaly()] });
    expect(mainAnomaly(both)?.indicator).toBe('error_ratio');
  });
  it('keeps the live sentence until the incident is closed', () => {
    const narrative = {
      sentences: [
        {
          text: 'Contained in 84 s.',
          section: 'headline' as const,
          author: 'template' as const,
          evidence: [],
          claims: [{ text: '84 s', evidence: 'E9' }],
        },
      ],
    };
    const written = {
      ...narrative,
      incidentId: incident().id,
      incidentVersion: 1,
      writtenAt: '',
      spine: { rootCause: unknown, criticalFailure: unknown, impact: unknown },
      storyboard: [],
      controls: [],
      wentWell: [],
      wentWrong: [],
      gotLucky: [],
      actions: [],
    };
    expect(headline(incident(), [], written)[0]?.text).toContain('Checkout');
    expect(headline(incident({ state: 'closed' }), [], written)).toEqual([
      { text: 'Contained in ' },
      { text: '84 s', evidence: 'E9', fact: true },
      { text: '.' },
    ]);
  });
  it('fits a phone', () => {
    expect(shortReason(incident())).toBe('checkout error ratio 4.7\u202F%, expected 0.2–0.9\u202F% since 14:02 UTC');
  });
  it('tells of what is decided as it was', () => {
    const forecast = {
      currentBadRatio: 0.61,
      exhaustionSeconds: { p10: 1260, p50: 1800, p90: 2400 },
      issuedAt: '2026-01-15T14:03:00.000Z',
    } as IncidentResource['forecast'];
    expect(shortReason(incident({ forecast }))).toContain(
      'operations of checkout fail since 14:02 UTC; budget gone in',
    );
    expect(shortReason(incident({ forecast }), true)).toMatch(
      /failed from 14:02 UTC; budget would have been gone in 30 min \(21–40 min\) as of 14:03 UTC$/,
    );
  });
});
const unknown = { text: '', confidence: 'unknown' as const, evidence: [] };

describe('claims', () => {
  it('leaves a claim that the text does not hold unlinked', () => {
    expect(claimParts({ text: 'All well.', claims: [{ text: '84 s', evidence: 'E1' }] })).toEqual([
      { text: 'All well.' },
    ]);
  });
});

describe('bands', () => {
  it('never goes below zero and names the unit once', () => {
    expect(bandText({ bandLow: -0.001, bandHigh: 0.009, unit: '0-1' })).toBe('0–0.9\u202F%');
  });
});

describe('plans', () => {
  const touches = (kind: 'job' | 'replica' | 'message', count: number, cap = count) => ({
    kind,
    count,
    cap,
    unavailable: 0,
  });
  it('counts what is touched, with the cap of a set', () => {
    const steps = [
      { touches: touches('job', 1) },
      { touches: touches('replica', 2) },
      { touches: touches('message', 12, 50) },
    ];
    expect(touchesText(steps)).toBe('1 job, 2 replicas, 12 messages now, at most 50');
  });
  it('joins steps into one line', () => {
    expect(stepsText([{ title: 'Throttle job to 10 %' }, { title: 'Scale checkout' }])).toBe(
      'Throttle job to 10\u202F%, scale checkout',
    );
  });
  it('shows only fields that change', () => {
    expect(changeLines({ before: { replicas: 4, version: 'a' }, after: { replicas: 6, version: 'a' } })).toEqual([
      { field: 'replicas', before: '4', after: '6' },
    ]);
  });
  it('tell a field in words with its unit, a list by its length, and what is counted elsewhere not at all', () => {
    const before = { throttlePercent: 100, replicas: 4 };
    const after = { throttlePercent: 10, replicas: 4, parked: 2, messageIds: ['43', '102'], ejectedReplicas: ['a'] };
    expect(changeLines({ before, after })).toEqual([
      { field: 'throttle', before: '100\u202F%', after: '10\u202F%' },
      { field: 'parked', before: '—', after: '2' },
      { field: 'ejected replicas', before: '—', after: '1 item' },
    ]);
  });
  it('says that nothing was judged rather than allowed', () => {
    expect(verdictWords(undefined)).toBe('Not judged yet');
  });
});

describe('the way back', () => {
  const step = (undo: string, irreversible = false) =>
    ({ title: 'Restart', irreversible, undo: { kind: undo, args: {} } }) as unknown as Plan['steps'][number];
  const way = (...steps: Plan['steps']) => wayBackText({ steps, reversible: true });
  it('is one that a person can take, or there is none', () => {
    expect(way(step('scale'), step('unpark'))).toBe('all 2 steps can be undone');
    expect(way(step('scale', true))).toBe('Restart cannot be undone');
  });
  it('is not claimed of what leaves nothing to undo', () => {
    expect(way(step('none'))).toBe('nothing to undo');
    expect(way(step('scale'), step('none'))).toBe('1 of 2 steps can be undone, the others leave nothing to undo');
    expect(undoText([{ undo: { action: 'none' } }])).toBe('nothing to undo');
    expect(undoText([{ undo: { action: 'none' } }, { undo: { action: 'scale' } }])).toBe('can be undone');
  });
});

describe('a limit of policy', () => {
  it('is told in the units of a person', () => {
    const limited = { index: 0, effect: 'constrained', ruleId: 'time-to-live', fact: 'f' } as const;
    const text = (constraint: string): string => stepVerdict({ ...limited, constraint }).text;
    expect(text('for 900 s')).toBe('only for 15 min');
    expect(text('at most 50 messages')).toBe('at most 50 messages');
  });
  it('is not what a step has that waits for approvals', () => {
    const asked = {
      index: 0,
      effect: 'constrained',
      ruleId: 'replica-cap',
      fact: '6 > 5 replicas without approval',
      constraint: '0 of 1 approvals',
      toBeAllowed: 'at most 5 replicas, or 1 approval',
    } as const;
    expect(stepVerdict(asked)).toEqual({ status: 'require-approval', text: '6 > 5 replicas without approval' });
  });
});

describe('a verb of the audit log', () => {
  it('is told in words', () => {
    expect(
      [
        'step.step-applied',
        'approval.approve',
        'plan.awaiting-execute',
        'step.step-intent',
        'export.brief',
        'plan.execute.refused',
      ].map(verbText),
    ).toEqual([
      'Step applied',
      'Approval given',
      'Plan waits to be started',
      'Step noted before it is sent',
      'Brief exported',
      'Plan start asked for, refused',
    ]);
  });
});
