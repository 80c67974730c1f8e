import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import { calibrate, calibrated, type BreachOutcome } from './calibration.ts';
import { BREACH_HOURS, forecastBreach } from './forecast-breach.ts';
import { ResourceHistory } from './resource-history.ts';

/** Outcomes that come `truth(p)` of the times that `p` is said. */
function outcomes(count: number, truth: (p: number) => number, seed = 'outcomes'): BreachOutcome[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const probability = random.uniform();
    return { probability, came: random.uniform() < truth(probability), weight: 1 };
  });
}

describe('calibrate', () => {
  it('leaves the shipped probabilities until there are enough outcomes of either sort', () => {
    expect(calibrate([])).toBeUndefined();
    expect(calibrate(outcomes(29, (p) => p))).toBeUndefined();
    expect(calibrate(outcomes(400, () => 0))).toBeUndefined();
    expect(calibrate(outcomes(400, () => 1))).toBeUndefined();
    // Looks at the same day are one outcome.
    expect(calibrate(outcomes(400, (p) => p).map((one) => ({ ...one, weight: 1 / 48 })))).toBeUndefined();
  });

  it('hardly touches what was right, and brings down what was too much', () => {
    const right = calibrate(outcomes(600, (p) => p));
    expect(Math.abs(calibrated(right, 0.5) - 0.5)).toBeLessThan(0.08);
    const halved = calibrate(outcomes(600, (p) => p / 2));
    expect(halved).toMatchObject({ n: 600 });
    expect(Math.abs(calibrated(halved, 0.8) - 0.4)).toBeLessThan(0.1);
  });

  it('is bounded, keeps the order of probabilities, and gives the same for the same outcomes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            probability: fc.double({ min: 0, max: 1, noNaN: true }),
            came: fc.boolean(),
            weight: fc.constantFrom(1, 0.5),
          }),
          { minLength: 60, maxLength: 120 },
        ),
        (list) => {
          const found = calibrate(list);
          expect(calibrate(list)).toEqual(found);
          if (found === undefined) return;
          expect(found.slope).toBeGreaterThanOrEqual(0.5);
          expect(found.slope).toBeLessThanOrEqual(2);
          expect(Math.abs(found.shift)).toBeLessThanOrEqual(2);
          const row = [0, 1e-9, 0.01, 0.3, 0.6, 0.99, 1].map((p) => calibrated(found, p));
          expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
          expect(row).toEqual(row.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 100, seed: 4 },
    );
  });

  it('corrects every horizon of a look, and keeps what was said before beside it', () => {
    const history = new ResourceHistory(100);
    for (let t = 0; t < 2 * 288; t++) history.push(t * 300, 30 + t / 12);
    const plain = forecastBreach(history);
    expect(plain.uncalibrated).toEqual(plain.probability);
    const lowered = forecastBreach(history, { calibration: { slope: 1, shift: -1, n: 40, breaches: 6 } });
    expect(lowered.uncalibrated).toEqual(plain.probability);
    for (const hours of BREACH_HOURS) expect(lowered.probability[hours]).toBeLessThan(plain.probability[hours]);
    const row = BREACH_HOURS.map((hours) => lowered.probability[hours]);
    expect(row).toEqual(row.toSorted((a, b) => a - b));
  });
});
