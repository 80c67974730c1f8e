import { describe, expect, it } from 'vitest';
import { expectedEffect } from './expected-effect.ts';

const effect = { reductionRatio: 0.95, withinSeconds: 15, moreIsBetter: false };

describe('expectedEffect', () => {
  it('names the service whose indicator it is', () => {
    expect(expectedEffect({ ...effect, indicator: 'queue_age', service: 'orders' })).toEqual({
      indicator: 'queue_age',
      text: 'queue age of orders down by 95 % within 15 s',
      withinSeconds: 15,
    });
  });

  it('does not promise less of what there should be more of', () => {
    const replicas = { ...effect, indicator: 'balancer_healthy_replicas', service: 'checkout', moreIsBetter: true };
    expect(expectedEffect(replicas).text).toBe(
      '95 % of the shortfall in healthy replicas at the balancer of checkout made up within 15 s',
    );
  });
});
