import { describe, expect, it } from 'vitest';
import { chartWindow } from './chart-window.ts';

const END = Date.UTC(2026, 0, 15, 14);
const range = { end: END, seconds: 1800, fixed: false };
const measured = (...secondsBefore: readonly number[]) => ({
  points: secondsBefore.map((seconds) => ({ at: new Date(END - seconds * 1000).toISOString(), value: 1 })),
});

describe('the window of the charts of a service', () => {
  it('is the range, whatever single charts lack of it', () => {
    expect(chartWindow([measured(1790, 0), measured(60, 0)], range)).toEqual({
      from: END - 1_800_000,
      to: END,
      sinceFirst: false,
    });
    expect(chartWindow([], range)).toMatchObject({ from: END - 1_800_000, to: END });
  });
  it('ends with the newest measurement of all', () => {
    expect(chartWindow([measured(1790, 3), measured(60, -7)], range)).toEqual({
      from: END - 1_793_000,
      to: END + 7000,
      sinceFirst: false,
    });
  });
  it('starts with the first measurement of all where nothing is older, and says so', () => {
    expect(chartWindow([measured(40, 0), measured(120, 0)], range)).toEqual({
      from: END - 120_000,
      to: END,
      sinceFirst: true,
    });
    expect(chartWindow([measured(0)], range)).toEqual({ from: END - 10_000, to: END, sinceFirst: true });
  });
  it('does not count what is unknown', () => {
    const gap = { points: [{ at: new Date(END - 1_800_000).toISOString(), value: null }, ...measured(60).points] };
    expect(chartWindow([gap], range).from).toBe(END - 60_000);
  });
  it('is exactly what somebody zoomed into', () => {
    expect(chartWindow([measured(40, -20)], { ...range, seconds: 60, fixed: true })).toEqual({
      from: END - 60_000,
      to: END,
      sinceFirst: false,
    });
  });
});
