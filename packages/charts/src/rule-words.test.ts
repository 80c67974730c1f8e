import { describe, expect, it } from 'vitest';
import { ruleText } from './rule-words.ts';
import { subjectText } from './indicator-words.ts';

describe('what a rule found', () => {
  it.each([
    [
      'replica-cap',
      '6 > 5 replicas without approval',
      'more than 5 replicas need a person\u2019s approval; this plan wants 6',
    ],
    [
      'replica-cap',
      '6 > 5 replicas without approval; approved by anna and ben',
      'more than 5 replicas need a person\u2019s approval; this plan wants 6, which anna and ben approved',
    ],
    ['replica-cap', '5 \u2264 5 replicas', 'up to 5 replicas need no approval; this plan wants 5'],
    ['approval-required', 'low risk needs no approval in prod', 'a plan of low risk needs no approval in prod'],
    ['approval-required', 'high risk needs 2 approvals in prod', 'a plan of high risk needs 2 approvals in prod'],
    ['freeze', 'environment:prod is set to no-new: stock taking', 'prod takes no new changes (stock taking)'],
    ['freeze', 'workspace is set to freeze: release', 'the whole workspace is frozen (release)'],
    ['change-window', 'closed until 02:00 UTC (in 3 h 12 min)', 'no change is allowed before 02:00 UTC'],
  ])('is said in words: %s, %s', (ruleId, fact, words) => {
    expect(ruleText({ ruleId, fact })).toBe(words);
  });

  it('is told as it stands where it is plain already, or of a rule that nobody knows', () => {
    expect(ruleText({ ruleId: 'irreversible', fact: '1 step cannot be undone; approved by anna' })).toBe(
      '1 step cannot be undone, which anna approved',
    );
    expect(ruleText({ ruleId: 'of-our-own', fact: '6 > 5' })).toBe('6 > 5');
  });
});

describe('an indicator of a service', () => {
  it.each([
    ['orders', 'queue_age', 'orders queue age'],
    ['orders', 'orders_confirmed_ratio', 'orders on-time ratio'],
    ['checkout', 'db_connections', 'checkout database connections'],
  ])('%s, %s', (service, indicator, words) => {
    expect(subjectText(service, indicator)).toBe(words);
  });
});
