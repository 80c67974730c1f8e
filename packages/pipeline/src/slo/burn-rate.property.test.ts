import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burnRates, burnWindows } from './burn-rate.ts';
import { HistorySums, type SloHistory } from './history.ts';

const DAY = 86_400;
const PER_SECOND = 1e6;

/** Counts of one step each: `ratio` of the events bad during the first `failing` steps, none after. */
function history(step: number, steps: number, failing: number, ratio: number): SloHistory {
  const timestampMs = Array.from({ length: steps }, (_, i) => (i + 1) * step * 1000);
  return {
    timestampMs,
    seconds: timestampMs.map(() => step),
    total: timestampMs.map(() => PER_SECOND * step),
    bad: timestampMs.map((_, i) => (i < failing ? ratio * PER_SECOND * step : 0)),
  };
}

const objective = fc.record({
  target: fc.constantFrom(0.9, 0.95, 0.99, 0.995, 0.999, 0.9999),
  periodDays: fc.constantFrom(7, 14, 28, 30, 90),
  ratio: fc.double({ min: 1e-5, max: 1, noNaN: true }),
  row: fc.integer({ min: 0, max: 3 }),
});

describe('burn rates', () => {
  it('fire and clear when the formula says so, to one step, for any objective, period and error ratio', () => {
    fc.assert(
      fc.property(objective, ({ target, periodDays, ratio, row }) => {
        const period = periodDays * DAY;
        const window = burnWindows(period, 1)[row];
        if (window === undefined) throw new RangeError('no such row');
        const { long, short, rate } = window;
        const step = long / 400;
        const threshold = rate * (1 - target);
        const rows = (sums: HistorySums, steps: number) =>
          burnRates(sums, target, period, 1, PER_SECOND, Math.round(steps * step * 1000))[row]?.firing ?? false;
        const failing = new HistorySums(history(step, 500, 500, ratio));
        const due = (long * threshold) / ratio / step;
        // A ratio within one step's weight of the threshold may be seen a step early or late: nothing can be said there.
        fc.pre(Math.abs(due - 400) > 2);
        if (due > 400) {
          for (const at of [1, 100, 399, 450, 500]) expect(rows(failing, at)).toBe(false);
          return;
        }
        if (due > 1) expect(rows(failing, Math.floor(due) - 1)).toBe(false);
        expect(rows(failing, Math.ceil(due) + 1)).toBe(true);
        const fixed = new HistorySums(history(step, 1000, 500, ratio));
        const clears = (short * (1 - threshold / ratio)) / step;
        if (clears > 1) expect(rows(fixed, 500 + Math.floor(clears) - 1)).toBe(true);
        expect(rows(fixed, 500 + Math.ceil(clears) + 1)).toBe(false);
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  it('never stop firing because more events were bad, and never fire without three bad ones', () => {
    const counts = fc.array(
      fc.record({ total: fc.integer({ min: 0, max: 50 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      {
        minLength: 60,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(counts, fc.nat(59), (points, worse) => {
        const timestampMs = points.map((_, i) => (i + 1) * 60_000);
        const total = points.map((point) => point.total);
        const bad = points.map((point) => Math.floor(point.total * point.share ** 6));
        const base = { timestampMs, seconds: points.map(() => 60), total };
        const rows = (counted: readonly number[]) =>
          burnRates(new HistorySums({ ...base, bad: counted }), 0.999, 30 * DAY, 60, 0.4, 3_600_000);
        const before = rows(bad);
        const after = rows(bad.map((value, i) => (i === worse ? (total[i] ?? 0) : value)));
        before.forEach((row, i) => {
          if (row.firing) expect(after[i]?.firing).toBe(true);
          if (bad.reduce((sum, value) => sum + value, 0) < 3) expect(row.firing).toBe(false);
        });
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it('see nothing of what comes after now', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 100, maxLength: 100 }), fc.nat(99), (bad, now) => {
        const timestampMs = bad.map((_, i) => (i + 1) * 60_000);
        const at = (now + 1) * 60_000;
        const base = { timestampMs, seconds: bad.map(() => 60), total: bad.map(() => 1000) };
        const shuffled = [...bad.slice(0, now + 1), ...bad.slice(now + 1).reverse()];
        const of = (counted: readonly number[]) =>
          burnRates(new HistorySums({ ...base, bad: counted }), 0.999, 30 * DAY, 60, 16, at);
        expect(of(shuffled)).toEqual(of(bad));
      }),
      { seed: 4 },
    );
  });
});
