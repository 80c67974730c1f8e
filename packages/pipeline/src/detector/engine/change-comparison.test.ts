import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random/seeded.ts';
import { compareAcrossChange } from './change-comparison.ts';
import { combinedSurprise, serviceFinding, type SeriesFinding } from './service-score.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const OPTIONS = { seasonMs: DAY, windowMs: 60 * MINUTE, settleMs: 5 * MINUTE };

/** Minutes of three days with a steep daily swing; from the change on `worse` is added. */
function rows(changeAt: number, worse: number, from = 0) {
  const random = seededRandom(`change ${worse}`);
  return Array.from({ length: 3 * 1440 }, (_, minute) => ({
    at: minute * MINUTE,
    value:
      100 + 60 * Math.sin((minute / 1440) * 2 * Math.PI) + random.normal() + (minute * MINUTE >= changeAt ? worse : 0),
  })).filter(({ at }) => at >= from);
}

describe('compareAcrossChange', () => {
  const changeAt = 2 * DAY + 100 * MINUTE; // on the rising flank: without phases everything looks worse
  it('sees what a deploy added, and not what the season does by itself', () => {
    const same = compareAcrossChange(rows(changeAt, 0), changeAt, OPTIONS);
    expect(same).toMatchObject({ kind: 'compared', phased: true, before: 60, after: 60 });
    expect(same.kind === 'compared' && Math.abs(same.z)).toBeLessThan(3.5);
    const worse = compareAcrossChange(rows(changeAt, 4), changeAt, OPTIONS);
    expect(worse.kind === 'compared' && worse.z).toBeGreaterThan(3.5);
    expect(worse.kind === 'compared' && worse.shift).toBeCloseTo(4, 0);
    expect(worse.kind === 'compared' && worse.larger).toBeGreaterThan(0.95);
    const better = compareAcrossChange(rows(changeAt, -4), changeAt, OPTIONS);
    expect(better.kind === 'compared' && better.z).toBeLessThan(-3.5);
  });

  it('says when there is no earlier season, or too little at all', () => {
    const young = compareAcrossChange(rows(changeAt, 0, changeAt - 60 * MINUTE), changeAt, OPTIONS);
    expect(young).toMatchObject({ kind: 'compared', phased: false });
    const little = compareAcrossChange(rows(changeAt, 0, changeAt - 20 * MINUTE), changeAt, OPTIONS);
    expect(little).toEqual({ kind: 'insufficient-history', before: 20, after: 60 });
    expect(compareAcrossChange([], changeAt, OPTIONS)).toMatchObject({ kind: 'insufficient-history' });
  });

  it('does not look beyond its window', () => {
    const all = rows(changeAt, 4);
    const end = changeAt + OPTIONS.settleMs + OPTIONS.windowMs;
    const shown = compareAcrossChange(
      all.filter(({ at }) => at < end),
      changeAt,
      OPTIONS,
    );
    expect(shown).toEqual(compareAcrossChange(all, changeAt, OPTIONS));
  });

  it('takes constant values and gaps as they come', () => {
    const flat = rows(changeAt, 0).map(({ at }) => ({ at, value: at % (7 * MINUTE) === 0 ? Number.NaN : 5 }));
    expect(compareAcrossChange(flat, changeAt, OPTIONS)).toMatchObject({
      kind: 'compared',
      shift: 0,
      z: 0,
      larger: 0.5,
    });
  });
});

describe('serviceFinding', () => {
  const finding = (series: string, novelty: number, deviation: number, alarm = false): SeriesFinding => ({
    series,
    novelty,
    deviation,
    alarm,
  });

  it('names the series that leads, and does not depend on their order', () => {
    const findings = [finding('b', 1, 9), finding('a', 3, 5, true), finding('c', 0.2, 0.3)];
    const service = serviceFinding(findings);
    expect(service).toMatchObject({ deviation: 9, deviating: 2, alarms: ['a'], leading: 'a', series: 3 });
    expect(serviceFinding(findings.toReversed())).toEqual(service);
    expect(serviceFinding([])).toMatchObject({ novelty: 0, deviation: 0, leading: undefined, series: 0 });
  });

  it('combines probabilities: one very odd series counts, and so do many that are a little odd', () => {
    expect(combinedSurprise([2])).toBeCloseTo(2, 6);
    expect(combinedSurprise([2, 2, 2, 2])).toBeCloseTo(2, 6);
    expect(combinedSurprise([6, 0.3, 0.3, 0.3])).toBeCloseTo(6 - Math.log10(4), 2);
    expect(combinedSurprise([1.5, 1.5, 1.5, 0.3])).toBeGreaterThan(combinedSurprise([1.5, 0.3, 0.3, 0.3]));
    expect(combinedSurprise([0, 0])).toBeLessThan(0.1);
    expect(combinedSurprise([300, 0])).toBeGreaterThan(100);
  });
});
