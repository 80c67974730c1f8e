import { describe, expect, it } from 'vitest';
import { NAB_PROFILES, probationRows, scaledSigmoid, scoreNab, type NabProfile, type ScoredFile } from './nab-score.ts';

const standard = NAB_PROFILES[0] as NabProfile;
const rows = (length: number, flagged: readonly number[]) =>
  Float64Array.from({ length }, (_, row) => (flagged.includes(row) ? 1 : 0));
const file = (flagged: readonly number[], group = 'one'): ScoredFile => ({
  group,
  windows: [
    [400, 499],
    [700, 799],
  ],
  scores: rows(1000, flagged),
});

describe('NAB score', () => {
  it.each(NAB_PROFILES)('is 0 for no detection and 100 for one at the start of every window ($name)', (profile) => {
    expect(scoreNab([file([])], profile).score).toBe(0);
    expect(scoreNab([file([400, 700])], profile).score).toBeCloseTo(100, 10);
  });

  it('pays 0.86 for a detection in the middle of a window and nothing at its right edge', () => {
    // One window found in its middle, one missed: gain (0.858 + 1) of the 4 between none and perfect.
    const middle = scaledSigmoid(-0.5) / scaledSigmoid(-1);
    expect(middle).toBeCloseTo(0.86, 2);
    expect(scoreNab([file([450])], standard).score).toBeCloseTo((100 * (middle + 1)) / 4, 10);
    const edge = scaledSigmoid(-1 / 100) / scaledSigmoid(-1);
    expect(scoreNab([file([499])], standard).score).toBeCloseTo((100 * (edge + 1)) / 4, 10);
  });

  it('neither pays nor fines further detections in a window, and none in probation', () => {
    expect(probationRows(1000)).toBe(150);
    expect(scoreNab([file([400, 430, 499, 700])], standard).score).toBeCloseTo(100, 10);
    expect(scoreNab([file([0, 100, 149, 400, 700])], standard).score).toBeCloseTo(100, 10);
  });

  it('fines a false row in full before any window and far behind one, little just behind one', () => {
    const fined = (row: number) => 100 - scoreNab([file([row, 400, 700])], standard).score;
    expect(fined(200)).toBeCloseTo((100 * 0.11) / 4, 10);
    expect(fined(500)).toBeCloseTo((100 * 0.11 * -scaledSigmoid(1 / 99)) / 4, 10);
    expect(fined(999)).toBeCloseTo((100 * 0.11 * -scaledSigmoid(200 / 99)) / 4, 10);
  });

  it('weighs false and missed rows by profile', () => {
    const [, lowFalse, lowMissed] = NAB_PROFILES as [NabProfile, NabProfile, NabProfile];
    expect(100 - scoreNab([file([200, 400, 700])], lowFalse).score).toBeCloseTo((100 * 0.22) / 4, 10);
    expect(scoreNab([file([400])], lowMissed).score).toBeCloseTo(50, 10);
  });

  it('takes rows that tie together, and the threshold from the other groups', () => {
    const good = file([400, 700]);
    const bad: ScoredFile = { ...file([], 'two'), scores: Float64Array.from({ length: 1000 }, () => 1) };
    // Alone the second group would stay silent; at the first group's threshold every one of its rows is a detection.
    const result = scoreNab([good, bad], standard);
    expect(result.othersThreshold).toBeLessThan(result.score);
  });
});
