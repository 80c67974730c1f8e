/** All durations of the loop in milliseconds; remediation.md's values are the production defaults (loop.md "Times"). */
export interface Timings {
  readonly leaseMs: number;
  readonly leaseRenewMs: number;
  readonly leaseNeededToDispatchMs: number;
  readonly connectMs: number;
  readonly callMs: number;
  readonly stepMs: number;
  readonly planMs: number;
  readonly approvalDecideMs: number;
  readonly approvalDispatchMs: number;
  readonly awaitingExecuteMs: number;
  readonly sweeperMs: number;
  readonly policyMs: number;
  readonly rollbackTokenMs: number;
  readonly breakerHalfOpenMs: number;
  readonly checkpointMs: number;
}

export const PRODUCTION_TIMINGS: Timings = {
  leaseMs: 30_000,
  leaseRenewMs: 10_000,
  leaseNeededToDispatchMs: 18_000,
  connectMs: 5_000,
  callMs: 15_000,
  stepMs: 120_000,
  planMs: 30 * 60_000,
  approvalDecideMs: 30 * 60_000,
  approvalDispatchMs: 15 * 60_000,
  awaitingExecuteMs: 30 * 60_000,
  sweeperMs: 5_000,
  policyMs: 250,
  rollbackTokenMs: 24 * 3_600_000,
  breakerHalfOpenMs: 30 * 60_000,
  checkpointMs: 60_000,
};

/** Lease, call and sweeper times divided by `factor`, as scenario and crash tests use them; everything else unchanged. */
export function scaleTimings(timings: Timings, factor: number): Timings {
  const scaled = (value: number): number => Math.round(value / factor);
  return {
    ...timings,
    leaseMs: scaled(timings.leaseMs),
    leaseRenewMs: scaled(timings.leaseRenewMs),
    leaseNeededToDispatchMs: scaled(timings.leaseNeededToDispatchMs),
    connectMs: scaled(timings.connectMs),
    callMs: scaled(timings.callMs),
    sweeperMs: scaled(timings.sweeperMs),
  };
}
