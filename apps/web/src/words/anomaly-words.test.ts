import { describe, expect, it } from 'vitest';
import {
  alikeText,
  deviationLook,
  deviationText,
  deviationValue,
  differences,
  endedText,
  noveltyLook,
  noveltyText,
  togetherText,
  viewText,
} from './anomaly-words.ts';

describe('the two axes in words', () => {
  it('say how rare and how far', () => {
    expect(noveltyText(3.1)).toBe('1 in 1\u202F300 samples');
    expect(noveltyText(1)).toBe('1 in 10 samples');
    expect(noveltyText(0)).toBe('seen often before');
    expect(noveltyText(6)).toBe('never seen before');
    expect(`${deviationValue(2.44)} ${deviationText(2.44)}`).toBe('2.4× its usual swing');
    expect(`${deviationValue(1000)}: ${deviationText(1000)}`).toBe('over 1000×: hardly moved before');
  });
  it('have a shape and a colour that rise with them', () => {
    expect([0, 1.9, 4].map((novelty) => noveltyLook(novelty).glyph)).toEqual(['ring', 'triangle', 'diamond']);
    expect([1, 3.4, 1000].map((deviation) => deviationLook(deviation).ink)).toEqual(['run', 'high', 'critical']);
    expect(noveltyLook(12).share).toBe(1);
    expect(deviationLook(5).share).toBe(0.5);
  });
  it('name what was compared', () => {
    expect(viewText('shingle-4')).toBe('the course of its last 4 samples');
    expect(viewText('mean-24')).toBe('the mean of its last 24 samples');
    expect(viewText('something-new')).toBe('something new');
  });
});

describe('the nearest past instance', () => {
  it('is said with how much alike it is, and how its incident ended', () => {
    expect(alikeText({ distance: 0.13 })).toBe('87\u202F% alike');
    expect(alikeText({ distance: 0.97 })).toBe('nothing alike');
    expect(endedText({ outcome: 'verified' })).toBe('fixed, verified');
    expect(endedText({ incidentState: 'executing' })).toBe('not closed yet');
    expect(endedText({})).toBeUndefined();
  });
});

describe('what differs', () => {
  const context = {
    labelsDiffering: [
      { label: 'holder', value: 'reindex', share: 0.3 },
      { label: 'replica', value: 'checkout-3', share: 0.6 },
      { label: 'version', value: '', share: 1 },
    ],
    changesBefore: [],
    nearestPast: {
      at: '2026-01-15T12:00:00.000Z',
      distance: 0.1,
      labelsDiffering: [
        { label: 'replica', value: 'checkout-3', share: 0.7 },
        { label: 'replica', value: 'checkout-1', share: 0.5 },
      ],
    },
    together: {
      of: 12,
      leading: 'error_ratio',
      novelty: 5.2,
      indicators: ['error_ratio', 'latency_p95', 'saturation', 'queue_age'].map((indicator) => ({
        indicator,
        deviation: 9,
      })),
    },
  };
  it('ranks the parts, now and then', () => {
    expect(differences({ context })).toEqual([
      { part: 'replica=checkout-3', share: 0.6, then: 0.7 },
      { part: 'holder=reindex', share: 0.3, then: undefined },
      { part: 'replica=checkout-1', share: undefined, then: 0.5 },
    ]);
  });
  it('names what departs together, and nothing for one alone', () => {
    expect(togetherText({ context, service: 'checkout' })).toBe(
      '4 of 12 indicators of checkout depart together: error ratio, latency p95, busy slots, …',
    );
    const one = { ...context, together: { ...context.together, indicators: context.together.indicators.slice(0, 1) } };
    expect(togetherText({ context: one, service: 'checkout' })).toBeUndefined();
  });
});
