import { describe, expect, it } from 'vitest';
import { stepBegan } from './stepper.tsx';

describe('when a step began', () => {
  const claimed = '2026-01-15T12:00:00.000Z';
  const sent = '2026-01-15T12:00:02.000Z';

  it('is when it was claimed, or sent where the claim was given back after its canary', () => {
    expect(stepBegan({ startedAt: claimed, dispatchedAt: sent })).toBe(claimed);
    expect(stepBegan({ startedAt: '1970-01-01T00:00:00.000Z', dispatchedAt: sent })).toBe(sent);
    expect(stepBegan({ startedAt: '1970-01-01T00:00:00.000Z', dispatchedAt: undefined })).toBeUndefined();
    expect(stepBegan({})).toBeUndefined();
  });
});
