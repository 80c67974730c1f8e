import { describe, expect, it } from 'vitest';
import { lookAgainInMs } from './look-again.ts';

const opened = new Date('2026-01-15T15:00:00.000Z');
const incident = { openedAt: opened.toISOString(), planVersion: 0, source: 'detector' } as const;
const everySecond = [{ intervalMs: 1000 }, { intervalMs: 15_000 }];
const after = (seconds: number) => new Date(opened.getTime() + seconds * 1000);

describe('lookAgainInMs', () => {
  it('lets the evidence come in for eight ticks before it plans', () => {
    expect(lookAgainInMs(incident, everySecond, after(0))).toBe(8000);
    expect(lookAgainInMs(incident, everySecond, after(7))).toBe(1000);
    expect(lookAgainInMs(incident, everySecond, after(8))).toBe(0);
    expect(lookAgainInMs(incident, [], after(0))).toBe(30_000);
  });

  it('does not give up at once where nothing applies yet', () => {
    expect(lookAgainInMs(incident, everySecond, after(4), { reason: 'no-safe-plan' })).toBe(1000);
    expect(lookAgainInMs(incident, everySecond, after(12), { reason: 'no-safe-plan' })).toBe(0);
    expect(lookAgainInMs(incident, everySecond, after(4), { reason: 'plan-proposed' })).toBe(0);
    expect(lookAgainInMs(incident, everySecond, after(4), { reason: 'self-healed' })).toBe(0);
  });

  it('never makes a person wait, nor a second plan', () => {
    expect(lookAgainInMs({ ...incident, source: 'person' }, everySecond, after(0))).toBe(0);
    expect(lookAgainInMs({ ...incident, planVersion: 1 }, everySecond, after(0), { reason: 'no-safe-plan' })).toBe(0);
  });
});
