import fc from 'fast-check';
import type { Runbook } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { rankScore, reversibilityRank, successProbability } from './rank.ts';

type Step = Runbook['spec']['steps'][number];
const step: Step = {
  id: 'only',
  title: 'Only',
  tool: 'sandbox',
  action: 'scale',
  args: {},
  bind: {},
  canary: false,
  touches: 'replica',
  makesUnavailable: false,
};

function runbook(spec: Partial<Runbook['spec']> = {}): Runbook {
  return {
    apiVersion: 'autoops.dev/v1',
    kind: 'Runbook',
    metadata: {
      name: 'one',
      version: 1,
      title: 'One',
      summary: '',
      owner: 'team',
      author: 'autoops',
      reviewBy: '2027-01-01',
    },
    spec: {
      riskClass: 'low',
      evidence: 'one',
      target: { kind: 'service', scope: 'incident' },
      appliesWhen: { all: [], any: [] },
      notWhen: [],
      parameters: {},
      prechecks: [],
      steps: [step],
      verification: {
        signals: [],
        settleSeconds: 1,
        settleEndsEarly: true,
        windowSeconds: 1,
        minSamples: 5,
        sampleSeconds: 1,
      },
      expectedEffect: { indicator: 'error_ratio', reductionRatio: 0.8, withinSeconds: 20 },
      limits: { objectsPerRun: 1, objectsPerHour: 1, coolDownSeconds: 0, attempts: 1 },
      ...spec,
    },
  };
}

const history = fc.nat(200).chain((n) => fc.record({ n: fc.constant(n), succeeded: fc.nat(n) }));

describe('rankScore', () => {
  it('is one half without history, and never certain', () => {
    expect(successProbability({ n: 0, succeeded: 0 })).toBe(0.5);
    expect(successProbability({ n: 10, succeeded: 10 })).toBeLessThan(1);
  });

  it('rises with success, falls with risk and where nothing can be undone, and prefers the faster of two equals', () => {
    fc.assert(
      fc.property(history, (record) => {
        const score = rankScore(runbook(), record);
        expect(rankScore(runbook(), { n: record.n + 1, succeeded: record.succeeded + 1 })).toBeGreaterThan(score);
        expect(rankScore(runbook(), { n: record.n + 1, succeeded: record.succeeded })).toBeLessThan(score);
        expect(rankScore(runbook({ riskClass: 'high' }), record)).toBeLessThan(score);
        expect(rankScore(runbook({ steps: [{ ...step, irreversible: true }] }), record)).toBeLessThan(score);
        expect(
          rankScore(
            runbook({ expectedEffect: { indicator: 'error_ratio', reductionRatio: 0.8, withinSeconds: 40 } }),
            record,
          ),
        ).toBeLessThan(score);
      }),
    );
  });
});

describe('reversibilityRank', () => {
  it('puts what ends by itself first and what cannot be undone last', () => {
    const kinds: Partial<Step>[] = [
      { ttlSeconds: 60 },
      {},
      { makesUnavailable: true },
      { touches: 'message' },
      { irreversible: true },
    ];
    expect(kinds.map((change) => reversibilityRank(runbook({ steps: [{ ...step, ...change }] })))).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });
});
