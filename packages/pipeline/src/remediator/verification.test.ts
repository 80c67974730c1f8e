import type { VerificationSpec } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { advanceVerification, beginVerification, type SignalPoints } from './verification.ts';

const START = Date.parse('2026-01-15T12:00:00Z');
const spec: VerificationSpec = {
  signals: [
    {
      signal: { indicator: 'client_error_ratio', of: 'service', service: 'storefront', labels: {} },
      op: 'lt',
      bound: 0.02,
      source: 'sandbox',
      view: 'client',
    },
  ],
  settleSeconds: 20,
  settleEndsEarly: true,
  windowSeconds: 15,
  minSamples: 5,
  sampleSeconds: 3,
};

function points(value: (second: number) => number, from: number, to: number): SignalPoints {
  const timestampMs = Array.from({ length: to - from + 1 }, (_, index) => START + (from + index) * 1000);
  return { timestampMs, value: timestampMs.map((at) => value((at - START) / 1000)) };
}

/** The verdict after `seconds` of looks, one a second, with the signal at `before` up to the first dispatch. */
function judge(
  value: (second: number) => number,
  seconds: number,
  change: Partial<VerificationSpec> = {},
  ready?: SignalPoints,
) {
  const used = { ...spec, ...change };
  const begun = beginVerification(
    used,
    { now: new Date(START), points: [points(value, -30, 0)], readyReplicas: ready },
    new Date(START),
  );
  let verification = begun;
  for (let second = 1; second <= seconds; second += 1) {
    verification = advanceVerification(verification, used, {
      now: new Date(START + second * 1000),
      points: [points(value, -30, second)],
      readyReplicas: ready,
    });
  }
  return verification;
}
const fault = (recoversAt: number) => (second: number) => (second < recoversAt ? 0.1 : 0.001);

describe('verification', () => {
  it('ends settling early at the first good sample and is verified after five good ones', () => {
    expect(judge(fault(7), 5)).toMatchObject({ state: 'settling' });
    expect(judge(fault(7), 12)).toMatchObject({ state: 'window' });
    const done = judge(fault(7), 30);
    expect(done).toMatchObject({ state: 'done', verdict: 'verified' });
    expect(done.samples.filter((sample) => sample.phase === 'window')).toHaveLength(5);
  });

  it('does not judge the fault itself while settling, but judges it in the window', () => {
    expect(judge(() => 0.1, 19)).toMatchObject({ state: 'settling' });
    expect(judge(() => 0.1, 30)).toMatchObject({ state: 'done', verdict: 'ineffective' });
  });

  it('is harmful at once when two samples of the settling are far above what was before', () => {
    const verdict = judge((second) => (second <= 0 ? 0.05 : 0.2), 8);
    expect(verdict).toMatchObject({ state: 'done', verdict: 'harmful' });
  });

  it('lets a single bad sample pass and needs two in a row', () => {
    expect(judge((second) => (second >= 12 && second <= 14 ? 0.05 : 0.001), 30)).toMatchObject({ verdict: 'verified' });
    expect(judge((second) => (second >= 10 && second <= 17 ? 0.05 : 0.001), 30)).toMatchObject({
      state: 'done',
      verdict: 'harmful',
    });
  });

  it('has the time left that was left when nobody could look, and not more', () => {
    // The worker that also scrapes dies after 12 s of 27 (7 of settling, 5 of the window) and is back after 60.
    const alive = (second: number) => (second <= 12 || second >= 60 ? 0.001 : Number.NaN);
    const used = { ...spec, minSamples: 4 };
    const at = (second: number) => ({
      now: new Date(START + second * 1000),
      points: [points((each) => (each < 7 ? 0.1 : alive(each)), -30, second)],
      readyReplicas: undefined,
    });
    let verification = beginVerification(used, at(0), new Date(START));
    for (let second = 1; second <= 12; second += 1) verification = advanceVerification(verification, used, at(second));
    expect(verification).toMatchObject({ state: 'window', unwatched: [] });
    const endsAt = Date.parse(verification.endsAt ?? '');
    verification = advanceVerification(verification, used, at(60));
    expect(verification).toMatchObject({
      state: 'window',
      unwatched: [{ from: new Date(START + 12_000).toISOString() }],
    });
    expect(Date.parse(verification.endsAt ?? '')).toBe(endsAt + 48_000);
    for (let second = 61; second <= 80; second += 1) verification = advanceVerification(verification, used, at(second));
    expect(verification).toMatchObject({ state: 'done', verdict: 'verified' });
    expect(Date.parse(verification.samples.at(-1)?.at ?? '')).toBeLessThanOrEqual(endsAt + 48_000);
  });

  it('waits a little for late samples, and takes no more of them than it needs', () => {
    const late = judge((second) => (second > 12 && second < 24 ? Number.NaN : 0.001), 40);
    expect(late).toMatchObject({ state: 'done', verdict: 'inconclusive' });
    const enough = judge((second) => (second > 12 && second < 17 ? Number.NaN : 0.001), 22);
    expect(enough).toMatchObject({ state: 'done', verdict: 'verified' });
    expect(enough.samples.filter((sample) => sample.phase === 'window')).toHaveLength(5);
  });

  it('is inconclusive without data, and never verified with too few samples', () => {
    expect(judge(() => Number.NaN, 60)).toMatchObject({ verdict: 'inconclusive' });
    expect(judge((second) => (second > 8 ? Number.NaN : 0.001), 60)).toMatchObject({ verdict: 'inconclusive' });
  });

  it('takes fewer ready replicas than before as harmful', () => {
    const ready = points((second) => (second <= 0 ? 4 : 3), -30, 10);
    expect(judge(fault(3), 10, {}, ready)).toMatchObject({ verdict: 'harmful' });
  });

  it('judges a signal that must stay high by how far it falls short', () => {
    const signals = [{ ...spec.signals[0]!, op: 'gte' as const, bound: 0.95 }];
    expect(judge((second) => (second < 6 ? 0.5 : 0.99), 40, { signals })).toMatchObject({ verdict: 'verified' });
    expect(judge(() => 0.5, 40, { signals })).toMatchObject({ verdict: 'ineffective' });
  });

  it('gives the same samples when it is continued as when it is computed at once', () => {
    const value = fault(7);
    let current = beginVerification(
      spec,
      { now: new Date(START), points: [points(value, -30, 0)], readyReplicas: undefined },
      new Date(START),
    );
    for (let second = 1; second <= 30; second += 1) {
      current = advanceVerification(current, spec, {
        now: new Date(START + second * 1000),
        points: [points(value, -30, second)],
        readyReplicas: undefined,
      });
    }
    expect(current.samples).toEqual(judge(value, 30).samples);
  });
});
