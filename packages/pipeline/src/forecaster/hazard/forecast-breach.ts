import { calibrated, type BreachCalibration } from './calibration.ts';
import { breachEvidence, type BreachEvidence } from './evidence.ts';
import { resourceFacts } from './facts.ts';
import { hazardFeatures } from './features.ts';
import { probabilityOf, type HazardModel } from './hazard-model.ts';
import type { ResourceHistory } from './resource-history.ts';
import { HAZARD_WEIGHTS } from './weights.ts';

/** The hours ahead that are answered. */
export const BREACH_HOURS = [1, 2, 4, 8, 16, 24, 36, 48] as const;
/** The hours that weights are learned at: their probabilities are the model's own. */
export const LEARNED_HOURS = [0.5, 1, 2, 4, 8, 12, 16, 24, 36, 48] as const;
/**
 * The hours ahead at which the hazard is computed; between them the distribution of the time is a straight line. With ten of them,
 * which answer the hours above, 80 % intervals of the time held .863 of what came (.843 with families left out): a line over 12 hours
 * is too flat. These hold .842 and .829, and still more of them change nothing.
 */
export const BREACH_KNOTS = [
  0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 42, 45, 48,
] as const;
/** A day (but for a coarse source's last step) has to be known: before, nobody can tell a daily swing from a leak. */
export const SUFFICIENT_HOURS = 23;
/** An alert wants this probability of a breach within 24 h, at two looks in a row, half an hour apart. */
export const ALERT = { probability: 0.6, looks: 2, hours: 24, lookSeconds: 1800 } as const;

const QUANTILES = { q025: 0.025, q10: 0.1, q50: 0.5, q90: 0.9, q975: 0.975 } as const;

/** When the breach comes, in seconds from now, given that it comes within 48 hours. */
export type TimeToBreach = Readonly<Record<keyof typeof QUANTILES, number>>;

/** Probability that the limit is reached within so many hours. */
export type BreachProbability = Readonly<Record<(typeof BREACH_HOURS)[number], number>>;

/** The answer of a look at one bounded resource. */
export interface BreachForecast {
  /** False before a day is known, or while nothing is: then there are no other answers. */
  readonly sufficientHistory: boolean;
  /** Probability that the limit is reached within so many hours; never falls from one to the next. */
  readonly probability: BreachProbability;
  /** The same before the calibration on outcomes; equal without one. */
  readonly uncalibrated: BreachProbability;
  readonly timeToBreach?: TimeToBreach | undefined;
  readonly evidence?: BreachEvidence | undefined;
}

const NONE = { 1: 0, 2: 0, 4: 0, 8: 0, 16: 0, 24: 0, 36: 0, 48: 0 } as const;
const SURE = { 1: 1, 2: 1, 4: 1, 8: 1, 16: 1, 24: 1, 36: 1, 48: 1 } as const;

function quantiles(cumulative: readonly number[]): TimeToBreach {
  const total = cumulative.at(-1) as number;
  const at = (share: number): number => {
    const wanted = share * total;
    let before = 0;
    let hours = 0;
    for (const [i, value] of cumulative.entries()) {
      const knot = BREACH_KNOTS[i] as number;
      if (value >= wanted) {
        const part = value > before ? (wanted - before) / (value - before) : 1;
        return 3600 * (hours + part * (knot - hours));
      }
      before = value;
      hours = knot;
    }
    return 3600 * hours;
  };
  return {
    q025: at(QUANTILES.q025),
    q10: at(QUANTILES.q10),
    q50: at(QUANTILES.q50),
    q90: at(QUANTILES.q90),
    q975: at(QUANTILES.q975),
  };
}

/** What a look is made with beside the history: the shipped model but in benchmarks, and what outcomes taught. */
export interface BreachOptions {
  readonly model?: HazardModel | undefined;
  readonly calibration?: BreachCalibration | undefined;
}

function atHours(cumulative: readonly number[]): BreachProbability {
  const within = (hours: (typeof BREACH_HOURS)[number]): number => cumulative[BREACH_KNOTS.indexOf(hours)] as number;
  return {
    1: within(1),
    2: within(2),
    4: within(4),
    8: within(8),
    16: within(16),
    24: within(24),
    36: within(36),
    48: within(48),
  };
}

/**
 * The probabilities as a distribution: those of the learned hours rise by their running maximum, and those between them stay between
 * their neighbours, so that more knots change no answer.
 */
function rising(raw: readonly number[]): number[] {
  const fixed = raw.map((_, i) => (LEARNED_HOURS as readonly number[]).includes(BREACH_KNOTS[i] as number));
  let reached = 0;
  const held = raw.map((p, i) => (fixed[i] ? (reached = Math.max(reached, p)) : p));
  let before = 0;
  return held.map((p, i) => {
    const next = held.find((_, later) => later >= i && fixed[later]) as number;
    before = Math.min(next, Math.max(before, p));
    return before;
  });
}

/**
 * How likely a bounded resource reaches its limit within 1 to 48 hours, and when if it does: a discrete-time hazard over trends,
 * earlier visits of this level, the same hours a day and a week ago. Depends on the history and the options alone.
 */
export function forecastBreach(
  history: ResourceHistory,
  { model = HAZARD_WEIGHTS, calibration }: BreachOptions = {},
): BreachForecast {
  const facts = resourceFacts(history.values());
  if (facts === undefined) return { sufficientHistory: false, probability: NONE, uncalibrated: NONE };
  if (facts.now >= 1)
    return {
      sufficientHistory: true,
      probability: SURE,
      uncalibrated: SURE,
      timeToBreach: { q025: 0, q10: 0, q50: 0, q90: 0, q975: 0 },
      evidence: breachEvidence(facts),
    };
  if (history.hours < SUFFICIENT_HOURS) return { sufficientHistory: false, probability: NONE, uncalibrated: NONE };
  const raw = rising(hazardFeatures(facts, BREACH_KNOTS).map((row) => probabilityOf(model, row)));
  const cumulative = raw.map((p) => calibrated(calibration, p));
  return {
    sufficientHistory: true,
    probability: atHours(cumulative),
    uncalibrated: atHours(raw),
    timeToBreach: quantiles(cumulative),
    evidence: breachEvidence(facts),
  };
}

/** Alerts on one resource: on once the probability was high enough at two looks in a row, off as soon as it is not. */
export class BreachAlert {
  private streak = 0;

  /** Takes the next look's answer; true while the alert is on. */
  look(forecast: BreachForecast): boolean {
    this.streak = forecast.probability[ALERT.hours] >= ALERT.probability ? this.streak + 1 : 0;
    return this.streak >= ALERT.looks;
  }
}
