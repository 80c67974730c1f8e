import { describe, expect, it } from 'vitest';
import { changeBefore, changesOf } from './changes.ts';

const change = (at: string, eventId = at) => ({ eventId, at: `2026-01-15T14:02:${at}.000Z`, secondsBefore: -1 });
const anomaly = (at: string, ...changesBefore: ReturnType<typeof change>[]) => ({
  openedAt: `2026-01-15T14:02:${at}.000Z`,
  context: { changesBefore },
});
const OPENED = '2026-01-15T14:02:20.000Z';

describe('what changed before an incident', () => {
  it('is counted from its own time to the start of the first anomaly, whatever each anomaly notes of it', () => {
    const job = change('05');
    const found = changesOf(OPENED, [anomaly('20', job), anomaly('09', { ...job, secondsBefore: 4 })]);
    expect(found).toEqual([{ ...job, secondsBefore: 4 }]);
  });
  it('is the last change before the first anomaly, also where another came after it', () => {
    const anomalies = [anomaly('20', change('01'), change('05'), change('15')), anomaly('09')];
    expect(changeBefore(OPENED, anomalies)).toMatchObject({ eventId: '05', secondsBefore: 4 });
  });
  it('is what came between a slight first sign and the opening where nothing came before', () => {
    const anomalies = [anomaly('20', change('12')), anomaly('09')];
    expect(changeBefore(OPENED, anomalies)).toMatchObject({ eventId: '12', secondsBefore: 8 });
  });
  it('is not what came after the opening, and nothing where nothing is known', () => {
    expect(changeBefore(OPENED, [anomaly('30', change('25')), anomaly('09')])).toBeUndefined();
    expect(changeBefore(OPENED, [])).toBeUndefined();
  });
});
