import type { Plan, Step, VerificationSignal } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { canaryVerification } from './canary.ts';
import { compareForUndo } from './recheck.ts';

const signal = (indicator: string, runbooks?: string[]): VerificationSignal => ({
  signal: { indicator, of: 'service', service: 'checkout', labels: {} },
  op: 'lte',
  bound: 0.02,
  source: 'clients',
  view: 'client',
  ...(runbooks === undefined ? {} : { runbooks }),
});
const plan = (signals: VerificationSignal[]): Plan =>
  ({
    steps: [{ runbook: { name: 'undo-release' } }, { runbook: { name: 'park-poison' } }],
    verification: {
      signals,
      settleSeconds: 20,
      settleEndsEarly: true,
      windowSeconds: 15,
      minSamples: 5,
      sampleSeconds: 3,
    },
  }) as unknown as Plan;
const step = (index: number, more: Partial<Step> = {}): Step =>
  ({ index, target: { uid: 'before' }, ...more }) as unknown as Step;

describe('a canary', () => {
  it('is judged by the signals of its own runbook, not by what other steps are there to mend', () => {
    const both = plan([
      signal('client_error_ratio', ['undo-release', 'park-poison']),
      signal('queue_age', ['park-poison']),
    ]);
    const judged = (index: number) =>
      canaryVerification(both, step(index)).signals.map((each) => each.signal.indicator);
    expect(judged(0)).toEqual(['client_error_ratio']);
    expect(judged(1)).toEqual(['client_error_ratio', 'queue_age']);
  });

  it('is judged by all signals of a plan that does not say whose they are', () => {
    expect(canaryVerification(plan([signal('client_error_ratio'), signal('queue_age')]), step(0)).signals).toHaveLength(
      2,
    );
  });

  it('that put another object in the place of the first is undone there, and not where somebody else did', () => {
    const left = { before: { version: '1.5.0' }, after: { version: '1.4.2', uid: 'after' } };
    const now = (uid: string, version: string) => ({
      target: { uid } as never,
      owned: { version, ejected: false },
      observed: {},
    });
    expect(compareForUndo(step(0, left), now('after', '1.4.2') as never)).toBe('undo');
    expect(compareForUndo(step(0, left), now('after', '1.6.0') as never)).toBe('conflict');
    expect(compareForUndo(step(0, { ...left, after: { version: '1.4.2' } }), now('other', '1.4.2') as never)).toBe(
      'conflict',
    );
  });
});
