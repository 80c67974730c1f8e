import { describe, expect, it } from 'vitest';
import { lagsBehind } from './indicator-chart.tsx';

describe('a chart that still learns', () => {
  const learning = { samples: 22, of: 60 };
  it('says so where it has far fewer samples than its service', () => {
    expect(lagsBehind({ state: 'learning', samples: 10 }, { learning })).toBe(true);
    expect(lagsBehind({ state: 'learning', samples: 10 }, {})).toBe(true);
  });
  it('is silent where the service says it already, and once it knows enough', () => {
    expect(lagsBehind({ state: 'learning', samples: 20 }, { learning })).toBe(false);
    expect(lagsBehind({ state: 'ready', samples: 10 }, { learning })).toBe(false);
  });
});
