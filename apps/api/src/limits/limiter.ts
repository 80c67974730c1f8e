/** How much of a limit is left. Durations in seconds. */
export interface LimitState {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Takes points from a shared counter; `allowed` is false when the window's points were used up before. */
export interface SharedCounter {
  take(key: string, points: number): Promise<LimitState>;
}

/** One limit: so many points in a window, shared by all API processes. */
export interface Limiter {
  take(key: string): Promise<LimitState>;
}

interface Credit {
  left: number;
  until: number;
  asking: Promise<LimitState> | undefined;
  refused: LimitState | undefined;
}

/** At most this many keys are kept in memory; the oldest go first. */
const CAPACITY = 20_000;

/**
 * A limiter that buys points from the shared counter in lots and spends them in memory, so that a limit of 1,000 requests/s costs
 * 10 round trips a second instead of 1,000. Credit lives for one window and is lost at its end: with n processes a caller may be
 * refused up to (n - 1) lots early, and never more than the limit gets through. A refusal is remembered until its window ends.
 */
export function lotLimiter(
  counter: SharedCounter,
  limit: number,
  windowSeconds: number,
  lot: number,
  now: () => number = () => performance.now(),
): Limiter {
  const credits = new Map<string, Credit>();
  const creditOf = (key: string): Credit => {
    const known = credits.get(key);
    if (known !== undefined && known.until > now()) return known;
    if (known?.asking !== undefined) return known;
    const fresh: Credit = { left: 0, until: now() + windowSeconds * 1000, asking: undefined, refused: undefined };
    credits.delete(key);
    credits.set(key, fresh);
    if (credits.size > CAPACITY) {
      const oldest = credits.keys().next();
      if (!oldest.done) credits.delete(oldest.value);
    }
    return fresh;
  };
  const buy = async (key: string, credit: Credit): Promise<LimitState> => {
    const state = await counter.take(key, lot);
    credit.until = now() + Math.max(1, state.resetSeconds * 1000);
    if (state.allowed) credit.left += lot;
    else credit.refused = state;
    return state;
  };
  return {
    async take(key) {
      for (;;) {
        const credit = creditOf(key);
        const resetSeconds = Math.max(0, (credit.until - now()) / 1000);
        if (credit.left > 0) {
          credit.left -= 1;
          return { allowed: true, limit, remaining: credit.left, resetSeconds };
        }
        if (credit.refused !== undefined) return { ...credit.refused, limit, resetSeconds };
        credit.asking ??= buy(key, credit).finally(() => {
          credit.asking = undefined;
        });
        await credit.asking;
      }
    },
  };
}
