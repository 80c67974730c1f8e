import { describe, expect, it } from 'vitest';
import { burnRates, burnWindows } from './burn-rate.ts';
import { HistorySums, type SloHistory } from './history.ts';

const PERIOD = 30 * 86_400;
const TARGET = 0.999;
const STEP = 15;
/** Enough traffic that the posterior's caution costs less than one step. */
const PER_SECOND = 5000;

/** Counts at a constant error ratio for `seconds` after a clean start, then none for `after`. */
function history(ratio: number, seconds: number, after = 0): SloHistory {
  const steps = Math.round((seconds + after) / STEP);
  const at = Array.from({ length: steps }, (_, i) => (i + 1) * STEP * 1000);
  return {
    timestampMs: at,
    seconds: at.map(() => STEP),
    total: at.map(() => PER_SECOND * STEP),
    bad: at.map((ms) => (ms <= seconds * 1000 ? ratio * PER_SECOND * STEP : 0)),
  };
}

function firing(sums: HistorySums, row: number, second: number): boolean {
  return burnRates(sums, TARGET, PERIOD, STEP, PER_SECOND, second * 1000)[row]?.firing ?? false;
}

/** First second at which a row fires, by bisection over the steps (firing is monotone while errors last). */
function firesAfter(ratio: number, row: number, limitSeconds: number): number | undefined {
  const sums = new HistorySums(history(ratio, limitSeconds));
  if (!firing(sums, row, limitSeconds)) return undefined;
  let low = 0;
  let high = limitSeconds / STEP;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (firing(sums, row, middle * STEP)) high = middle;
    else low = middle;
  }
  return high * STEP;
}

describe('burn rates against the analytic vectors (SLO 99.9 %, 30 days)', () => {
  const vectors: [number, (number | undefined)[]][] = [
    [1, [0.864, 2.16, 4.32, 4.32]],
    [0.1, [8.64, 21.6, 43.2, 43.2]],
    [0.02, [43.2, 108, 216, 216]],
    [0.01, [undefined, 216, 432, 432]],
    [0.003, [undefined, undefined, 1440, 1440]],
    [0.001, [undefined, undefined, undefined, 4320]],
  ];
  for (const [ratio, minutes] of vectors) {
    it.each(minutes.map((expected, row) => [row, expected] as const))(
      `error ratio ${ratio}: row %i fires after %s min`,
      (row, expected) => {
        const seconds = firesAfter(ratio, row, 4500 * 60);
        if (expected === undefined) expect(seconds).toBeUndefined();
        else expect(Math.abs((seconds ?? Number.NaN) - expected * 60)).toBeLessThanOrEqual(STEP);
      },
    );
  }

  it.each([
    [1, [4.93, 29.8, 119.6, 359.6]],
    [0.1, [4.28, 28.2, 116.4, 356.4]],
  ] as const)('clears after the fix at error ratio %s', (ratio, minutes) => {
    minutes.forEach((expected, row) => {
      const errors = 600 * 60;
      const sums = new HistorySums(history(ratio, errors, 400 * 60));
      let low = 0;
      let high = (400 * 60) / STEP;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (firing(sums, row, errors + middle * STEP)) low = middle;
        else high = middle;
      }
      expect(Math.abs(high * STEP - expected * 60)).toBeLessThanOrEqual(STEP);
    });
  });

  it('keeps the share of the budget when scaled to six hours, with short windows of at least three scrapes', () => {
    expect(burnWindows(6 * 3600, 1).map(({ long, short }) => [long, short])).toEqual([
      [30, 3],
      [180, 15],
      [720, 60],
      [2160, 180],
    ]);
    expect(burnWindows(6 * 3600, 15).every(({ short }) => short >= 45)).toBe(true);
  });

  it.each([1, 2])('does not page for %i failed requests of sixty, nor of twenty', (failed) => {
    for (const [requests, apart] of [
      [60, 60],
      [20, 180],
    ] as const) {
      const at = Array.from({ length: requests }, (_, i) => (i + 1) * apart * 1000);
      const quiet = {
        timestampMs: at,
        seconds: at.map(() => apart),
        total: at.map(() => 1),
        bad: at.map((_, i) => (i >= requests - failed ? 1 : 0)),
      };
      const [page] = burnRates(new HistorySums(quiet), TARGET, PERIOD, 15, 1 / apart, 3_600_000);
      expect(page?.burn).toBeGreaterThan(14.4);
      expect(page?.firing).toBe(false);
    }
  });

  it('pages at low traffic when half of the requests fail', () => {
    const at = Array.from({ length: 20 }, (_, i) => (i + 1) * 180_000);
    const ailing = {
      timestampMs: at,
      seconds: at.map(() => 180),
      total: at.map(() => 1),
      bad: at.map((_, i) => i % 2),
    };
    expect(burnRates(new HistorySums(ailing), TARGET, PERIOD, 15, 1 / 180, 3_600_000)[0]?.firing).toBe(true);
  });
});
