import { describe, expect, it } from 'vitest';
import { shortId, shortReference } from './reference.ts';

const ID = '01a202a3-4b5c-7d6e-8f90-9e85ba0f4fb5';

describe('a reference', () => {
  it('is told by the last digits of its id, the same wherever it is shown', () => {
    expect(shortId(ID)).toBe('ba0f4fb5');
    expect(shortReference(`run:${ID}`)).toBe('run ba0f4fb5');
  });
  it('that is a name stays whole', () => {
    expect(shortId('throttle-noisy-job')).toBe('throttle-noisy-job');
    expect(shortReference('rule:replica-cap')).toBe('rule:replica-cap');
  });
});
