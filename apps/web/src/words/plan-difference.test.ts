import type { Plan, PlanStep } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { differenceText, planDifference } from './plan-difference.ts';

const step = (key: string, title: string, args: Record<string, number> = {}): PlanStep =>
  ({ title, target: { key, uid: key }, action: { kind: key, args }, after: args }) as unknown as PlanStep;
const plan = (effect: 'allow' | 'deny', ...steps: PlanStep[]): Plan =>
  ({ steps, verdict: { effect, ruleIds: ['replica-cap'], approvals: { required: 0, given: 0 } } }) as unknown as Plan;

const throttle = step('job', 'Throttle reindex');
const scale = (to: number) => step('checkout', `Scale checkout to ${to}`, { to });
const park = step('queue', 'Park poison messages');

describe('the difference between two plans', () => {
  it('names what is new, changed, moved and gone, in the order of the new plan', () => {
    const difference = planDifference(plan('allow', throttle, scale(6)), plan('allow', scale(8), park));
    expect(difference.steps.map(({ kind, before, after }) => [kind, before?.title, after?.title])).toEqual([
      ['changed', 'Scale checkout to 6', 'Scale checkout to 8'],
      ['added', undefined, 'Park poison messages'],
      ['removed', 'Throttle reindex', undefined],
    ]);
    expect(difference.sameDeeds).toBe(false);
    expect(differenceText(difference)).toBe('1 step added, 1 removed, 1 changed');
    expect(planDifference(plan('allow', throttle, park), plan('allow', park, throttle)).sameDeeds).toBe(false);
  });
  it('says when only the verdict differs, and when nothing does', () => {
    expect(differenceText(planDifference(plan('allow', throttle), plan('deny', throttle)))).toBe(
      'the steps are the same; policy said "Allowed" and now says "Denied by replica-cap"',
    );
    expect(planDifference(plan('allow', throttle), plan('allow', throttle))).toMatchObject({
      sameDeeds: true,
      verdict: undefined,
    });
  });
});
