import { describe, expect, it } from 'vitest';
import { alertScore, episodesOf, probabilityScore, type JudgedTrace } from './breach-score.ts';

const HOUR = 3600;
const look = (hours: number, p: number, low: number, high: number) => ({
  seconds: hours * HOUR,
  probability: [p],
  q025: low * HOUR,
  q10: low * HOUR,
  q90: high * HOUR,
  q975: high * HOUR,
});

describe('probabilityScore', () => {
  const breaching: JudgedTrace = {
    breachSeconds: 30 * HOUR,
    observedSeconds: 30 * HOUR,
    looks: [look(24, 1, 5, 7), look(25, 1, 6, 7), look(26, 0, 1, 4)],
  };
  it('gives a sure and right answer a full skill, and counts what was said against what came', () => {
    const { brier, skill, calibrationError } = probabilityScore([breaching], [5]);
    // Looks 24 (did not come within 5 h), 25 and 26 (came): wrong, right, wrong.
    expect(brier).toBeCloseTo(2 / 3);
    expect(skill).toBeCloseTo(1 - 2 / 3 / (2 / 9));
    expect(calibrationError).toBeCloseTo(2 / 3);
  });

  it('leaves out looks whose outcome nobody observed', () => {
    const quiet: JudgedTrace = { observedSeconds: 30 * HOUR, looks: [look(24, 0.5, 0, 0), look(26, 0.9, 0, 0)] };
    expect(probabilityScore([quiet], [5]).brier).toBeCloseTo(0.25);
  });

  it('counts intervals of breaches that come within two days', () => {
    expect(probabilityScore([breaching], [5])).toMatchObject({ coverage80: 2 / 3, coverage95: 2 / 3 });
  });
});

describe('alertScore', () => {
  it('counts an episode once, right when the breach follows within 36 h', () => {
    const on = (hours: number, alert = true) => ({ seconds: hours * HOUR, alert });
    const right = episodesOf([on(24), on(26), on(28, false)], { breachSeconds: 40 * HOUR });
    const early = episodesOf([on(24), on(30)], { breachSeconds: 70 * HOUR });
    const wrong = episodesOf([on(24)], {});
    expect(right).toMatchObject({ episodes: 1, rightEpisodes: 1, leadSeconds: 16 * HOUR });
    expect(early).toMatchObject({ episodes: 2, rightEpisodes: 0, leadSeconds: 46 * HOUR });
    expect(alertScore([right, early, wrong])).toMatchObject({ precision: 0.25, recall: 1, falseEpisodes: 3 });
  });
});
