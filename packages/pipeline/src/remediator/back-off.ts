import { sha256Bytes } from '@autoops/digest';

/** A step is tried this often in all before its failure is final. */
export const MAX_ATTEMPTS = 4;
const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/**
 * Milliseconds until the next attempt after `attempt` (from 1) failed definitely: doubling from 0.5 s up to 8 s, each spread
 * over 50-100 % of itself. The spread comes from the operation's id, not from randomness, so that a replay waits as long.
 */
export function backOffMs(attempt: number, opId: string): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  const spread = (sha256Bytes(`${opId}/${attempt}`)[0] ?? 0) / 255;
  return Math.round(whole * (0.5 + spread / 2));
}
