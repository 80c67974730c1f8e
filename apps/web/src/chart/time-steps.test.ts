import { describe, expect, it } from 'vitest';
import { timeSpace, TIME_STEPS } from './time-steps.ts';

/** The step that uPlot takes: the first that leaves its times as much room as they need. */
const stepOf = (seconds: number, width: number): number =>
  TIME_STEPS.find((step) => (width * step) / seconds >= timeSpace(seconds, width)) ?? Number.POSITIVE_INFINITY;

describe('the times of an axis', () => {
  it.each([220, 270, 400, 800])('are at least two on %i px, of any stretch up to a week', (width) => {
    const few: number[] = [];
    for (let seconds = 20; seconds < 7 * 86_400; seconds = Math.ceil(seconds * 1.03)) {
      // Wherever a stretch begins, as many whole steps as fit into it are a time each.
      if (Math.floor(seconds / stepOf(seconds, width)) < 2) few.push(seconds);
    }
    expect(few).toEqual([]);
  });

  it('are three in seven minutes on a phone', () => {
    expect(stepOf(442, 220)).toBe(120);
  });

  it('leave "14:02:07" the room that it needs', () => {
    for (const seconds of [20, 60, 90, 120, 150, 200, 300]) {
      const step = stepOf(seconds, 220);
      if (step % 60 !== 0) expect((220 * step) / seconds).toBeGreaterThanOrEqual(55);
    }
  });
});
