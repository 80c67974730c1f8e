import { describe, expect, it } from 'vitest';
import { DATABASE, CHECKOUT } from '../constants.ts';
import { reindexConcurrency } from './reindex.ts';

describe('reindexConcurrency', () => {
  it.each([
    [{ noisy: false, percent: 100, suspended: false }, 2],
    [{ noisy: true, percent: 100, suspended: false }, 17],
    [{ noisy: true, percent: 10, suspended: false }, 2],
    [{ noisy: false, percent: 10, suspended: false }, 1],
    [{ noisy: true, percent: 100, suspended: true }, 0],
  ])('%o takes %i connections', (state, connections) => {
    expect(reindexConcurrency(state)).toBe(connections);
  });

  it('leaves six replicas all their connections when throttled, and four replicas only 4 when not', () => {
    const throttled = reindexConcurrency({ noisy: true, percent: 10, suspended: false });
    expect(CHECKOUT.maximumReplicas * CHECKOUT.connections + throttled + 1).toBeLessThan(DATABASE.connectionLimit);
    expect(DATABASE.connectionLimit - reindexConcurrency({ noisy: true, percent: 100, suspended: false }) - 1).toBe(4);
  });
});
