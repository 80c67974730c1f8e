/** How clients retry and how much room to leave, as a runbook's parameter says. */
export interface RetryBehaviour {
  readonly attempts: number;
  readonly cost: number;
  readonly headroom: number;
}

/**
 * The factor by which capacity must exceed the healthy load for a retry storm to die by itself:
 * max over p in [0,1] of (1 - p)(1 + k(p + p^2 + ... + p^(attempts-1))), p = share of failed attempts, k = what a retry costs
 * beside a first attempt (Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021). 1 without retries;
 * 2.29 for 4 attempts and k = 4.
 */
export function stormFactor({ attempts, cost }: Pick<RetryBehaviour, 'attempts' | 'cost'>): number {
  let most = 1;
  for (let step = 0; step <= 1000; step += 1) {
    const failing = step / 1000;
    let retries = 0;
    for (let attempt = 1; attempt < attempts; attempt += 1) retries += failing ** attempt;
    most = Math.max(most, (1 - failing) * (1 + cost * retries));
  }
  return most;
}

/** What is known of a service's load; undefined where it is not. */
export interface LoadFigures {
  readonly replicas: number;
  /** Share of busy slots that is expected at this time, without the fault. */
  readonly expectedSaturation: number | undefined;
  readonly attemptRate: number | undefined;
  readonly retryRatio: number | undefined;
  readonly expectedAttemptRate: number | undefined;
}

/**
 * Replicas that carry what is offered now, retries included: healthy busy replicas x growth of first attempts x storm factor
 * x headroom, rounded up. Undefined where saturation is not known.
 */
export function capacityNeed(load: LoadFigures, retries: RetryBehaviour): number | undefined {
  const { replicas, expectedSaturation, attemptRate, retryRatio, expectedAttemptRate } = load;
  if (expectedSaturation === undefined) return undefined;
  const offered = attemptRate === undefined ? undefined : attemptRate * (1 - (retryRatio ?? 0));
  const known = offered !== undefined && expectedAttemptRate !== undefined && expectedAttemptRate > 0;
  const growth = known ? Math.max(1, offered / expectedAttemptRate) : 1;
  return Math.ceil(replicas * expectedSaturation * growth * stormFactor(retries) * retries.headroom);
}
