import type { Runbook } from '@autoops/contracts';

/** What a failed or harmful try costs, as a share of the trouble it was to end. */
const HARM: Readonly<Record<Runbook['spec']['riskClass'], number>> = { low: 0.05, medium: 0.2, high: 0.5 };
const IRREVERSIBLE_HARM = 3;

export interface TrackRecord {
  readonly n: number;
  readonly succeeded: number;
}

/** Laplace's rule of succession, (s + 1) / (n + 2): with no history one half, never 0 or 1. */
export function successProbability({ n, succeeded }: TrackRecord): number {
  return (succeeded + 1) / (n + 2);
}

/**
 * Expected utility of applying a runbook (Raiffa and Schlaifer, "Applied Statistical Decision Theory", 1961):
 * p x effect - (1 - p) x harm, where p is the track record's success probability, effect the share of the trouble that the
 * runbook expects to remove, and harm grows with its risk class and threefold where it cannot be undone.
 * Between -1.5 and 1; a tie goes to the faster one (a thousandth per minute).
 */
export function rankScore(runbook: Runbook, record: TrackRecord): number {
  const { riskClass, expectedEffect, steps } = runbook.spec;
  const probability = successProbability(record);
  const harm = HARM[riskClass] * (steps.some((step) => step.irreversible === true) ? IRREVERSIBLE_HARM : 1);
  const score =
    probability * expectedEffect.reductionRatio - (1 - probability) * harm - expectedEffect.withinSeconds / 60_000;
  return Math.round(score * 1e6) / 1e6;
}

/**
 * Where a runbook stands in a plan, by how easily it is undone: what ends by itself, what adds, what makes something
 * unavailable, what moves data, what cannot be undone. Smaller is earlier.
 */
export function reversibilityRank(runbook: Runbook): number {
  const { steps } = runbook.spec;
  if (steps.some((step) => step.irreversible === true)) return 4;
  if (steps.some((step) => step.touches === 'message')) return 3;
  if (steps.some((step) => step.makesUnavailable)) return 2;
  return steps.every((step) => step.ttlSeconds !== undefined) ? 0 : 1;
}
